import type { Queryable } from '../../../../kernel/db.ts';

/** A product as the admin screens of the terms show it. */
export type TermsProduct = {
  id: number;
  code: string;
  name: string;
  terms: string | null;
  changedAt: Date;
  proofs: number;
};

const PRODUCT = `p.id, p.code, p.name, p.terms, p.updated_at AS "changedAt",
  (SELECT count(*) FROM term_proofs t WHERE t.product_id = p.id) AS proofs`;

/** Products that are not archived; only those with terms, or without, if asked for. */
export async function listProducts(
  on: Queryable,
  of: { withTerms: boolean | undefined; limit: number; offset: number },
): Promise<(TermsProduct & { total: number })[]> {
  return on.query(
    `SELECT ${PRODUCT}, count(*) OVER () AS total FROM products p
      WHERE p.status <> 'archived' AND ($1::boolean IS NULL OR (p.terms IS NOT NULL) = $1)
      ORDER BY p.id LIMIT $2 OFFSET $3`,
    [of.withTerms ?? null, of.limit, of.offset],
  );
}

export async function findProduct(on: Queryable, id: number): Promise<TermsProduct | undefined> {
  const [row] = await on.query<TermsProduct>(
    `SELECT ${PRODUCT} FROM products p WHERE p.id = $1 AND p.status <> 'archived'`,
    [id],
  );
  return row;
}

/** Those whose code or number this is: at most two. */
export async function matchProducts(on: Queryable, code: string, id: number | undefined): Promise<TermsProduct[]> {
  return on.query(
    `SELECT ${PRODUCT} FROM products p
      WHERE p.status <> 'archived' AND (lower(p.code) = lower($1) OR p.id = $2) ORDER BY p.id`,
    [code, id ?? null],
  );
}
