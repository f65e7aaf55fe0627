import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import type { Tier } from './prices.ts';

/** `endless` has one content that is sold any number of times; its stock is 1 as long as it has that. */
export type ProductKind = 'units' | 'endless';

/** A product as a list shows it. `position` is its number among all products on sale. */
export type ListedProduct = {
  id: number;
  position: number;
  name: string;
  price: Rupiah;
  sold: number;
  kind: ProductKind;
  available: number;
  category: string | null;
};

export type ProductStatus = 'active' | 'inactive' | 'archived';

export type Product = {
  id: number;
  code: string;
  name: string;
  price: Rupiah;
  /** Prices by quantity, the smallest quantity first. */
  tiers: Tier[];
  /** How many one customer may have in all; null is as many as they like. */
  perCustomer: number | null;
  kind: ProductKind;
  description: string | null;
  categoryId: number | null;
  category: string | null;
  photo: string | null;
  terms: string | null;
  status: ProductStatus;
  sold: number;
  available: number;
};

/** In lower case by the rules of Unicode: a database may have been made with those of no language, which know A to Z only. */
export const lower = (text: string): string => `lower(${text} COLLATE "und-x-icu")`;

/** Units are counted for the rows of the page only. */
export async function listActive(
  on: Queryable,
  page: { categoryId: number | undefined; limit: number; offset: number },
): Promise<(ListedProduct & { total: number })[]> {
  return on.query(
    `SELECT p.id, l.position, l.total, p.name, p.price, p.sold, c.name AS category, p.kind, s.available
       FROM (SELECT id, position, count(*) OVER () AS total
               FROM (SELECT id, category_id, row_number() OVER (ORDER BY id) AS position
                       FROM products WHERE status = 'active') numbered
              WHERE $1::bigint IS NULL OR category_id = $1
              ORDER BY id LIMIT $2 OFFSET $3) l
       JOIN products p ON p.id = l.id
       JOIN product_stock s ON s.product_id = p.id
       LEFT JOIN categories c ON c.id = p.category_id
      ORDER BY p.id`,
    [page.categoryId ?? null, page.limit, page.offset],
  );
}

export type StaffListed = Pick<
  Product,
  'id' | 'code' | 'name' | 'price' | 'status' | 'kind' | 'available' | 'categoryId' | 'category'
>;

/** Everything that is not archived, as admins see it. */
export async function listKept(
  on: Queryable,
  page: { limit: number; offset: number },
): Promise<(StaffListed & { total: number })[]> {
  return on.query(
    `SELECT p.id, p.code, p.name, p.price, p.status, p.category_id AS "categoryId", c.name AS category, p.kind, s.available,
            count(*) OVER () AS total
       FROM products p JOIN product_stock s ON s.product_id = p.id LEFT JOIN categories c ON c.id = p.category_id
      WHERE p.status <> 'archived' ORDER BY p.id LIMIT $1 OFFSET $2`,
    [page.limit, page.offset],
  );
}

const PRODUCT = `SELECT p.id, p.code, p.name, p.price, p.tiers, p.per_customer AS "perCustomer", p.description, p.photo_file_id AS photo, p.terms, p.status, p.sold,
                        p.category_id AS "categoryId", c.name AS category, p.kind, s.available
                   FROM products p JOIN product_stock s ON s.product_id = p.id LEFT JOIN categories c ON c.id = p.category_id`;

export async function findProduct(on: Queryable, id: number): Promise<Product | undefined> {
  const [row] = await on.query<Product>(`${PRODUCT} WHERE p.id = $1 AND p.status <> 'archived'`, [id]);
  return row;
}

export async function findActiveByCode(on: Queryable, code: string): Promise<Product | undefined> {
  const [row] = await on.query<Product>(`${PRODUCT} WHERE lower(p.code) = lower($1) AND p.status = 'active'`, [code]);
  return row;
}

export async function findActiveAt(on: Queryable, position: number): Promise<Product | undefined> {
  const [row] = await on.query<Product>(`${PRODUCT} WHERE p.status = 'active' ORDER BY p.id LIMIT 1 OFFSET $1`, [
    position - 1,
  ]);
  return row;
}

/** True while a product that is not archived carries this code, in whatever case. */
export async function codeTaken(on: Queryable, code: string): Promise<boolean> {
  const rows = await on.query("SELECT id FROM products WHERE lower(code) = lower($1) AND status <> 'archived'", [code]);
  return rows.length > 0;
}

export type Category = { id: number; name: string };

/** Active categories that have something on sale; `total` is how many there are. */
export async function listCategories(
  on: Queryable,
  page: { limit: number; offset: number },
): Promise<(Category & { total: number })[]> {
  return on.query(
    `SELECT id, name, count(*) OVER () AS total FROM categories c
      WHERE active AND EXISTS (SELECT 1 FROM products p WHERE p.category_id = c.id AND p.status = 'active')
      ORDER BY position, id LIMIT $1 OFFSET $2`,
    [page.limit, page.offset],
  );
}

export type ProductDraft = {
  code: string;
  name: string;
  price: Rupiah;
  description: string | null;
  kind?: ProductKind;
};

/** Returns the id, or undefined when the code is taken. */
export async function insertProduct(tx: Tx, draft: ProductDraft): Promise<number | undefined> {
  const [row] = await tx.query<{ id: number }>(
    `INSERT INTO products (code, name, price, description, kind) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (lower(code)) WHERE status <> 'archived' DO NOTHING RETURNING id`,
    [draft.code, draft.name, draft.price, draft.description, draft.kind ?? 'units'],
  );
  return row?.id;
}

/** What an admin may change about a product that exists. */
export type ProductFields = {
  name: string;
  price: Rupiah;
  description: string | null;
  terms: string | null;
  status: 'active' | 'inactive';
  categoryId: number | null;
  /** A file_id of this bot. */
  photo: string | null;
  tiers: Tier[];
  perCustomer: number | null;
};

/** Reads a product for changing: nobody else changes it until the transaction ends. */
export async function lockFields(tx: Tx, id: number): Promise<ProductFields | undefined> {
  const [row] = await tx.query<ProductFields>(
    `SELECT name, price, description, terms, status, category_id AS "categoryId", photo_file_id AS photo, tiers,
            per_customer AS "perCustomer" FROM products
      WHERE id = $1 AND status <> 'archived' FOR NO KEY UPDATE`,
    [id],
  );
  return row;
}

export async function writeFields(tx: Tx, id: number, fields: ProductFields): Promise<void> {
  await tx.query(
    `UPDATE products SET name = $2, price = $3, description = $4, terms = $5, status = $6, category_id = $7,
            photo_file_id = $8, tiers = $9, per_customer = $10, updated_at = now()
      WHERE id = $1`,
    [
      id,
      fields.name,
      fields.price,
      fields.description,
      fields.terms,
      fields.status,
      fields.categoryId,
      fields.photo,
      JSON.stringify(fields.tiers),
      fields.perCustomer,
    ],
  );
}

/**
 * Reads a product for removing. `FOR UPDATE` also waits for orders that are being written: they hold the key of the
 * product until they commit.
 */
export async function lockForRemoval(tx: Tx, id: number): Promise<{ code: string; name: string } | undefined> {
  const [row] = await tx.query<{ code: string; name: string }>(
    "SELECT code, name FROM products WHERE id = $1 AND status <> 'archived' FOR UPDATE",
    [id],
  );
  return row;
}

export async function hasOrders(tx: Tx, id: number): Promise<boolean> {
  const rows = await tx.query('SELECT order_id FROM order_lines WHERE product_id = $1 LIMIT 1', [id]);
  return rows.length > 0;
}

/** Takes a product out of the catalog for good. What is reserved or sold stays; what is not is withdrawn. */
export async function archiveProduct(tx: Tx, id: number): Promise<void> {
  await tx.query("UPDATE stock_units SET status = 'removed' WHERE product_id = $1 AND status = 'available'", [id]);
  await tx.query("UPDATE products SET status = 'archived', updated_at = now() WHERE id = $1", [id]);
}

/** Deletes a product that nobody ever ordered, with its units. */
export async function deleteProduct(tx: Tx, id: number): Promise<void> {
  await tx.query('DELETE FROM stock_units WHERE product_id = $1', [id]);
  await tx.query('DELETE FROM products WHERE id = $1', [id]);
}
