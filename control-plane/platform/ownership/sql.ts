import type { Tx } from '../../../kernel/db.ts';

/** The id of this control plane, made at the first call. */
export async function selectInstallation(tx: Tx): Promise<string> {
  await tx.query('INSERT INTO installation DEFAULT VALUES ON CONFLICT DO NOTHING');
  const [row] = await tx.query<{ id: string }>('SELECT id FROM installation');
  return row?.id as string;
}
