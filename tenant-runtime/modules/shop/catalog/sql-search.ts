import type { Queryable, Tx } from '../../../../kernel/db.ts';
import { type ListedProduct, lower } from './sql.ts';

/** Words are looked for as they are, in whatever case; the numbers are those of the list of all products. */
export async function searchActive(
  on: Queryable,
  of: { words: readonly string[]; limit: number; offset: number },
): Promise<(ListedProduct & { total: number })[]> {
  return on.query(
    `SELECT p.id, l.position, l.total, p.name, p.price, p.sold, c.name AS category, p.kind, s.available
       FROM (SELECT id, position, count(*) OVER () AS total
               FROM (SELECT id, ${lower("concat_ws(E'\\n', name, description)")} AS said, row_number() OVER (ORDER BY id) AS position
                       FROM products WHERE status = 'active') numbered
              WHERE NOT EXISTS (SELECT 1 FROM unnest($1::text[]) AS word WHERE strpos(said, ${lower('word')}) = 0)
              ORDER BY id LIMIT $2 OFFSET $3) l
       JOIN products p ON p.id = l.id
       JOIN product_stock s ON s.product_id = p.id
       LEFT JOIN categories c ON c.id = p.category_id
      ORDER BY p.id`,
    [of.words, of.limit, of.offset],
  );
}

export async function upsertSearch(tx: Tx, userId: number, query: string): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `INSERT INTO searches (user_id, query) VALUES ($1, $2)
     ON CONFLICT (user_id, query) DO UPDATE SET used_at = now() RETURNING id`,
    [userId, query],
  );
  return row!.id;
}

/** Leaves the newest searches of a person. */
export async function forgetOldSearches(tx: Tx, userId: number, kept: number): Promise<void> {
  await tx.query(
    `DELETE FROM searches WHERE id IN
       (SELECT id FROM searches WHERE user_id = $1 ORDER BY used_at DESC, id DESC OFFSET $2)`,
    [userId, kept],
  );
}

export async function findSearch(on: Queryable, userId: number, id: number): Promise<string | undefined> {
  const [row] = await on.query<{ query: string }>('SELECT query FROM searches WHERE user_id = $1 AND id = $2', [
    userId,
    id,
  ]);
  return row?.query;
}
