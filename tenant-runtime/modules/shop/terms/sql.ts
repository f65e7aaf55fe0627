import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { ProofKind } from './schema.ts';

export type DeliveredTerms = { productId: number; name: string; terms: string };

/** The terms of what an order brought, as they are now. */
export async function termsOfOrder(on: Queryable, orderId: number): Promise<DeliveredTerms[]> {
  return on.query(
    `SELECT p.id AS "productId", l.name, p.terms FROM order_lines l JOIN products p ON p.id = l.product_id
      WHERE l.order_id = $1 AND p.terms IS NOT NULL ORDER BY p.id`,
    [orderId],
  );
}

/** What a customer was delivered and may have to show that they keep its terms. */
export type Obligation = { orderId: number; ref: string; productId: number; name: string; terms: string | null };

/** Undefined unless this user was delivered this product by this order. */
export async function findObligation(
  on: Queryable,
  userId: number,
  orderId: number,
  productId: number,
): Promise<Obligation | undefined> {
  const [row] = await on.query<Obligation>(
    `SELECT o.id AS "orderId", o.ref, l.product_id AS "productId", l.name, p.terms
       FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN products p ON p.id = l.product_id
      WHERE o.id = $2 AND o.user_id = $1 AND o.status = 'delivered' AND l.product_id = $3`,
    [userId, orderId, productId],
  );
  return row;
}

/** Puts a proof in the place of the one before. */
export async function upsertProof(
  tx: Tx,
  proof: { orderId: number; productId: number; kind: ProofKind; content: string; at: Date },
): Promise<{ id: number; revision: number }> {
  const [row] = await tx.query<{ id: number; revision: number }>(
    `INSERT INTO term_proofs (order_id, product_id, kind, content, sent_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (order_id, product_id) DO UPDATE
       SET kind = EXCLUDED.kind, content = EXCLUDED.content, sent_at = EXCLUDED.sent_at,
           revision = term_proofs.revision + 1
     RETURNING id, revision`,
    [proof.orderId, proof.productId, proof.kind, proof.content, proof.at],
  );
  return row!;
}

export async function deleteProofs(on: Queryable, before: Date): Promise<number> {
  const rows = await on.query('DELETE FROM term_proofs WHERE sent_at < $1 RETURNING id', [before]);
  return rows.length;
}

/** A proof without what was sent. */
export type ListedProof = {
  id: number;
  orderId: number;
  productId: number;
  kind: ProofKind;
  revision: number;
  sentAt: Date;
  ref: string;
  product: string;
  userId: number;
  firstName: string;
  lastName: string | null;
  displayName: string | null;
  username: string | null;
};

const LISTED = `t.id, t.order_id AS "orderId", t.product_id AS "productId", t.kind, t.revision, t.sent_at AS "sentAt",
  o.ref, l.name AS product, o.user_id AS "userId", u.first_name AS "firstName", u.last_name AS "lastName",
  u.display_name AS "displayName", u.username`;
const PROOFS = `term_proofs t
  JOIN order_lines l ON l.order_id = t.order_id AND l.product_id = t.product_id
  JOIN orders o ON o.id = t.order_id JOIN users u ON u.id = o.user_id`;

/** Newest first; of one product or one order, or all of them. */
export async function listProofs(
  on: Queryable,
  of: { productId: number | undefined; orderId: number | undefined; limit: number; offset: number },
): Promise<(ListedProof & { total: number })[]> {
  return on.query(
    `SELECT ${LISTED}, count(*) OVER () AS total FROM ${PROOFS}
      WHERE ($1::bigint IS NULL OR t.product_id = $1) AND ($2::bigint IS NULL OR t.order_id = $2)
      ORDER BY t.sent_at DESC, t.id DESC LIMIT $3 OFFSET $4`,
    [of.productId ?? null, of.orderId ?? null, of.limit, of.offset],
  );
}

export type StoredProof = ListedProof & { content: string };

export async function findProof(on: Queryable, id: number): Promise<StoredProof | undefined> {
  const [row] = await on.query<StoredProof>(`SELECT ${LISTED}, t.content FROM ${PROOFS} WHERE t.id = $1`, [id]);
  return row;
}

export async function findProofOf(on: Queryable, orderId: number, productId: number): Promise<StoredProof | undefined> {
  const [row] = await on.query<StoredProof>(
    `SELECT ${LISTED}, t.content FROM ${PROOFS} WHERE t.order_id = $1 AND t.product_id = $2`,
    [orderId, productId],
  );
  return row;
}
