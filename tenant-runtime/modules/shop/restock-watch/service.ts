import { InlineKeyboard } from 'grammy';
import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Outbox } from '../../delivery/outbox/index.ts';
import { buttons, thereAgain } from './copy.ts';
import {
  availableOnSale,
  type DueWatch,
  deleteOfArchived,
  deleteWatch,
  insertWatch,
  isWatching,
  lockAsking,
  lockWatchers,
  takeDue,
} from './sql.ts';

/** `available`: stock came while the customer asked, so that there is nothing to wait for. */
export type Asked = 'asked' | 'available' | 'gone';

export type RestockWatches = {
  /** Notes that a customer wants to hear of stock. A restock that runs meanwhile is waited for. */
  ask(tx: Tx, userId: number, productId: number): Promise<Asked>;
  cancel(tx: Tx, userId: number, productId: number): Promise<void>;
  watching(on: Queryable, userId: number, productId: number): Promise<boolean>;
  /**
   * Tells everybody who waits for one of these products and forgets them, as far as it can be had now. Part of the
   * transaction that put units on the shelf or the product on sale; it holds up those who ask until then, so it goes late.
   */
  notify(tx: Tx, productIds: readonly number[]): Promise<void>;
  /** Forgets whoever waits for a product that is sold no more. */
  purge(on: Queryable): Promise<void>;
};

export function createRestockWatches(deps: {
  outbox: Pick<Outbox, 'sendToMany'>;
  /** Callback data of the button that opens a product. */
  openProduct(productId: number): string;
}): RestockWatches {
  return {
    async ask(tx, userId, productId) {
      await lockAsking(tx, productId);
      const available = await availableOnSale(tx, productId);
      if (available === undefined) return 'gone';
      if (available > 0) return 'available';
      await insertWatch(tx, userId, productId);
      return 'asked';
    },
    cancel: deleteWatch,
    watching: isWatching,
    async notify(tx, productIds) {
      await lockWatchers(tx, productIds);
      const due = Map.groupBy(await takeDue(tx, productIds), (watch) => watch.productId);
      for (const [productId, watches] of due) {
        const to = watches.map(({ id, userId }) => ({ chatId: userId, cause: `restock-watch:${id}` }));
        const keyboard = new InlineKeyboard().text(buttons.open, deps.openProduct(productId));
        await deps.outbox.sendToMany(tx, to, thereAgain(watches[0] as DueWatch), keyboard);
      }
    },
    purge: deleteOfArchived,
  };
}
