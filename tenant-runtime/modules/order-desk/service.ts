import type { Db } from '../../../kernel/db.ts';
import type { Role } from '../../bot/context.ts';
import type { Audit } from '../audit/index.ts';
import { findOrder, type Settlement } from '../orders/index.ts';
import type { Outbox } from '../outbox/index.ts';
import { type Payments, paymentsOfOrder } from '../payments/index.ts';
import { backToList, copy } from './copy.ts';

/** An admin's word that an order is paid, as the form took it. */
export type MarkPaid = { orderId: number; adminId: number; role: Role; note: string; cause: string };

export type OrderDesk = {
  /** Asks the gateway first, then takes the admin's word; tells the admin what came of it. May be repeated. */
  markPaid(request: MarkPaid): Promise<void>;
};

export function createOrderDesk(deps: { db: Db; payments: Payments; audit: Audit; outbox: Outbox }): OrderDesk {
  const { db, payments } = deps;

  /** A customer who shows a receipt may have paid by QRIS, and the gateway is only late to tell. */
  async function askGateway(orderId: number): Promise<Settlement | undefined> {
    for (const payment of await paymentsOfOrder(db, orderId)) {
      if (payment.status === 'completed') return { kind: 'already' };
      const result = await payments.check(payment, 'status');
      if (result.kind === 'settled') return result.settlement;
    }
    return undefined;
  }

  return {
    async markPaid({ orderId, adminId, role, note, cause }) {
      const before = await findOrder(db, orderId);
      if (!before) return;
      const found = await askGateway(orderId);
      await db.tx(async (tx) => {
        const settlement = found ?? (await payments.markPaid(tx, orderId, adminId, note));
        if (!found && settlement.kind !== 'already') {
          await deps.audit.record(tx, {
            actor: { id: adminId, role },
            action: 'order.marked_paid',
            target: `order:${before.ref}`,
            before: { status: before.status },
            after: { settlement: settlement.kind, note },
          });
        }
        const text = found ? copy.paidByGateway(before.ref, settlement) : copy.marked(before.ref, settlement);
        await deps.outbox.send(tx, adminId, cause, text, backToList());
      });
    },
  };
}
