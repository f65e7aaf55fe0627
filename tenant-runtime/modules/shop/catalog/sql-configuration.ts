import type { Tx } from '../../../../kernel/db.ts';
import type { CategoryItem, ProductItem } from './item.ts';

export async function readCategories(tx: Tx): Promise<CategoryItem[]> {
  return tx.query('SELECT id, name, position, active FROM categories ORDER BY id');
}

/** False when another category has this name: then nothing is written. */
export async function putCategory(tx: Tx, item: CategoryItem): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO categories (id, name, position, active) OVERRIDING SYSTEM VALUE
     SELECT $1::bigint, $2::text, $3::int, $4::boolean
      WHERE NOT EXISTS (SELECT 1 FROM categories WHERE lower(name) = lower($2) AND id <> $1)
     ON CONFLICT (id) DO UPDATE
       SET name = EXCLUDED.name, position = EXCLUDED.position, active = EXCLUDED.active
     RETURNING id`,
    [item.id, item.name, item.position, item.active],
  );
  return rows.length > 0;
}

/** Products that are not archived, with their terms; not their stock. */
export async function readProducts(tx: Tx): Promise<ProductItem[]> {
  return tx.query(
    `SELECT id, code, name, price, description, category_id AS "categoryId", photo_file_id AS photo, terms, status,
            kind, tiers, per_customer AS "perCustomer"
       FROM products WHERE status <> 'archived' ORDER BY id`,
  );
}

/**
 * Writes the settings of a product that is there, archived or deleted. False when another product has its code: then
 * nothing is written. A category that is gone leaves the product the one that it has; the kind of a product never changes.
 */
export async function putProduct(tx: Tx, item: ProductItem): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO products AS p (id, code, name, price, description, category_id, photo_file_id, terms, status, kind,
            tiers, per_customer)
       OVERRIDING SYSTEM VALUE
     SELECT $1::bigint, $2::text, $3::text, $4::bigint, $5::text, (SELECT c.id FROM categories c WHERE c.id = $6::bigint),
            $7::text, $8::text, $9::text, $10::text, $11::jsonb, $12::int
      WHERE NOT EXISTS (SELECT 1 FROM products o WHERE lower(o.code) = lower($2) AND o.id <> $1 AND o.status <> 'archived')
     ON CONFLICT (id) DO UPDATE
       SET code = EXCLUDED.code, name = EXCLUDED.name, price = EXCLUDED.price, description = EXCLUDED.description,
           category_id = CASE WHEN $6::bigint IS NULL THEN NULL ELSE coalesce(EXCLUDED.category_id, p.category_id) END,
           photo_file_id = EXCLUDED.photo_file_id, terms = EXCLUDED.terms, status = EXCLUDED.status,
           tiers = EXCLUDED.tiers, per_customer = EXCLUDED.per_customer, updated_at = now()
     RETURNING p.id`,
    [
      item.id,
      item.code,
      item.name,
      item.price,
      item.description,
      item.categoryId,
      item.photo,
      item.terms,
      item.status,
      item.kind,
      JSON.stringify(item.tiers),
      item.perCustomer,
    ],
  );
  return rows.length > 0;
}
