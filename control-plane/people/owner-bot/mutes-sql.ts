import type { Queryable } from '../../../kernel/db.ts';

export type Mute = {
  id: number;
  chatId: number;
  /** Null for everything. */
  tenantId: string | null;
  store: string | null;
  storeName: string | null;
  begunAt: Date;
  until: Date;
};

const COLUMNS = `q.id, q.chat_id AS "chatId", q.tenant_id AS "tenantId", t.store, t.store_name AS "storeName",
  q.begun_at AS "begunAt", q.until`;

/** Begins a mute, or gives the one that goes on another end. */
export async function upsertMute(
  on: Queryable,
  mute: { chatId: number; tenantId: string | null; now: Date; until: Date },
): Promise<void> {
  await on.query(
    `INSERT INTO owner_mutes (chat_id, tenant_id, begun_at, until) VALUES ($1, $2, $3, $4)
     ON CONFLICT ON CONSTRAINT owner_mutes_one DO UPDATE SET until = excluded.until`,
    [mute.chatId, mute.tenantId, mute.now, mute.until],
  );
}

/** Ends the mute of one store, or all of a chat with undefined. @returns how many */
export async function endMutes(
  on: Queryable,
  chatId: number,
  tenantId: string | undefined,
  now: Date,
): Promise<number> {
  const rows = await on.query(
    `UPDATE owner_mutes SET until = $3
      WHERE chat_id = $1 AND ($2::uuid IS NULL OR tenant_id = $2) AND until > $3 RETURNING id`,
    [chatId, tenantId ?? null, now],
  );
  return rows.length;
}

/** Those that go on, of one chat. */
export async function selectMutes(on: Queryable, chatId: number, now: Date): Promise<Mute[]> {
  return on.query(
    `SELECT ${COLUMNS} FROM owner_mutes q LEFT JOIN tenants t ON t.id = q.tenant_id
      WHERE q.chat_id = $1 AND q.until > $2 ORDER BY t.store NULLS FIRST`,
    [chatId, now],
  );
}

/** Those whose end was not said yet; of one store not before everything may be heard again. */
export async function selectEndedMutes(on: Queryable, now: Date): Promise<Mute[]> {
  return on.query(
    `SELECT ${COLUMNS} FROM owner_mutes q LEFT JOIN tenants t ON t.id = q.tenant_id
      WHERE q.until <= $1
        AND NOT EXISTS (SELECT FROM owner_mutes a WHERE a.chat_id = q.chat_id AND a.tenant_id IS NULL AND a.until > $1)
      ORDER BY q.until, q.id`,
    [now],
  );
}

export async function nextEndOfMute(on: Queryable, now: Date): Promise<Date | undefined> {
  const [row] = await on.query<{ until: Date | null }>('SELECT min(until) AS until FROM owner_mutes WHERE until > $1', [
    now,
  ]);
  return row?.until ?? undefined;
}

/** Forgets a mute whose end was said, unless it was begun again meanwhile. */
export async function deleteMute(on: Queryable, mute: Pick<Mute, 'id' | 'until'>): Promise<void> {
  await on.query("DELETE FROM owner_mutes WHERE id = $1 AND until < $2::timestamptz + interval '1 millisecond'", [
    mute.id,
    mute.until,
  ]);
}
