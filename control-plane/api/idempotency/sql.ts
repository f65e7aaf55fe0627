import type { Queryable } from '../../../kernel/db.ts';

export type AnswerRow = { request_hash: string; status: number; body_sealed: string };

export async function selectAnswer(on: Queryable, apiKeyId: string, key: string): Promise<AnswerRow | undefined> {
  const [row] = await on.query<AnswerRow>(
    'SELECT request_hash, status, body_sealed FROM idempotency_keys WHERE api_key_id = $1 AND key = $2',
    [apiKeyId, key],
  );
  return row;
}

/** Fails on the primary key when another process was faster; the transaction of the second effect then rolls back. */
export async function insertAnswer(
  on: Queryable,
  row: AnswerRow & { api_key_id: string; key: string; created_at: Date },
): Promise<void> {
  await on.query(
    `INSERT INTO idempotency_keys (api_key_id, key, request_hash, status, body_sealed, created_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [row.api_key_id, row.key, row.request_hash, row.status, row.body_sealed, row.created_at],
  );
}

export async function deleteAnswersBefore(on: Queryable, before: Date): Promise<void> {
  await on.query('DELETE FROM idempotency_keys WHERE created_at < $1', [before]);
}
