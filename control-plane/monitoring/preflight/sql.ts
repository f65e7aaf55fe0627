import type { Queryable } from '../../../kernel/db.ts';

/** What waits in the store's own queues: orders whose goods are on their way, and messages. */
export type Waiting = { deliveries: string[]; messages: string[] };

export async function selectWaiting(on: Queryable): Promise<Waiting> {
  const deliveries = await on.query<{ id: string }>(
    "SELECT order_id::text AS id FROM deliveries WHERE status = 'pending' ORDER BY order_id LIMIT 10000",
  );
  const messages = await on.query<{ id: string }>(
    'SELECT id::text AS id FROM outbox WHERE sent_at IS NULL AND refused IS NULL ORDER BY id LIMIT 10000',
  );
  return { deliveries: deliveries.map(({ id }) => id), messages: messages.map(({ id }) => id) };
}

/** How many of what waited is there still, waiting or done. */
export async function countKnown(on: Queryable, waited: Waiting): Promise<number> {
  const [row] = await on.query<{ known: number }>(
    `SELECT (SELECT count(*) FROM deliveries WHERE order_id = ANY($1::bigint[]))::int
          + (SELECT count(*) FROM outbox WHERE id = ANY($2::bigint[]))::int AS known`,
    [waited.deliveries, waited.messages],
  );
  return row?.known ?? 0;
}

/** Where the server keeps its data, on its own machine, and the size of one database in bytes. */
export async function selectStorage(on: Queryable, database: string): Promise<{ folder: string; bytes: number }> {
  const [row] = await on.query<{ folder: string; bytes: number }>(
    "SELECT current_setting('data_directory') AS folder, pg_database_size($1)::float8 AS bytes",
    [database],
  );
  return row ?? { folder: '', bytes: 0 };
}
