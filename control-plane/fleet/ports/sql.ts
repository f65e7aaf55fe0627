import type { Queryable, Tx } from '../../../kernel/db.ts';

export type PortPurpose = 'telegram' | 'pakasir';

/** Whose ports: a store's, or those of a process that hosts stores. */
export type PortOwner = 'tenant' | 'shard';

const COLUMN = { tenant: 'tenant_id', shard: 'shard_id' } as const satisfies Record<PortOwner, string>;

export async function selectPorts(
  on: Queryable,
  owner: PortOwner,
  id: string,
): Promise<{ purpose: PortPurpose; port: number }[]> {
  return on.query(`SELECT purpose, port FROM ports WHERE ${COLUMN[owner]} = $1`, [id]);
}

export async function selectTaken(on: Queryable): Promise<Set<number>> {
  const rows = await on.query<{ port: number }>('SELECT port FROM ports');
  return new Set(rows.map((row) => row.port));
}

/** False when somebody else has the port. */
export async function insertPort(
  on: Queryable,
  owner: PortOwner,
  id: string,
  purpose: PortPurpose,
  port: number,
): Promise<boolean> {
  const rows = await on.query(
    `INSERT INTO ports (port, ${COLUMN[owner]}, purpose) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING port`,
    [port, id, purpose],
  );
  return rows.length > 0;
}

export async function deletePorts(on: Queryable, owner: PortOwner, id: string): Promise<void> {
  await on.query(`DELETE FROM ports WHERE ${COLUMN[owner]} = $1`, [id]);
}

export async function deletePort(tx: Tx, owner: PortOwner, id: string, port: number): Promise<void> {
  await tx.query(`DELETE FROM ports WHERE ${COLUMN[owner]} = $1 AND port = $2`, [id, port]);
}
