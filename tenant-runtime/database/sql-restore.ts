import { z } from 'zod';
import type { Queryable } from '../../kernel/db.ts';
import { AppError } from '../../kernel/errors.ts';
import { parseRows } from './connection.ts';

/*
 * What a store's runtime did since a backup and cannot be undone. `former` is the database of now, `restored` that of the
 * backup; rows that the backup has are of the same ids in both.
 */

const PAGE = 2000;
const LONGEST_TEXT = 1000;

const Id = z.object({ id: z.int() });
const Message = Id.extend({ cause: z.string() });
const Unit = Id.extend({ fingerprint: z.string() });
const Order = Id.extend({ ref: z.string() });
const Delivered = Id.extend({
  paid_at: z.date(),
  delivered_at: z.date().nullable(),
  settled_by: z.string().nullable(),
});

/** Far more than a store does in the days since a backup. A view in the place of a table may have rows without end. */
const MOST_PAGES = 2500;

/** Walks through rows by a growing id, a page at a time. @returns how many `apply` changed */
async function inPages<R extends { id: number }>(
  page: (after: number) => Promise<R[]>,
  apply: (rows: R[]) => Promise<number>,
): Promise<number> {
  let changed = 0;
  for (let after = 0, pages = 0; ; pages++) {
    const rows = await page(after);
    const last = rows.at(-1);
    if (!last) return changed;
    if (last.id <= after || pages === MOST_PAGES) {
      throw new AppError('TENANT_STATE_CONFLICT', "A table of the store's database has rows without end.");
    }
    changed += await apply(rows);
    after = last.id;
  }
}

/** Updates that were handled since: Telegram may send one of them again. @returns how many */
export function mergeUpdates(former: Queryable, restored: Queryable): Promise<number> {
  return inPages(
    async (after) => {
      const rows = await former.query(
        `SELECT update_id AS id FROM public.updates WHERE update_id > $1 ORDER BY update_id LIMIT ${PAGE}`,
        [after],
      );
      return parseRows('updates', Id, rows);
    },
    async (rows) => {
      const made = await restored.query(
        'INSERT INTO public.updates (update_id) SELECT unnest($1::bigint[]) ON CONFLICT DO NOTHING RETURNING 1',
        [rows.map((row) => row.id)],
      );
      return made.length;
    },
  );
}

/** Messages that wait in the backup and went out since, or were given up. @returns how many */
export function mergeMessages(former: Queryable, restored: Queryable): Promise<number> {
  return inPages(
    async (after) => {
      const rows = await restored.query(
        `SELECT id, left(cause, ${LONGEST_TEXT}) AS cause FROM public.outbox WHERE sent_at IS NULL AND refused IS NULL AND octet_length(cause) <= ${LONGEST_TEXT}
           AND id > $1 ORDER BY id LIMIT ${PAGE}`,
        [after],
      );
      return parseRows('outbox', Message, rows);
    },
    async (rows) => {
      const waiting = await former.query<{ cause: string }>(
        `SELECT left(cause, ${LONGEST_TEXT}) AS cause FROM public.outbox
         WHERE cause = ANY ($1) AND sent_at IS NULL AND refused IS NULL LIMIT ${PAGE}`,
        [rows.map((row) => row.cause)],
      );
      const still = new Set(waiting.map((row) => row.cause));
      const ended = rows.filter((row) => !still.has(row.cause)).map((row) => row.id);
      await restored.query('UPDATE public.outbox SET sent_at = now(), sealed = NULL WHERE id = ANY ($1)', [ended]);
      return ended.length;
    },
  );
}

/**
 * Units that are for sale in the backup and were sold since, or were before an earlier restore: what a customer holds is not
 * sold to another. Units that an admin took out come back.
 * @returns their ids
 */
export async function mergeSoldUnits(former: Queryable, restored: Queryable): Promise<number[]> {
  const merged: number[] = [];
  await inPages(
    async (after) => {
      const rows = await restored.query(
        `SELECT id, left(fingerprint, ${LONGEST_TEXT}) AS fingerprint FROM public.stock_units WHERE status = 'available' AND octet_length(fingerprint) <= ${LONGEST_TEXT}
           AND id > $1 ORDER BY id LIMIT ${PAGE}`,
        [after],
      );
      return parseRows('stock_units', Unit, rows);
    },
    async (rows) => {
      const sold = await former.query(
        `SELECT s.id FROM public.stock_units s JOIN unnest($1::bigint[], $2::text[]) AS b (id, fingerprint) USING (id, fingerprint)
         WHERE s.status = 'sold'
            OR (s.status = 'removed' AND EXISTS (SELECT FROM public.audit_log a
                  WHERE a.action = 'store.restore' AND a.after->'units' @> to_jsonb(s.id)))
         LIMIT ${PAGE}`,
        [rows.map((row) => row.id), rows.map((row) => row.fingerprint)],
      );
      const ids = parseRows('stock_units', Id, sold).map((row) => row.id);
      await restored.query("UPDATE public.stock_units SET status = 'removed' WHERE id = ANY ($1)", [ids]);
      merged.push(...ids);
      return ids.length;
    },
  );
  return merged;
}

/** Orders that are open in the backup and were paid and delivered since: not delivered again. @returns how many */
export function mergeDeliveredOrders(former: Queryable, restored: Queryable): Promise<number> {
  return inPages(
    async (after) => {
      const rows = await restored.query(
        `SELECT id, left(ref, ${LONGEST_TEXT}) AS ref FROM public.orders WHERE status IN ('awaiting_payment', 'paid', 'expired', 'cancelled')
           AND octet_length(ref) <= ${LONGEST_TEXT} AND id > $1 ORDER BY id LIMIT ${PAGE}`,
        [after],
      );
      return parseRows('orders', Order, rows);
    },
    async (rows) => {
      const found = await former.query(
        `SELECT o.id, o.paid_at, o.delivered_at, left(o.settled_by, ${LONGEST_TEXT}) AS settled_by
         FROM public.orders o JOIN unnest($1::bigint[], $2::text[]) AS b (id, ref) USING (id, ref)
         WHERE o.status = 'delivered' AND o.paid_at IS NOT NULL LIMIT ${PAGE}`,
        [rows.map((row) => row.id), rows.map((row) => row.ref)],
      );
      const delivered = parseRows('orders', Delivered, found);
      for (const order of delivered) await finishDelivered(restored, order);
      return delivered.length;
    },
  );
}

async function finishDelivered(restored: Queryable, order: z.infer<typeof Delivered>): Promise<void> {
  const { id, paid_at, delivered_at, settled_by } = order;
  await restored.query(
    `UPDATE public.orders SET status = 'delivered', paid_at = $2, delivered_at = $3, settled_by = $4, closed_at = NULL,
       closed_reason = NULL WHERE id = $1`,
    [id, paid_at, delivered_at, settled_by],
  );
  await restored.query(
    `UPDATE public.payments SET status = 'completed', completed_at = $2, next_check_at = NULL
     WHERE order_id = $1 AND status <> 'completed'`,
    [id, paid_at],
  );
  await restored.query(
    `INSERT INTO public.deliveries (order_id, status, delivered_at) VALUES ($1, 'delivered', $2)
     ON CONFLICT (order_id) DO UPDATE SET status = 'delivered', delivered_at = EXCLUDED.delivered_at`,
    [id, delivered_at],
  );
  await restored.query(
    "UPDATE public.stock_units SET status = 'sold', sold_at = $2 WHERE order_id = $1 AND status = 'reserved'",
    [id, paid_at],
  );
}

/** A broadcast that was under way would go on where it was then, and reach many twice. @returns how many were running */
export async function stopBroadcasts(restored: Queryable, reason: string): Promise<number> {
  const rows = await restored.query(
    "UPDATE public.broadcasts SET status = 'stopped', stop_reason = $1, ended_at = now() WHERE status = 'running' RETURNING id",
    [reason],
  );
  return rows.length;
}

/** An entry of the store's audit log. */
export async function recordRestore(restored: Queryable, target: string, merged: unknown): Promise<void> {
  await restored.query(
    "INSERT INTO public.audit_log (actor_role, action, target, after) VALUES ('system', 'store.restore', $1, $2)",
    [target, JSON.stringify(merged)],
  );
}
