import type { Tx } from '../../../../kernel/db.ts';
import { formatRupiah, type Rupiah } from '../../../../kernel/money.ts';
import type { Wallet } from '../wallet/index.ts';
import type { Order } from './schema.ts';

/** What the gateway is asked for: the total without what the balance pays. */
export const askedOfGateway = (order: Pick<Order, 'total' | 'fromBalance'>): Rupiah => order.total - order.fromBalance;

/** How an order is paid, as people read it; `label` is of the order's method. */
export function methodText(order: Pick<Order, 'total' | 'fromBalance'>, label: string): string {
  if (order.fromBalance === 0) return label;
  return `Saldo ${formatRupiah(order.fromBalance)} + ${label} ${formatRupiah(askedOfGateway(order))}`;
}

/**
 * How much of a total the balance pays when the rest goes through the gateway, which takes no less than `minimum`.
 * 0 when that is not possible.
 */
export function balancePart(total: Rupiah, balance: Rupiah, minimum: Rupiah): Rupiah {
  return balance >= total ? 0 : Math.max(0, Math.min(balance, total - minimum));
}

/** The balance's part of an order: taken with the order, given back when it ends unpaid, taken again when it is paid late. */
export function createHeldBalance(wallet: Pick<Wallet, 'spend' | 'credit'>) {
  const entry = (order: Order, source: string) => ({
    userId: order.userId,
    amount: order.fromBalance,
    source: `order:${order.id}${source}`,
    note: order.ref,
  });
  return {
    /** From a balance that is locked and covers it. */
    take: (tx: Tx, order: Order): Promise<void> => wallet.spend(tx, entry(order, '')),
    /** With the order locked, and before its stock is: balances come first everywhere. */
    async giveBack(tx: Tx, order: Order): Promise<void> {
      if (order.fromBalance === 0) return;
      const booked = await wallet.credit(tx, { ...entry(order, ':back'), kind: 'credit' });
      if (!booked) throw new Error('the balance of an order was given back before');
    },
    takeAgain: (tx: Tx, order: Order): Promise<void> => wallet.spend(tx, entry(order, ':late')),
  };
}
