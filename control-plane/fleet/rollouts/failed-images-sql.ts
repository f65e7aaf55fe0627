import type { Queryable } from '../../../kernel/db.ts';

export async function deleteFailedImage(on: Queryable, tenantId: string, content: string): Promise<void> {
  await on.query('DELETE FROM failed_images WHERE tenant_id = $1 AND image_id = $2', [tenantId, content]);
}

export async function insertFailedImage(
  on: Queryable,
  row: { tenantId: string; content: string; operationId: string; at: Date },
): Promise<void> {
  await on.query(
    `INSERT INTO failed_images (tenant_id, image_id, operation_id, failed_at) SELECT id, $2, $3, $4 FROM tenants WHERE id = $1
     ON CONFLICT (tenant_id, image_id) DO UPDATE SET operation_id = excluded.operation_id, failed_at = excluded.failed_at`,
    [row.tenantId, row.content, row.operationId, row.at],
  );
}

/** The upgrade by which this content failed on the store, if it did. */
export async function selectFailedImage(
  on: Queryable,
  tenantId: string,
  content: string,
): Promise<{ operation_id: string } | undefined> {
  const [row] = await on.query<{ operation_id: string }>(
    'SELECT operation_id FROM failed_images WHERE tenant_id = $1 AND image_id = $2',
    [tenantId, content],
  );
  return row;
}
