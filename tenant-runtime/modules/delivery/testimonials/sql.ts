import type { Queryable, Tx } from '../../../../kernel/db.ts';
import { type Channel, ChannelSchema } from './schema.ts';

const KEY = 'testimonial.channel';

export async function findChannel(on: Queryable): Promise<Channel | undefined> {
  const [row] = await on.query<{ value: unknown }>('SELECT value FROM settings WHERE key = $1', [KEY]);
  return row && ChannelSchema.safeParse(row.value).data;
}

/** Sets the channel; none is kept as nothing. */
export async function putChannel(tx: Tx, channel: Channel | undefined, by: number): Promise<void> {
  if (!channel) {
    await tx.query('DELETE FROM settings WHERE key = $1', [KEY]);
    return;
  }
  await tx.query(
    `INSERT INTO settings (key, value, updated_by) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_by = EXCLUDED.updated_by, updated_at = now()`,
    [KEY, JSON.stringify(channel), by],
  );
}

/** Takes this channel out, if it is the one that is set; of several who do so at once, one does. */
export async function dropChannel(tx: Tx, chatId: number): Promise<Channel | undefined> {
  const [row] = await tx.query<{ value: unknown }>(
    "DELETE FROM settings WHERE key = $1 AND (value->>'chatId')::bigint = $2 RETURNING value",
    [KEY, chatId],
  );
  return row && ChannelSchema.safeParse(row.value).data;
}
