import type { Queryable, Tx } from '../../../../kernel/db.ts';
import { type ProductKind, type Tier, unitPriceOf } from '../catalog/index.ts';

export type CartLine = {
  productId: number;
  name: string;
  kind: ProductKind;
  /** What one costs without tiers, and the tiers; `unitPrice` is what one costs in this quantity. */
  price: number;
  tiers: Tier[];
  unitPrice: number;
  quantity: number;
  available: number;
  /** How many one customer may have of the product, and how many more this one may take; null without a limit. */
  perCustomer: number | null;
  left: number | null;
  /** False when the product was taken out of sale after it went into the cart. */
  onSale: boolean;
};

/** The lines of a cart with price and stock as they are now, in the order of the products. */
export async function cartLines(on: Queryable, userId: number): Promise<CartLine[]> {
  const rows = await on.query<Omit<CartLine, 'unitPrice'>>(
    `SELECT c.product_id AS "productId", p.name, p.kind, p.price, p.tiers, c.quantity, p.status = 'active' AS "onSale",
            s.available, p.per_customer AS "perCustomer",
            CASE WHEN p.per_customer IS NOT NULL THEN greatest(0, p.per_customer - coalesce(
              (SELECT quantity FROM customer_purchases WHERE user_id = $1 AND product_id = p.id), 0)) END AS left
       FROM cart_lines c JOIN products p ON p.id = c.product_id JOIN product_stock s ON s.product_id = p.id
      WHERE c.user_id = $1 ORDER BY c.product_id`,
    [userId],
  );
  return rows.map((row) => ({ ...row, unitPrice: unitPriceOf(row, row.quantity) }));
}

export async function putLine(tx: Tx, userId: number, productId: number, quantity: number): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO cart_lines (user_id, product_id, quantity)
     SELECT $1, id, $3 FROM products WHERE id = $2 AND status = 'active'
     ON CONFLICT (user_id, product_id) DO UPDATE SET quantity = EXCLUDED.quantity RETURNING product_id`,
    [userId, productId, quantity],
  );
  return rows.length > 0;
}

export async function removeLine(tx: Tx, userId: number, productId: number): Promise<boolean> {
  const rows = await tx.query('DELETE FROM cart_lines WHERE user_id = $1 AND product_id = $2 RETURNING product_id', [
    userId,
    productId,
  ]);
  return rows.length > 0;
}

export async function clearCart(tx: Tx, userId: number): Promise<void> {
  await tx.query('DELETE FROM cart_lines WHERE user_id = $1', [userId]);
}
