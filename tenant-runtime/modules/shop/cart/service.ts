import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import { unitPriceOf } from '../catalog/index.ts';
import type { Quote, Refusal, Vouchers } from '../vouchers/index.ts';
import { type CartLine, cartLines, clearCart, putLine, removeLine } from './sql.ts';

export type CartView = {
  lines: CartLine[];
  subtotal: Rupiah;
  discount: Rupiah;
  total: Rupiah;
  /** The voucher that takes the discount off, or the one that was in the cart and does so no longer. */
  voucher: Quote;
  /** What changed since the lines were put in: clamped to the stock or to what one customer may have, or gone. */
  changes: { name: string; kind: 'reduced' | 'removed' | 'limited' | 'single'; quantity: number }[];
};

/** What one more, or one fewer, of a line came to. */
export type Step = { kind: 'changed' | 'at_least_one' | 'gone' } | { kind: 'at_most'; available: number };

export type Cart = {
  /** Sets how many of a product are in the cart. False when the product is not on sale. */
  put(tx: Tx, userId: number, productId: number, quantity: number): Promise<boolean>;
  /** Makes one line more, or fewer: between one and what is in stock. */
  step(tx: Tx, userId: number, productId: number, by: number): Promise<Step>;
  /** Takes one line out. False when it was not there. */
  drop(tx: Tx, userId: number, productId: number): Promise<boolean>;
  /** The cart with price and stock read anew; lines that cannot be bought any more are corrected and reported. */
  view(tx: Tx, userId: number): Promise<CartView>;
  lines(on: Queryable, userId: number): Promise<CartLine[]>;
  /** Takes everything out, the voucher too. */
  clear(tx: Tx, userId: number): Promise<void>;
  /** Uses a voucher by its code. The reason when it takes nothing off; the one that was there before then stays. */
  useVoucher(tx: Tx, userId: number, code: string): Promise<Refusal | undefined>;
  dropVoucher(tx: Tx, userId: number): Promise<void>;
};

export function createCart(deps: { vouchers: Pick<Vouchers, 'apply' | 'quote' | 'drop'> }): Cart {
  const { vouchers } = deps;
  return {
    put: putLine,
    lines: cartLines,
    async step(tx, userId, productId, by) {
      const line = (await cartLines(tx, userId)).find((each) => each.productId === productId);
      if (!line) return { kind: 'gone' };
      const { available } = line;
      const wanted = line.quantity + by;
      if (wanted < 1) return { kind: 'at_least_one' };
      await putLine(tx, userId, productId, Math.min(wanted, Math.max(1, available)));
      return wanted > available ? { kind: 'at_most', available } : { kind: 'changed' };
    },
    drop: removeLine,
    async clear(tx, userId) {
      await clearCart(tx, userId);
      await vouchers.drop(tx, userId);
    },
    useVoucher: async (tx, userId, code) => vouchers.apply(tx, userId, code, subtotalOf(await cartLines(tx, userId))),
    dropVoucher: vouchers.drop,
    async view(tx, userId) {
      const changes: CartView['changes'] = [];
      const kept: CartLine[] = [];
      for (const line of await cartLines(tx, userId)) {
        const there = line.onSale ? Math.min(line.quantity, line.available) : 0;
        const quantity = Math.min(there, line.left ?? there);
        const limited = quantity < there;
        if (quantity === 0) {
          await removeLine(tx, userId, line.productId);
          changes.push({ name: line.name, kind: limited ? 'limited' : 'removed', quantity });
          continue;
        }
        if (quantity < line.quantity) {
          await putLine(tx, userId, line.productId, quantity);
          const short = line.kind === 'endless' ? 'single' : 'reduced';
          changes.push({ name: line.name, kind: limited ? 'limited' : short, quantity });
        }
        kept.push({ ...line, quantity, unitPrice: unitPriceOf(line, quantity) });
      }
      const subtotal = subtotalOf(kept);
      // What waits in an empty cart is looked at when there is something in it.
      const voucher: Quote = kept.length > 0 ? await vouchers.quote(tx, userId, subtotal) : { kind: 'none' };
      const discount = voucher.kind === 'applied' ? voucher.discount : 0;
      return { lines: kept, subtotal, discount, total: subtotal - discount, voucher, changes };
    },
  };
}

const subtotalOf = (lines: readonly Pick<CartLine, 'unitPrice' | 'quantity'>[]): Rupiah =>
  lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0);
