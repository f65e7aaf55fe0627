import type { Queryable } from '../../../kernel/db.ts';

/*
 * Tables of a store, read and written as the store's role: what its runtime did since the backup and cannot be undone.
 * `former` is the database of now, `restored` that of the backup; rows of before the backup have the same ids in both.
 */

const PAGE = 2000;

/** Walks through rows by a growing id, a page at a time. @returns how many `apply` changed */
async function inPages<R extends { id: number }>(
  page: (after: number) => Promise<R[]>,
  apply: (rows: R[]) => Promise<number>,
): Promise<number> {
  let changed = 0;
  for (let after = 0; ; ) {
    const rows = await page(after);
    const last = rows.at(-1);
    if (!last) return changed;
    changed += await apply(rows);
    after = last.id;
  }
}

/** Updates that were handled since: Telegram may send one of them again. */
export function carryUpdates(former: Queryable, restored: Queryable): Promise<number> {
  return inPages(
    (after) =>
      former.query<{ id: number }>(
        `SELECT update_id AS id FROM updates WHERE update_id > $1 ORDER BY update_id LIMIT ${PAGE}`,
        [after],
      ),
    async (rows) => {
      const made = await restored.query(
        'INSERT INTO updates (update_id) SELECT unnest($1::bigint[]) ON CONFLICT DO NOTHING RETURNING 1',
        [rows.map((row) => row.id)],
      );
      return made.length;
    },
  );
}

/** Messages that wait in the backup and went out since, or were given up. */
export function carryMessages(former: Queryable, restored: Queryable): Promise<number> {
  return inPages(
    (after) =>
      restored.query<{ id: number; cause: string }>(
        `SELECT id, cause FROM outbox WHERE sent_at IS NULL AND refused IS NULL AND id > $1 ORDER BY id LIMIT ${PAGE}`,
        [after],
      ),
    async (rows) => {
      const waiting = await former.query<{ cause: string }>(
        'SELECT cause FROM outbox WHERE cause = ANY ($1) AND sent_at IS NULL AND refused IS NULL',
        [rows.map((row) => row.cause)],
      );
      const still = new Set(waiting.map((row) => row.cause));
      const ended = rows.filter((row) => !still.has(row.cause)).map((row) => row.id);
      await restored.query('UPDATE outbox SET sent_at = now(), sealed = NULL WHERE id = ANY ($1)', [ended]);
      return ended.length;
    },
  );
}

/**
 * Units that are for sale in the backup and were sold since, or were before an earlier restore: what a customer holds is not
 * sold to another. Units that an admin took out come back.
 * @returns their ids
 */
export async function carrySold(former: Queryable, restored: Queryable): Promise<number[]> {
  const carried: number[] = [];
  await inPages(
    (after) =>
      restored.query<{ id: number; fingerprint: string }>(
        `SELECT id, fingerprint FROM stock_units WHERE status = 'available' AND id > $1 ORDER BY id LIMIT ${PAGE}`,
        [after],
      ),
    async (rows) => {
      const sold = await former.query<{ id: number }>(
        `SELECT s.id FROM stock_units s JOIN unnest($1::bigint[], $2::text[]) AS b (id, fingerprint) USING (id, fingerprint)
         WHERE s.status = 'sold'
            OR (s.status = 'removed' AND EXISTS (SELECT FROM audit_log a
                  WHERE a.action = 'store.restore' AND a.after->'units' @> to_jsonb(s.id)))`,
        [rows.map((row) => row.id), rows.map((row) => row.fingerprint)],
      );
      const ids = sold.map((row) => row.id);
      await restored.query("UPDATE stock_units SET status = 'removed' WHERE id = ANY ($1)", [ids]);
      carried.push(...ids);
      return ids.length;
    },
  );
  return carried;
}

type Delivered = { id: number; ref: string; paid_at: Date; delivered_at: Date; settled_by: string | null };

/** Orders that are open in the backup and were paid and delivered since. Their goods are not delivered again. */
export function carryDelivered(former: Queryable, restored: Queryable): Promise<number> {
  return inPages(
    (after) =>
      restored.query<{ id: number; ref: string }>(
        `SELECT id, ref FROM orders WHERE status IN ('awaiting_payment', 'paid', 'expired', 'cancelled') AND id > $1
         ORDER BY id LIMIT ${PAGE}`,
        [after],
      ),
    async (rows) => {
      const done = await former.query<Delivered>(
        `SELECT o.id, o.ref, o.paid_at, o.delivered_at, o.settled_by
         FROM orders o JOIN unnest($1::bigint[], $2::text[]) AS b (id, ref) USING (id, ref)
         WHERE o.status = 'delivered' AND o.paid_at IS NOT NULL`,
        [rows.map((row) => row.id), rows.map((row) => row.ref)],
      );
      for (const order of done) await finishDelivered(restored, order);
      return done.length;
    },
  );
}

async function finishDelivered(restored: Queryable, order: Delivered): Promise<void> {
  const { id, paid_at, delivered_at, settled_by } = order;
  await restored.query(
    `UPDATE orders SET status = 'delivered', paid_at = $2, delivered_at = $3, settled_by = $4, closed_at = NULL,
       closed_reason = NULL WHERE id = $1`,
    [id, paid_at, delivered_at, settled_by],
  );
  await restored.query(
    `UPDATE payments SET status = 'completed', completed_at = $2, next_check_at = NULL
     WHERE order_id = $1 AND status <> 'completed'`,
    [id, paid_at],
  );
  await restored.query(
    `INSERT INTO deliveries (order_id, status, delivered_at) VALUES ($1, 'delivered', $2)
     ON CONFLICT (order_id) DO UPDATE SET status = 'delivered', delivered_at = EXCLUDED.delivered_at`,
    [id, delivered_at],
  );
  await restored.query(
    "UPDATE stock_units SET status = 'sold', sold_at = $2 WHERE order_id = $1 AND status = 'reserved'",
    [id, paid_at],
  );
}

/** A broadcast that was under way would go on where it was then, and reach many a second time. An admin may go on with it. */
export async function stopBroadcasts(restored: Queryable, reason: string): Promise<number> {
  const rows = await restored.query(
    "UPDATE broadcasts SET status = 'stopped', stop_reason = $1, ended_at = now() WHERE status = 'running' RETURNING id",
    [reason],
  );
  return rows.length;
}

export async function recordRestore(restored: Queryable, target: string, carried: unknown): Promise<void> {
  await restored.query(
    "INSERT INTO audit_log (actor_role, action, target, after) VALUES ('system', 'store.restore', $1, $2)",
    [target, JSON.stringify(carried)],
  );
}
