import { z } from 'zod';
import type { Queryable } from '../../kernel/db.ts';
import { parseRows } from './connection.ts';

const MOST = 10_000;
const Id = z.object({ id: z.int() });

/** What waits in a store's own queues: ids of orders whose goods are on their way, and of messages. */
export type QueuedWork = { deliveries: number[]; messages: number[] };

/** What waits now, of each queue the 10,000 oldest. */
export async function queuedWork(on: Queryable): Promise<QueuedWork> {
  const deliveries = await on.query(
    "SELECT order_id AS id FROM public.deliveries WHERE status = 'pending' ORDER BY order_id LIMIT $1",
    [MOST],
  );
  const messages = await on.query(
    'SELECT id FROM public.outbox WHERE sent_at IS NULL AND refused IS NULL ORDER BY id LIMIT $1',
    [MOST],
  );
  return {
    deliveries: parseRows('deliveries', Id, deliveries).map(({ id }) => id),
    messages: parseRows('outbox', Id, messages).map(({ id }) => id),
  };
}

/** How many of what waited are there still, waiting or done. */
export async function countKept(on: Queryable, waited: QueuedWork): Promise<number> {
  const rows = await on.query(
    `SELECT (SELECT count(*) FROM public.deliveries WHERE order_id = ANY($1::bigint[]))::int
          + (SELECT count(*) FROM public.outbox WHERE id = ANY($2::bigint[]))::int AS id`,
    [waited.deliveries, waited.messages],
  );
  return parseRows('outbox', Id, rows)[0]!.id;
}
