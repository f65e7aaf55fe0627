import { fingerprint, open, type SealingKey, seal } from '../../../kernel/crypto.ts';
import type { Queryable, Tx } from '../../../kernel/db.ts';
import {
  countAvailable,
  lockProducts,
  releaseUnits,
  reserveUnits,
  type StockLine,
  sellUnits,
  soldContents,
} from './sql.ts';

export type Reservation = { kind: 'reserved' } | { kind: 'short'; lines: { productId: number; available: number }[] };

export type Stock = {
  available(on: Queryable, productIds: readonly number[]): Promise<Map<number, number>>;
  /** Holds units for an order, all or nothing. Locks the products until the transaction ends. */
  reserve(tx: Tx, orderId: number, lines: readonly StockLine[]): Promise<Reservation>;
  /** Gives back what an order holds. Returns the number of units. */
  release(tx: Tx, orderId: number): Promise<number>;
  /** Turns what an order holds into what was sold. Returns the number of units. */
  sell(tx: Tx, orderId: number): Promise<number>;
  /** What a paid order bought, opened, in the order of its products. */
  contentsOf(on: Queryable, orderId: number): Promise<{ productId: number; content: string }[]>;
  seal(content: string, productId: number): { content: string; fingerprint: string };
};

export function createStock(deps: { key: SealingKey }): Stock {
  const { key } = deps;
  const place = (productId: number) => `stock:${productId}`;
  return {
    available: countAvailable,
    async reserve(tx, orderId, lines) {
      const ids = lines.map((line) => line.productId);
      await lockProducts(tx, ids);
      const available = await countAvailable(tx, ids);
      const short = lines
        .map(({ productId, quantity }) => ({ productId, quantity, available: available.get(productId) ?? 0 }))
        .filter((line) => line.available < line.quantity);
      if (short.length > 0) return { kind: 'short', lines: short };
      for (const line of lines) await reserveUnits(tx, orderId, line);
      return { kind: 'reserved' };
    },
    release: releaseUnits,
    sell: sellUnits,
    async contentsOf(on, orderId) {
      const units = await soldContents(on, orderId);
      return units.map((unit) => ({
        productId: unit.productId,
        content: open(unit.content, [key], place(unit.productId)),
      }));
    },
    seal: (content, productId) => ({
      content: seal(content, key, place(productId)),
      fingerprint: fingerprint(content, key),
    }),
  };
}
