import type { Queryable } from '../../../kernel/db.ts';
import type { TenantIntent } from './sql.ts';

export type Snapshot = { intent: TenantIntent; sealed: Record<string, string> };

export async function insertSnapshot(
  on: Queryable,
  row: { operationId: string; tenantId: string; snapshot: Snapshot; at: Date },
): Promise<void> {
  const { intent, sealed } = row.snapshot;
  await on.query(
    'INSERT INTO operation_snapshots (operation_id, tenant_id, intent, sealed, taken_at) VALUES ($1, $2, $3, $4, $5)',
    [row.operationId, row.tenantId, intent, sealed, row.at],
  );
}

export async function selectSnapshot(on: Queryable, operationId: string): Promise<Snapshot | undefined> {
  const [row] = await on.query<Snapshot>('SELECT intent, sealed FROM operation_snapshots WHERE operation_id = $1', [
    operationId,
  ]);
  return row;
}

export async function deleteSnapshot(on: Queryable, operationId: string): Promise<void> {
  await on.query('DELETE FROM operation_snapshots WHERE operation_id = $1', [operationId]);
}
