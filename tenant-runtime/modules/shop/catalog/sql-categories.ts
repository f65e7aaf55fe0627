import type { Queryable, Tx } from '../../../../kernel/db.ts';
import { lower } from './sql.ts';

/** A category as admins see it: the `place` it has among all, and how many products in it are not archived. */
export type StaffCategory = {
  id: number;
  name: string;
  active: boolean;
  place: number;
  places: number;
  products: number;
};

const COLUMNS = `c.id, c.name, c.active, (SELECT count(*) FROM categories) AS places,
  (SELECT count(*) FROM categories o WHERE (o.position, o.id) <= (c.position, c.id)) AS place,
  (SELECT count(*) FROM products p WHERE p.category_id = c.id AND p.status <> 'archived') AS products`;

export async function pageOfCategories(
  on: Queryable,
  page: { limit: number; offset: number },
): Promise<(StaffCategory & { total: number })[]> {
  return on.query(
    `SELECT ${COLUMNS}, count(*) OVER () AS total FROM categories c ORDER BY c.position, c.id LIMIT $1 OFFSET $2`,
    [page.limit, page.offset],
  );
}

export async function findCategory(on: Queryable, id: number): Promise<StaffCategory | undefined> {
  const [row] = await on.query<StaffCategory>(`SELECT ${COLUMNS} FROM categories c WHERE c.id = $1`, [id]);
  return row;
}

export async function categoryExists(on: Queryable, id: number): Promise<boolean> {
  const rows = await on.query('SELECT id FROM categories WHERE id = $1', [id]);
  return rows.length > 0;
}

/** True while another category has this name, in whatever case. */
export async function categoryNameTaken(on: Queryable, name: string, but: number | null): Promise<boolean> {
  const rows = await on.query(
    `SELECT id FROM categories WHERE ${lower('name')} = ${lower('$1::text')} AND id IS DISTINCT FROM $2`,
    [name, but],
  );
  return rows.length > 0;
}

/** Adds a category below all others. */
export async function insertCategory(tx: Tx, name: string): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `INSERT INTO categories (name, position) SELECT $1, coalesce(max(position), 0) + 1 FROM categories RETURNING id`,
    [name],
  );
  return row!.id;
}

export async function writeCategory(
  tx: Tx,
  id: number,
  { name, active }: { name: string; active: boolean },
): Promise<void> {
  await tx.query('UPDATE categories SET name = $2, active = $3 WHERE id = $1', [id, name, active]);
}

/** Ids in the order in which they are shown. */
export async function categoryOrder(on: Queryable): Promise<number[]> {
  const rows = await on.query<{ id: number }>('SELECT id FROM categories ORDER BY position, id');
  return rows.map((row) => row.id);
}

export async function writeCategoryOrder(tx: Tx, ids: readonly number[]): Promise<void> {
  await tx.query(
    `UPDATE categories c SET position = o.position
       FROM unnest($1::bigint[]) WITH ORDINALITY AS o (id, position) WHERE c.id = o.id AND c.position <> o.position`,
    [ids],
  );
}

/** Deletes a category; its products stay, without one. They are locked as checkouts lock them, in the order of their ids. */
export async function deleteCategory(tx: Tx, id: number): Promise<void> {
  await tx.query('SELECT id FROM products WHERE category_id = $1 ORDER BY id FOR NO KEY UPDATE', [id]);
  await tx.query('UPDATE products SET category_id = NULL, updated_at = now() WHERE category_id = $1', [id]);
  await tx.query('DELETE FROM categories WHERE id = $1', [id]);
}
