import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { StoreUser } from '../../../bot/context.ts';
import type { Form } from '../../../bot/form.ts';
import type { Sender } from '../../../bot/updates.ts';

type SeenRow = Omit<StoreUser, 'blocked'> & {
  blocked: boolean;
  wizard: string | null;
  step: string | null;
  data: Record<string, unknown> | null;
  typed: boolean | null;
  held: string | null;
};

/**
 * Records a sender and returns them with the form they are filling in. Somebody who is known and unchanged costs a read:
 * the row is written when a name changed, when they had blocked the bot, or once a minute.
 */
export async function seen(tx: Tx, sender: Sender): Promise<{ user: StoreUser; form: Form | undefined }> {
  const values = [sender.id, sender.first_name, sender.last_name ?? null, sender.username ?? null];
  const [known] = await tx.query<SeenRow & { stale: boolean }>(
    `SELECT u.id, u.first_name AS "firstName", u.last_name AS "lastName", u.username, u.display_name AS "displayName",
            u.blocked_at IS NOT NULL AS blocked, c.wizard, c.step, c.data, c.typed, c.held,
            (u.first_name, u.last_name, u.username) IS DISTINCT FROM ($2::text, $3::text, $4::text)
              OR u.bot_blocked_at IS NOT NULL OR u.last_seen_at < now() - interval '1 minute' AS stale
       FROM users u LEFT JOIN conversations c ON c.user_id = u.id
      WHERE u.id = $1`,
    values,
  );
  if (!known || known.stale) await upsert(tx, values);
  const row = known ?? { wizard: null, step: null, data: null, typed: null, held: null };
  return {
    user: {
      id: sender.id,
      firstName: sender.first_name,
      lastName: sender.last_name ?? null,
      username: sender.username ?? null,
      displayName: known?.displayName ?? null,
      blocked: known?.blocked ?? false,
    },
    form: row.wizard && row.step ? formOf(row.wizard, row.step, row) : undefined,
  };
}

const formOf = (wizard: string, step: string, row: Pick<SeenRow, 'data' | 'typed' | 'held'>): Form => ({
  wizard,
  step,
  data: row.data ?? {},
  typed: row.typed ?? false,
  held: row.held ?? undefined,
});

async function upsert(tx: Tx, values: unknown[]): Promise<void> {
  await tx.query(
    `INSERT INTO users (id, first_name, last_name, username) VALUES ($1, $2, $3, $4)
     ON CONFLICT (id) DO UPDATE
       SET first_name = EXCLUDED.first_name, last_name = EXCLUDED.last_name, username = EXCLUDED.username,
           bot_blocked_at = NULL, last_seen_at = now()`,
    values,
  );
}

/**
 * Customers check out one at a time with themselves: a double tap waits here for the first. Blocking them waits too, so
 * `blocked` holds until the transaction ends, whatever was read before.
 */
export async function lockCustomer(tx: Tx, userId: number): Promise<{ blocked: boolean }> {
  const [row] = await tx.query<{ blocked: boolean }>(
    'SELECT blocked_at IS NOT NULL AS blocked FROM users WHERE id = $1 FOR NO KEY UPDATE',
    [userId],
  );
  return { blocked: row?.blocked ?? false };
}

export async function setUnreachable(on: Queryable, id: number): Promise<void> {
  await on.query('UPDATE users SET bot_blocked_at = coalesce(bot_blocked_at, now()) WHERE id = $1', [id]);
}

export async function setReachable(on: Queryable, id: number): Promise<void> {
  await on.query('UPDATE users SET bot_blocked_at = NULL WHERE id = $1 AND bot_blocked_at IS NOT NULL', [id]);
}

export async function setStarted(tx: Tx, id: number): Promise<void> {
  await tx.query('UPDATE users SET started_at = now() WHERE id = $1 AND started_at IS NULL', [id]);
}

export type Totals = { users: number; transactions: number };

export async function countTotals(on: Queryable): Promise<Totals> {
  const [row] = await on.query<Totals>(
    `SELECT (SELECT count(*) FROM users) AS users,
            (SELECT count(*) FROM orders WHERE status IN ('paid', 'delivered')) AS transactions`,
  );
  return row!;
}

/** `whatsapp` is digits with the country's. */
export type Profile = { id: number; joinedAt: Date; whatsapp: string | null };

export async function findProfile(on: Queryable, id: number): Promise<Profile | undefined> {
  const [row] = await on.query<Profile>('SELECT id, joined_at AS "joinedAt", whatsapp FROM users WHERE id = $1', [id]);
  return row;
}

export async function setDisplayName(tx: Tx, id: number, name: string): Promise<void> {
  await tx.query('UPDATE users SET display_name = $2 WHERE id = $1', [id, name]);
}

export async function setWhatsApp(tx: Tx, id: number, number: string | null): Promise<void> {
  await tx.query('UPDATE users SET whatsapp = $2 WHERE id = $1', [id, number]);
}

/** How a person of the store is reached. Who never wrote to the bot has an id and nothing else. */
export type Contact = { id: number; name: string | null; username: string | null };

export async function findContacts(on: Queryable, ids: readonly number[]): Promise<Contact[]> {
  return on.query(
    `SELECT asked.id, coalesce(u.display_name, u.first_name) AS name, u.username
       FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (id, place) LEFT JOIN users u ON u.id = asked.id
      ORDER BY asked.place`,
    [ids],
  );
}
