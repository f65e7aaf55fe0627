import type { Queryable, Tx } from '../../../kernel/db.ts';
import type { KeyScope } from '../contract/index.ts';

/** A time, and the time since which a session must have been used at it. */
export type Moment = { at: Date; usedSince: Date };

export type SessionRow = { hash: string; key_id: string; name: string; scope: KeyScope; ends_at: Date; seen_at: Date };

const IN_FORCE = `s.ends_at > $2 AND s.seen_at > $3
  AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)`;

export async function selectSession(on: Queryable, hash: string, moment: Moment): Promise<SessionRow | undefined> {
  const [row] = await on.query<SessionRow>(
    `SELECT s.hash, s.key_id, k.name, k.scope, s.ends_at, s.seen_at
       FROM console_sessions s JOIN api_keys k ON k.id = s.key_id WHERE s.hash = $1 AND ${IN_FORCE}`,
    [hash, moment.at, moment.usedSince],
  );
  return row;
}

export async function selectInForce(on: Queryable, hashes: readonly string[], moment: Moment): Promise<string[]> {
  const rows = await on.query<{ hash: string }>(
    `SELECT s.hash FROM console_sessions s JOIN api_keys k ON k.id = s.key_id WHERE s.hash = ANY($1) AND ${IN_FORCE}`,
    [hashes, moment.at, moment.usedSince],
  );
  return rows.map(({ hash }) => hash);
}

/** A session ends no later than its key. @returns when; undefined when the key is no longer in force */
export async function insertSession(
  tx: Tx,
  row: { hash: string; keyId: string; at: Date; endsAt: Date },
): Promise<Date | undefined> {
  const [made] = await tx.query<{ ends_at: Date }>(
    `INSERT INTO console_sessions (hash, key_id, created_at, ends_at, seen_at)
     SELECT $1, id, $3, least($4, expires_at), $3 FROM api_keys
      WHERE id = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)
     RETURNING ends_at`,
    [row.hash, row.keyId, row.at, row.endsAt],
  );
  return made?.ends_at;
}

export async function touchSession(on: Queryable, hash: string, at: Date): Promise<void> {
  await on.query('UPDATE console_sessions SET seen_at = $2 WHERE hash = $1 AND seen_at < $2', [hash, at]);
}

export async function deleteSession(on: Queryable, hash: string): Promise<void> {
  await on.query('DELETE FROM console_sessions WHERE hash = $1', [hash]);
}

export async function insertTicket(
  tx: Tx,
  row: { hash: string; keyId: string; at: Date; expiresAt: Date },
): Promise<void> {
  await tx.query('INSERT INTO sign_in_tickets (hash, key_id, created_at, expires_at) VALUES ($1, $2, $3, $4)', [
    row.hash,
    row.keyId,
    row.at,
    row.expiresAt,
  ]);
}

/** Uses a ticket up: of two that come at once, one gets it. Undefined when it is unknown, used, or too old. */
export async function takeTicket(
  tx: Tx,
  hash: string,
  at: Date,
): Promise<{ id: string; name: string; scope: KeyScope } | undefined> {
  const [row] = await tx.query<{ id: string; name: string; scope: KeyScope }>(
    `DELETE FROM sign_in_tickets t USING api_keys k
      WHERE t.hash = $1 AND t.expires_at > $2 AND k.id = t.key_id RETURNING k.id, k.name, k.scope`,
    [hash, at],
  );
  return row;
}

/** Leaves a key its `newest` sessions, or tickets: whoever has the key does not fill the table. */
export async function deleteOlder(
  tx: Tx,
  table: 'console_sessions' | 'sign_in_tickets',
  keyId: string,
  newest: number,
): Promise<void> {
  await tx.query(
    `DELETE FROM ${table} WHERE hash IN
       (SELECT hash FROM ${table} WHERE key_id = $1 ORDER BY created_at DESC, hash OFFSET $2)`,
    [keyId, newest],
  );
}

export async function deleteEnded(on: Queryable, { at, usedSince }: Moment): Promise<void> {
  await on.query(
    `DELETE FROM console_sessions s USING api_keys k WHERE k.id = s.key_id AND
       (s.ends_at <= $1 OR s.seen_at <= $2 OR k.revoked_at IS NOT NULL)`,
    [at, usedSince],
  );
  await on.query('DELETE FROM sign_in_tickets WHERE expires_at <= $1', [at]);
}
