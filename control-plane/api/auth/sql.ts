import type { Queryable, Tx } from '../../../kernel/db.ts';
import type { KeyScope } from '../contract/index.ts';

export type ApiKeyRow = {
  id: string;
  name: string;
  scope: KeyScope;
  hash: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
};

const COLUMNS = 'id, name, scope, hash, created_at, expires_at, last_used_at, revoked_at';

/**
 * SQL for the name of the key that an actor (`key:<id>`) is, revoked or not; null for everybody else.
 * @param actor a column of the query around it
 */
export const keyNameOf = (actor: string): string =>
  `(SELECT k.name FROM api_keys k WHERE starts_with(${actor}, 'key:') AND k.id = substr(${actor}, 5))`;

export type NewKeyRow = Omit<ApiKeyRow, 'last_used_at' | 'revoked_at'> & { telegram_id: number | null };

/** False when the owner has a key in force already. */
export async function insertKey(on: Queryable, row: NewKeyRow): Promise<boolean> {
  const made = await on.query(
    `INSERT INTO api_keys (id, name, scope, hash, created_at, expires_at, telegram_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (telegram_id) WHERE revoked_at IS NULL DO NOTHING RETURNING id`,
    [row.id, row.name, row.scope, row.hash, row.created_at, row.expires_at, row.telegram_id],
  );
  return made.length > 0;
}

export async function selectKeyOfOwner(on: Queryable, telegramId: number): Promise<ApiKeyRow | undefined> {
  const [row] = await on.query<ApiKeyRow>(
    `SELECT ${COLUMNS} FROM api_keys WHERE telegram_id = $1 AND revoked_at IS NULL`,
    [telegramId],
  );
  return row;
}

/** @returns the keys that were in force until now */
export async function revokeKeysOfOthers(tx: Tx, telegramIds: readonly number[], at: Date): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `UPDATE api_keys SET revoked_at = $2
      WHERE telegram_id IS NOT NULL AND NOT (telegram_id = ANY($1)) AND revoked_at IS NULL RETURNING id`,
    [telegramIds, at],
  );
  return rows.map(({ id }) => id);
}

export async function selectKey(on: Queryable, id: string): Promise<ApiKeyRow | undefined> {
  const [row] = await on.query<ApiKeyRow>(`SELECT ${COLUMNS} FROM api_keys WHERE id = $1`, [id]);
  return row;
}

export async function selectInForce(on: Queryable, ids: readonly string[], at: Date): Promise<string[]> {
  const rows = await on.query<{ id: string }>(
    'SELECT id FROM api_keys WHERE id = ANY($1) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)',
    [ids, at],
  );
  return rows.map(({ id }) => id);
}

export async function selectKeys(on: Queryable): Promise<ApiKeyRow[]> {
  return on.query(`SELECT ${COLUMNS} FROM api_keys ORDER BY created_at, id`);
}

/**
 * The admin keys that are in force at `at`. They are locked until the transaction ends: of two that would revoke the last two
 * at one time, the second sees what the first has done.
 */
export async function lockAdminKeys(tx: Tx, at: Date): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM api_keys
      WHERE scope = 'admin' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1)
      ORDER BY id FOR UPDATE`,
    [at],
  );
  return rows.map(({ id }) => id);
}

/** Undefined when there is no such key; a key that was revoked before keeps its time. */
export async function revokeKey(on: Queryable, id: string, at: Date): Promise<ApiKeyRow | undefined> {
  const [row] = await on.query<ApiKeyRow>(
    `UPDATE api_keys SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, at],
  );
  return row;
}

export async function revokeKeysNamed(on: Queryable, name: string, at: Date): Promise<void> {
  await on.query('UPDATE api_keys SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL', [name, at]);
}

export async function touchKey(on: Queryable, id: string, at: Date): Promise<void> {
  await on.query('UPDATE api_keys SET last_used_at = $2 WHERE id = $1', [id, at]);
}
