import { actorOf, type StoreContext } from '../../../../bot/context.ts';
import type { Html } from '../../../../bot/html.ts';
import type { Deliveries } from '../../../delivery/deliveries/index.ts';
import type { Audit, AuditAction } from '../../../staff/audit/index.ts';
import type { Payments } from '../../payments/index.ts';
import { type Order, type Refund, type Refunds, setNote } from '../index.ts';
import { marked } from './copy-forms.ts';

/** What admins do to an order, each written to the audit log when it changed something. */
export type Changes = {
  markPaid(ctx: StoreContext, order: Order, note: string): Promise<Html>;
  /** False when the order does not await payment any more. */
  cancel(ctx: StoreContext, order: Order, note: string | undefined): Promise<boolean>;
  refund(ctx: StoreContext, orderId: number, refund: { amount: number; seen: number; reason: string }): Promise<Refund>;
  /** False while the goods are still being sent. */
  resend(ctx: StoreContext, order: Order): Promise<boolean>;
};

export type ChangeDeps = {
  payments: Pick<Payments, 'markPaid' | 'cancel'>;
  refunds: Refunds;
  deliveries: Pick<Deliveries, 'resend'>;
  audit: Audit;
};

export function createChanges({ payments, refunds, deliveries, audit }: ChangeDeps): Changes {
  const record = (ctx: StoreContext, order: Order, action: AuditAction, before: unknown, after: unknown) =>
    audit.record(ctx.tx, { actor: actorOf(ctx), action, target: `order:${order.ref}`, before, after });

  return {
    async markPaid(ctx, order, note) {
      const settlement = await payments.markPaid(ctx.tx, order.id, ctx.user.id, note);
      if (settlement.kind !== 'already') {
        const after = { settlement: settlement.kind, note };
        await record(ctx, order, 'order.marked_paid', { status: order.status }, after);
      }
      return marked(order.ref, settlement);
    },

    async cancel(ctx, order, note) {
      if (!(await payments.cancel(ctx.tx, { kind: 'order', id: order.id }, 'by_admin'))) return false;
      if (note !== undefined) await setNote(ctx.tx, order.id, note);
      const after = { status: 'cancelled', note };
      await record(ctx, order, 'order.cancelled', { status: 'awaiting_payment' }, after);
      return true;
    },

    async refund(ctx, orderId, refund) {
      const outcome = await refunds.give(ctx.tx, orderId, refund);
      if (outcome.kind === 'refunded') {
        const after = { refunded: outcome.order.refunded, amount: refund.amount, reason: refund.reason };
        await record(ctx, outcome.order, 'order.refunded', { refunded: refund.seen }, after);
      }
      return outcome;
    },

    async resend(ctx, order) {
      const sending = await deliveries.resend(ctx.tx, order.id);
      if (sending) await record(ctx, order, 'order.resent', undefined, { to: order.userId });
      return sending;
    },
  };
}
