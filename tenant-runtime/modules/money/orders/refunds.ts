import type { Tx } from '../../../../kernel/db.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import type { Wallet } from '../wallet/index.ts';
import type { Order } from './schema.ts';
import { lockOrder, setRefunded } from './sql.ts';

export type Refund =
  | { kind: 'refunded'; order: Order }
  /** Something went back since the admin looked: they must look again. */
  | { kind: 'moved'; order: Order }
  /** There is no money in this order, or less than this of it is left. */
  | { kind: 'not_refundable'; order: Order };

export type Refunds = {
  /**
   * Gives money of a paid order back to its customer's balance, up to what has not gone back yet. The goods stay where
   * they are. `seen` is what had gone back when the admin looked: of two who look at the same time, one refunds.
   */
  give(tx: Tx, orderId: number, refund: { amount: Rupiah; seen: Rupiah; reason: string }): Promise<Refund>;
};

/** What of an order can still go back: nothing of one that was never paid, or whose money became balance already. */
export function refundable({ status, total, refunded }: Pick<Order, 'status' | 'total' | 'refunded'>): Rupiah {
  return status === 'paid' || status === 'delivered' ? total - refunded : 0;
}

export function createRefunds(deps: {
  wallet: Pick<Wallet, 'credit'>;
  /** Called in the transaction of the refund. */
  onRefunded(tx: Tx, order: Order, refund: { amount: Rupiah; seen: Rupiah }): Promise<void>;
}): Refunds {
  return {
    async give(tx, orderId, { amount, seen, reason }) {
      const order = await lockOrder(tx, orderId);
      if (!order) throw new Error('refunding an order that does not exist');
      if (order.refunded !== seen) return { kind: 'moved', order };
      if (amount < 1 || amount > refundable(order)) return { kind: 'not_refundable', order };
      const refunded = seen + amount;
      await setRefunded(tx, orderId, refunded, reason);
      const source = `order:${orderId}:refund:${seen}`;
      const entry = { userId: order.userId, amount, kind: 'refund', source, note: `${order.ref}: ${reason}` } as const;
      if (!(await deps.wallet.credit(tx, entry))) throw new Error('a refund was booked before');
      const after = { ...order, refunded, refundNote: reason };
      await deps.onRefunded(tx, after, { amount, seen });
      return { kind: 'refunded', order: after };
    },
  };
}
