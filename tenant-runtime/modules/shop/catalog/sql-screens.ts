import type { Tx } from '../../../../kernel/db.ts';

/** The product that a person was shown last. `messageId` is null while nobody has pressed a button of that message. */
export type ProductScreen = {
  productId: number;
  quantity: number;
  page: number;
  category: number;
  messageId: number | null;
};

/** Takes what a person was shown last out of the database: whatever they do now leads on from it. */
export async function takeScreen(tx: Tx, userId: number): Promise<ProductScreen | undefined> {
  const [row] = await tx.query<ProductScreen>(
    `DELETE FROM product_screens WHERE user_id = $1
     RETURNING product_id AS "productId", quantity, page, category, message_id AS "messageId"`,
    [userId],
  );
  return row;
}

export async function putScreen(tx: Tx, userId: number, screen: ProductScreen): Promise<void> {
  await tx.query(
    `INSERT INTO product_screens (user_id, product_id, quantity, page, category, message_id)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (user_id) DO UPDATE
       SET product_id = EXCLUDED.product_id, quantity = EXCLUDED.quantity, page = EXCLUDED.page,
           category = EXCLUDED.category, message_id = EXCLUDED.message_id`,
    [userId, screen.productId, screen.quantity, screen.page, screen.category, screen.messageId],
  );
}
