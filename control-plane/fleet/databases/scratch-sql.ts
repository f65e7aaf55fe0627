import type { Queryable } from '../../../kernel/db.ts';

export type SideRow = {
  name: string;
  tenant_id: string;
  store: string;
  purpose: 'restore' | 'drill' | 'kept';
  operation_id: string;
  made_at: Date;
  drop_after: Date | null;
};

const COLUMNS = 'name, tenant_id, store, purpose, operation_id, made_at, drop_after';

export async function insertScratch(on: Queryable, row: SideRow): Promise<void> {
  await on.query(
    `INSERT INTO side_databases (name, tenant_id, store, purpose, operation_id, made_at, drop_after)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO NOTHING`,
    [row.name, row.tenant_id, row.store, row.purpose, row.operation_id, row.made_at, row.drop_after],
  );
}

export async function deleteScratch(on: Queryable, name: string): Promise<void> {
  await on.query('DELETE FROM side_databases WHERE name = $1', [name]);
}

export async function selectScratchOf(on: Queryable, tenantId: string): Promise<SideRow[]> {
  return on.query(`SELECT ${COLUMNS} FROM side_databases WHERE tenant_id = $1 ORDER BY made_at`, [tenantId]);
}

/** Those whose time has passed, and those whose operation is over: it dropped its own, unless it was killed or failed. */
export async function selectDroppable(on: Queryable, now: Date): Promise<SideRow[]> {
  return on.query(
    `SELECT ${COLUMNS} FROM side_databases s
     WHERE s.drop_after < $1
        OR (s.drop_after IS NULL AND NOT EXISTS (SELECT FROM operations o
              WHERE o.id = s.operation_id AND o.state IN ('scheduled', 'running')))
     ORDER BY s.made_at`,
    [now],
  );
}

/** The database that was made of this name; null before it is whole. */
export async function selectScratch(on: Queryable, name: string): Promise<{ oid: number | null } | undefined> {
  const [row] = await on.query<{ oid: number | null }>('SELECT oid FROM side_databases WHERE name = $1', [name]);
  return row;
}

export async function updateScratchOid(on: Queryable, name: string, oid: number): Promise<void> {
  await on.query('UPDATE side_databases SET oid = $2 WHERE name = $1', [name, oid]);
}

/** The database that an operation has put in the place of its store's. */
export async function selectSwap(on: Queryable, operationId: string): Promise<number | undefined> {
  const [row] = await on.query<{ oid: number }>('SELECT oid FROM database_swaps WHERE operation_id = $1', [
    operationId,
  ]);
  return row?.oid;
}

export async function insertSwap(on: Queryable, row: { operation_id: string; oid: number; at: Date }): Promise<void> {
  await on.query(
    `INSERT INTO database_swaps (operation_id, oid, at) VALUES ($1, $2, $3)
     ON CONFLICT (operation_id) DO UPDATE SET oid = EXCLUDED.oid, at = EXCLUDED.at`,
    [row.operation_id, row.oid, row.at],
  );
}
