import type { Queryable, Tx } from '../../../../../kernel/db.ts';
import { telegramId } from '../../../../../kernel/ids.ts';
import type { Rupiah } from '../../../../../kernel/money.ts';
import { withCountry } from '../index.ts';

export type ListedUser = {
  id: number;
  firstName: string;
  lastName: string | null;
  displayName: string | null;
  username: string | null;
  joinedAt: Date;
  /** An admin has blocked them. */
  blocked: boolean;
  /** They have blocked the bot. */
  away: boolean;
};

const COLUMNS = `u.id, u.first_name AS "firstName", u.last_name AS "lastName", u.display_name AS "displayName", u.username,
  u.joined_at AS "joinedAt", u.blocked_at IS NOT NULL AS blocked, u.bot_blocked_at IS NOT NULL AS away`;

type Window = { limit: number; offset: number };

/** A page of everybody, newest first. */
export async function listUsers(on: Queryable, window: Window): Promise<(ListedUser & { total: number })[]> {
  return on.query(
    `SELECT ${COLUMNS}, (SELECT count(*) FROM users) AS total
       FROM users u ORDER BY u.joined_at DESC, u.id DESC LIMIT $1 OFFSET $2`,
    [window.limit, window.offset],
  );
}

/** From this many digits on, a part of a WhatsApp number says something. */
const FEWEST_DIGITS = 4;

/** Who has this id, or whose name, @username or WhatsApp number holds what was typed. */
export async function searchUsers(
  on: Queryable,
  query: string,
  window: Window,
): Promise<(ListedUser & { total: number })[]> {
  const digits = query.replace(/[\s\-().]/g, '');
  const number = /^\+?\d+$/.test(digits) ? withCountry(digits) : '';
  const id = telegramId(query) ?? null;
  return on.query(
    `SELECT ${COLUMNS}, count(*) OVER () AS total FROM users u
      WHERE u.id = $1
         OR position($2 IN lower(concat_ws(' ', u.first_name, u.last_name))) > 0
         OR position($2 IN lower(u.display_name)) > 0
         OR position($3 IN lower(u.username)) > 0
         OR ($4 <> '' AND position($4 IN u.whatsapp) > 0)
      ORDER BY u.id = $1 DESC NULLS LAST, u.joined_at DESC, u.id DESC LIMIT $5 OFFSET $6`,
    [
      id,
      query.toLowerCase(),
      query.toLowerCase().replace(/^@(?=.)/, ''),
      number.length < FEWEST_DIGITS ? '' : number,
      window.limit,
      window.offset,
    ],
  );
}

/** `bought` counts orders that are paid, `spent` their money without what was given back. */
export type UserDetail = ListedUser & {
  whatsapp: string | null;
  lastSeenAt: Date;
  orders: number;
  bought: number;
  spent: Rupiah;
};

export async function findUser(on: Queryable, id: number): Promise<UserDetail | undefined> {
  const [row] = await on.query<UserDetail>(
    `SELECT ${COLUMNS}, u.whatsapp, u.last_seen_at AS "lastSeenAt", o.orders, o.bought, o.spent
       FROM users u, LATERAL (
         SELECT count(*) AS orders, count(*) FILTER (WHERE status IN ('paid', 'delivered')) AS bought,
                coalesce(sum(total - refunded) FILTER (WHERE status IN ('paid', 'delivered')), 0)::bigint AS spent
           FROM orders WHERE user_id = u.id) o
      WHERE u.id = $1`,
    [id],
  );
  return row;
}

/** Waits for a checkout of theirs that is at work, as that waits for this. False when it was so before. */
export async function setBlocked(tx: Tx, id: number, at: Date | null): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE users SET blocked_at = $2 WHERE id = $1 AND (blocked_at IS NULL) = ($2::timestamptz IS NOT NULL) RETURNING id`,
    [id, at],
  );
  return rows.length > 0;
}
