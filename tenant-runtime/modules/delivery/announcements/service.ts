import type { Clock } from '../../../../kernel/clock.ts';
import type { Db, Tx } from '../../../../kernel/db.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import { nameOf } from '../../../bot/context.ts';
import { type Html, paragraphs } from '../../../bot/html.ts';
import { dateTime } from '../../../bot/time.ts';
import { TRIAL } from '../../money/gateway-state/index.ts';
import { customerOf, linesOf, type Order, type Settlement } from '../../money/orders/index.ts';
import { type Payment, paymentCopy } from '../../money/payments/index.ts';
import type { Cart } from '../../shop/cart/index.ts';
import type { Vouchers } from '../../shop/vouchers/index.ts';
import type { Templates } from '../../staff/templates/index.ts';
import { deliveryCopy } from '../deliveries/index.ts';
import type { Outbox } from '../outbox/index.ts';
import type { EventKind, OwnerEvents } from '../owner-events/index.ts';
import { copy } from './copy.ts';

/** Who is told what when an order changes. Each is queued in the transaction of the change, and sent once. */
export type Announcements = {
  paid(tx: Tx, order: Order): Promise<void>;
  /** The order ended unpaid, or its money became balance. */
  closed(tx: Tx, order: Order): Promise<void>;
  credited(tx: Tx, order: Order, settlement: Settlement & { kind: 'credited' }): Promise<void>;
  /** Part or all of what was paid became balance again; `seen` is what had gone back before. */
  refunded(tx: Tx, order: Order, refund: { amount: Rupiah; seen: Rupiah }): Promise<void>;
  sameMoney(tx: Tx, order: Order): Promise<void>;
  stuck(tx: Tx, order: Order, reason: string): Promise<void>;
  blocked(tx: Tx, order: Order): Promise<void>;
  /** Telegram does not give out a file that was bought: the seller must send it anew. */
  fileRefused(tx: Tx, order: Order, reason: string): Promise<void>;
  /** The message above the goods. */
  receipt(order: Order): Promise<Html>;
  /** Somebody posted a payment that is none. */
  suspicious(what: 'forged' | 'mismatch'): Promise<void>;
  gatewayMismatch(payment: { id: number; ref: string }): Promise<void>;
  /** Somebody "paid" in the gateway's sandbox mode, and nothing was settled. */
  sandboxPaid(payment: { id: number; ref: string }): Promise<void>;
  /** Payments that were open when the store was upgraded, and were ended for it. */
  endedAtStart(tx: Tx, payments: readonly Pick<Payment, 'id' | 'ref' | 'amount' | 'userId'>[]): Promise<void>;
};

const HOUR_MS = 3_600_000;

/** What the customer hears where the shop could not take their money: what was in the order is in the cart again. */
const RESTORED: Partial<Record<string, (order: Order) => Html>> = {
  gateway_failed: paymentCopy.gatewayFailed,
  gateway_closed: paymentCopy.gatewayClosed,
  api_ended: paymentCopy.apiEnded,
};

export function createAnnouncements(deps: {
  db: Db;
  outbox: Outbox;
  owners: Pick<OwnerEvents, 'notify'>;
  templates: Templates;
  cart: Cart;
  vouchers: Pick<Vouchers, 'restore'>;
  /** Whether the owners hear of each sale. */
  eachSale: boolean;
  timeZone: string;
  clock: Clock;
}): Announcements {
  const { db, outbox, owners, templates, clock } = deps;
  const time = dateTime(deps.timeZone);

  async function valuesOf(tx: Tx, order: Order, status: string, at: Date) {
    const [lines, customer] = [await linesOf(tx, order.id), await customerOf(tx, order.userId)];
    return {
      nama: nameOf(customer),
      order_id: order.ref,
      produk: lines.map((line) => line.name).join(', '),
      jumlah: String(lines.reduce((sum, line) => sum + line.quantity, 0)),
      harga: copy.price(order),
      tanggal: time(at),
      status,
    };
  }

  /** A money exception: sellers and owners look at it. */
  async function notifyStaff(tx: Tx, cause: string, text: Html): Promise<void> {
    await outbox.notifyAdmins(tx, cause, text);
    await owners.notify(tx, { cause, kind: 'money', severity: 'warn', text });
  }

  const alert = (kind: EventKind, cause: string, text: Html): Promise<void> =>
    db.tx((tx) => owners.notify(tx, { cause, kind, severity: 'error', text }));

  // At most one alarm per kind and hour: whoever forges webhooks must not be able to flood the owner, or the database.
  const alarmed = new Map<'forged' | 'mismatch', number>();

  return {
    async paid(tx, order) {
      if (order.closedReason) {
        await outbox.send(tx, order.userId, `order:${order.id}:late`, paymentCopy.lateDelivered(order));
        await notifyStaff(tx, `order:${order.id}:late:staff`, copy.paidLate(order.ref));
      }
      if (deps.eachSale) {
        await owners.notify(tx, { cause: `order:${order.id}:paid`, kind: 'transaction', text: copy.paid(order) });
      }
    },

    async closed(tx, order) {
      const cause = `order:${order.id}:closed`;
      if (order.fromBalance > 0 && order.status !== 'credited') {
        await outbox.send(tx, order.userId, `order:${order.id}:back`, paymentCopy.heldBack(order));
      }
      if (order.status === 'expired') {
        const values = await valuesOf(tx, order, copy.expiredStatus, clock.now());
        await outbox.send(tx, order.userId, cause, await templates.render(tx, 'expired', values));
      }
      if (order.status !== 'cancelled' || order.closedReason === 'by_customer') return;
      const restored = RESTORED[order.closedReason ?? ''];
      if (!restored) {
        const by = order.closedReason === 'by_admin' ? paymentCopy.cancelledByShop : paymentCopy.cancelled;
        return outbox.send(tx, order.userId, cause, by(order));
      }
      for (const line of await linesOf(tx, order.id)) {
        await deps.cart.put(tx, order.userId, line.productId, line.quantity);
      }
      if (order.voucherCode !== null) await deps.vouchers.restore(tx, order.id);
      await outbox.send(tx, order.userId, cause, restored(order), paymentCopy.toCart());
    },

    async credited(tx, order, { amount, reason }) {
      const cause = `order:${order.id}:credited:${reason}`;
      await outbox.send(tx, order.userId, cause, paymentCopy.credited(order, amount, reason));
      await notifyStaff(tx, `${cause}:staff`, copy.credited(order.ref, amount, reason));
    },

    async refunded(tx, order, { amount, seen }) {
      const cause = `order:${order.id}:refund:${seen}`;
      await outbox.send(tx, order.userId, cause, paymentCopy.refunded(order, amount));
      const text = copy.refunded(order, amount);
      await outbox.notifyAdmins(tx, `${cause}:staff`, text);
      await owners.notify(tx, { cause: `${cause}:staff`, kind: 'money', text });
    },

    sameMoney: (tx, order) => notifyStaff(tx, `order:${order.id}:same_money`, copy.sameMoney(order.ref)),

    stuck: (tx, order, reason) =>
      outbox.notifyAdmins(tx, `order:${order.id}:stuck`, deliveryCopy.stuckNotice(order.ref, reason)),

    blocked: (tx, order) => outbox.notifyAdmins(tx, `order:${order.id}:blocked`, deliveryCopy.blockedNotice(order.ref)),

    fileRefused: (tx, order, reason) =>
      notifyStaff(tx, `order:${order.id}:file_refused`, deliveryCopy.fileRefusedNotice(order.ref, reason)),

    receipt: (order) =>
      db.tx(async (tx) =>
        paragraphs(
          order.sandbox && TRIAL,
          await templates.render(
            tx,
            'payment_success',
            await valuesOf(tx, order, copy.paidStatus, order.paidAt ?? clock.now()),
          ),
        ),
      ),

    async suspicious(what) {
      const hour = Math.floor(clock.now().getTime() / HOUR_MS);
      if (alarmed.get(what) === hour) return;
      await alert('security', `webhook:${what}:${hour}`, copy.suspicious(what));
      alarmed.set(what, hour);
    },

    sandboxPaid: (payment) => alert('money', `gateway:sandbox:${payment.id}`, copy.sandboxPaid(payment.ref)),

    async endedAtStart(tx, payments) {
      const [first] = payments;
      if (!first) return;
      const named = [];
      for (const { userId, ref, amount } of payments) {
        named.push({ ref, amount, customer: nameOf(await customerOf(tx, userId)) });
      }
      const cause = `payments:ended:${first.id}`;
      await outbox.notifyAdmins(tx, cause, copy.ended(named));
      await owners.notify(tx, { cause, kind: 'money', severity: 'warn', text: copy.ended(named) });
    },

    gatewayMismatch: (payment) => alert('money', `gateway:mismatch:${payment.id}`, copy.gatewayMismatch(payment.ref)),
  };
}
