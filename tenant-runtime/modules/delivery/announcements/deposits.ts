import type { Tx } from '../../../../kernel/db.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import type { Html } from '../../../bot/html.ts';
import { type Deposit, depositCopy } from '../../money/deposits/index.ts';
import { paymentCopy } from '../../money/payments/index.ts';
import type { Cart } from '../../shop/cart/index.ts';
import type { Outbox } from '../outbox/index.ts';
import type { OwnerEvents } from '../owner-events/index.ts';
import { copy } from './copy.ts';

/** Who is told what when a deposit changes. Each is queued in the transaction of the change, and sent once. */
export type DepositAnnouncements = {
  changed(tx: Tx, deposit: Deposit): Promise<void>;
};

export function createDepositAnnouncements(deps: {
  outbox: Pick<Outbox, 'send' | 'notifyAdmins'>;
  owners: Pick<OwnerEvents, 'notify'>;
  cart: Pick<Cart, 'lines'>;
  balanceOf(tx: Tx, userId: number): Promise<Rupiah>;
  /** What people call a way to pay. */
  labelOf(method: string): string;
  /** Whether the owners hear of each transaction. */
  eachTransaction: boolean;
  /** Whether somebody else than the owners gets the sellers' notices. */
  hasSellers: boolean;
}): DepositAnnouncements {
  const { outbox, owners } = deps;

  async function paid(tx: Tx, deposit: Deposit): Promise<void> {
    const cause = `deposit:${deposit.id}:paid`;
    const text = depositCopy.paid(deposit, await deps.balanceOf(tx, deposit.userId));
    // Whoever filled their balance on the way to paying goes on from there.
    const waiting = (await deps.cart.lines(tx, deposit.userId)).length > 0;
    await outbox.send(tx, deposit.userId, cause, text, waiting ? paymentCopy.toCart() : undefined);
    if (deposit.closedReason !== null) {
      const late = `deposit:${deposit.id}:late:staff`;
      await outbox.notifyAdmins(tx, late, copy.depositLate(deposit));
      await owners.notify(tx, { cause: late, kind: 'money', severity: 'warn', text: copy.depositLate(deposit) });
    }
    if (deps.eachTransaction)
      await owners.notify(tx, {
        cause,
        kind: 'transaction',
        text: copy.deposited(deposit, deps.labelOf(deposit.method)),
      });
  }

  async function closed(tx: Tx, deposit: Deposit): Promise<void> {
    if (deposit.closedReason === 'by_customer') return;
    await outbox.send(tx, deposit.userId, `deposit:${deposit.id}:closed`, closedText(deposit));
  }

  return {
    async changed(tx, deposit) {
      switch (deposit.status) {
        case 'awaiting_payment':
          return;
        case 'awaiting_review':
          // In a shop of one person nobody gets the notice that asks for a decision.
          if (deps.hasSellers) return;
          return owners.notify(tx, {
            cause: `deposit:${deposit.id}:reported`,
            kind: 'transaction',
            text: copy.depositReported(deposit),
          });
        case 'paid':
          return paid(tx, deposit);
        case 'expired':
        case 'cancelled':
        case 'refused':
          return closed(tx, deposit);
      }
    },
  };
}

function closedText(deposit: Deposit): Html {
  if (deposit.status === 'refused') return depositCopy.refused(deposit);
  if (deposit.status === 'expired') return depositCopy.expired(deposit);
  switch (deposit.closedReason) {
    case 'gateway_failed':
      return depositCopy.gatewayFailed(deposit);
    case 'gateway_closed':
      return depositCopy.gatewayClosed(deposit);
    case 'api_ended':
      return depositCopy.apiEnded(deposit);
    default:
      return depositCopy.cancelled(deposit);
  }
}
