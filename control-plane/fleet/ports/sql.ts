import type { Queryable, Tx } from '../../../kernel/db.ts';

export type PortPurpose = 'telegram' | 'pakasir';

export async function selectPorts(on: Queryable, tenantId: string): Promise<{ purpose: PortPurpose; port: number }[]> {
  return on.query('SELECT purpose, port FROM ports WHERE tenant_id = $1', [tenantId]);
}

export async function selectTaken(on: Queryable): Promise<Set<number>> {
  const rows = await on.query<{ port: number }>('SELECT port FROM ports');
  return new Set(rows.map((row) => row.port));
}

/** False when somebody else has the port. */
export async function insertPort(
  on: Queryable,
  tenantId: string,
  purpose: PortPurpose,
  port: number,
): Promise<boolean> {
  const rows = await on.query(
    'INSERT INTO ports (port, tenant_id, purpose) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING port',
    [port, tenantId, purpose],
  );
  return rows.length > 0;
}

export async function deletePorts(on: Queryable, tenantId: string): Promise<void> {
  await on.query('DELETE FROM ports WHERE tenant_id = $1', [tenantId]);
}

export async function deletePort(tx: Tx, tenantId: string, port: number): Promise<void> {
  await tx.query('DELETE FROM ports WHERE tenant_id = $1 AND port = $2', [tenantId, port]);
}
