import type { Tx } from '../../../../kernel/db.ts';
import type { Jobs } from '../../../../kernel/jobs.ts';
import type { Deposit } from '../../money/deposits/index.ts';
import type { Order } from '../../money/orders/index.ts';
import { paymentsOf, type Subject } from '../../money/payments/index.ts';
import type { Terms } from '../../shop/terms/index.ts';
import type { Testimonials } from '../testimonials/index.ts';
import type { DepositAnnouncements } from './deposits.ts';
import type { Announcements } from './service.ts';

type FollowUpDeps = {
  jobs: Pick<Jobs<'notice' | 'invoice'>, 'send'>;
  announce: Announcements;
  terms: Pick<Terms, 'announce'>;
  testimonials: Pick<Testimonials, 'post'>;
};

/** Queues what brings the sellers' messages about an order or a deposit up to date. */
function notice({ jobs }: Pick<FollowUpDeps, 'jobs'>, tx: Tx, { kind, id }: Subject): Promise<void> {
  return jobs.send(tx, 'notice', kind === 'order' ? { orderId: id } : { depositId: id });
}

/** Queues what brings the payments of something that is over up to date: at the gateway, and in the customer's chat. */
async function invoices({ jobs }: Pick<FollowUpDeps, 'jobs'>, tx: Tx, subject: Subject): Promise<void> {
  for (const payment of await paymentsOf(tx, subject)) await jobs.send(tx, 'invoice', { paymentId: payment.id });
}

/** What follows each step of an order, in the transaction of the step: whose messages are brought up to date, who hears of it. */
export function orderFollowUps(deps: FollowUpDeps) {
  const { announce } = deps;
  const noticeOrder = (tx: Tx, { id }: Order) => notice(deps, tx, { kind: 'order', id });
  return {
    async onChanged(tx: Tx, order: Order): Promise<void> {
      await noticeOrder(tx, order);
      if (order.status === 'awaiting_payment') return;
      await invoices(deps, tx, { kind: 'order', id: order.id });
      if (order.status === 'paid') {
        await announce.paid(tx, order);
        await deps.testimonials.post(tx, order);
      } else await announce.closed(tx, order);
    },
    onCredited: announce.credited,
    onSameMoney: announce.sameMoney,
    async onRefunded(...[tx, order, refund]: Parameters<Announcements['refunded']>): Promise<void> {
      await noticeOrder(tx, order);
      await announce.refunded(tx, order, refund);
    },
    async onDelivered(tx: Tx, order: Order): Promise<void> {
      await noticeOrder(tx, order);
      await deps.terms.announce(tx, order);
    },
    onStuck: announce.stuck,
    async onFileRefused(tx: Tx, order: Order, reason: string): Promise<void> {
      await noticeOrder(tx, order);
      await announce.fileRefused(tx, order, reason);
    },
    async onBlocked(tx: Tx, order: Order): Promise<void> {
      await noticeOrder(tx, order);
      await announce.blocked(tx, order);
    },
  };
}

/** The same for a deposit. */
export function depositFollowUps(deps: Pick<FollowUpDeps, 'jobs'> & { announceDeposits: DepositAnnouncements }) {
  return {
    async onChanged(tx: Tx, deposit: Deposit): Promise<void> {
      const subject: Subject = { kind: 'deposit', id: deposit.id };
      await notice(deps, tx, subject);
      await deps.announceDeposits.changed(tx, deposit);
      if (deposit.status !== 'awaiting_payment') await invoices(deps, tx, subject);
    },
  };
}
