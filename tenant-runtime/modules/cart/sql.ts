import type { Queryable, Tx } from '../../../kernel/db.ts';

export type CartLine = {
  productId: number;
  name: string;
  unitPrice: number;
  quantity: number;
  available: number;
  /** False when the product was taken out of sale after it went into the cart. */
  onSale: boolean;
};

/** The lines of a cart with price and stock as they are now, in the order of the products. */
export async function cartLines(on: Queryable, userId: number): Promise<CartLine[]> {
  return on.query(
    `SELECT l.product_id AS "productId", p.name, p.price AS "unitPrice", l.quantity, p.status = 'active' AS "onSale",
            (SELECT count(*) FROM stock_units s WHERE s.product_id = p.id AND s.status = 'available') AS available
       FROM cart_lines l JOIN products p ON p.id = l.product_id
      WHERE l.user_id = $1 ORDER BY l.product_id`,
    [userId],
  );
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
