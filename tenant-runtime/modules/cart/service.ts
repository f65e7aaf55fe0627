import type { Queryable, Tx } from '../../../kernel/db.ts';
import type { Rupiah } from '../../../kernel/money.ts';
import { type CartLine, cartLines, clearCart, putLine, removeLine } from './sql.ts';

export type CartView = {
  lines: CartLine[];
  subtotal: Rupiah;
  total: Rupiah;
  /** What changed since the lines were put in: clamped to the stock, or gone. */
  changes: { name: string; kind: 'reduced' | 'removed'; quantity: number }[];
};

export type Cart = {
  /** Sets how many of a product are in the cart. False when the product is not on sale. */
  put(tx: Tx, userId: number, productId: number, quantity: number): Promise<boolean>;
  /** The cart with price and stock read anew; lines that cannot be had any more are mended and reported. */
  view(tx: Tx, userId: number): Promise<CartView>;
  lines(on: Queryable, userId: number): Promise<CartLine[]>;
  clear(tx: Tx, userId: number): Promise<void>;
};

export function createCart(): Cart {
  return {
    put: putLine,
    lines: cartLines,
    clear: clearCart,
    async view(tx, userId) {
      const changes: CartView['changes'] = [];
      const kept: CartLine[] = [];
      for (const line of await cartLines(tx, userId)) {
        const quantity = line.onSale ? Math.min(line.quantity, line.available) : 0;
        if (quantity === 0) {
          await removeLine(tx, userId, line.productId);
          changes.push({ name: line.name, kind: 'removed', quantity });
          continue;
        }
        if (quantity < line.quantity) {
          await putLine(tx, userId, line.productId, quantity);
          changes.push({ name: line.name, kind: 'reduced', quantity });
        }
        kept.push({ ...line, quantity });
      }
      const subtotal = kept.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0);
      return { lines: kept, subtotal, total: subtotal, changes };
    },
  };
}
