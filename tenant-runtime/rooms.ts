import type { Api } from 'grammy';
import type { Clock } from '../kernel/clock.ts';
import { sealingKey } from '../kernel/crypto.ts';
import type { Db } from '../kernel/db.ts';
import type { Failpoint } from '../kernel/failpoint.ts';
import type { Jobs } from '../kernel/jobs.ts';
import type { Log } from '../kernel/log.ts';
import { formatRupiah } from '../kernel/money.ts';
import { nameOf } from './bot/context.ts';
import { createWizards } from './bot/wizards.ts';
import type { TenantConfig } from './config.ts';
import { createPakasir, MIN_PAYMENT } from './gateway/index.ts';
import type { Metrics } from './metrics.ts';
import { createAntiSpam } from './modules/anti-spam/index.ts';
import { createAudit } from './modules/audit/index.ts';
import { createCart } from './modules/cart/index.ts';
import { createCatalog } from './modules/catalog/index.ts';
import { createDeliveries, deliveryCopy, termsOf } from './modules/delivery/index.ts';
import { createNotices } from './modules/notices/index.ts';
import { createOrderDesk } from './modules/order-desk/index.ts';
import { createOrders, customerOf, linesOf, type Order } from './modules/orders/index.ts';
import { createOutbox } from './modules/outbox/index.ts';
import {
  createInvoices,
  createPayments,
  createReconcile,
  paymentCopy,
  paymentsOfOrder,
} from './modules/payments/index.ts';
import { createStock } from './modules/stock/index.ts';
import { createTemplates } from './modules/templates/index.ts';
import { createUsers } from './modules/users/index.ts';
import { createWallet } from './modules/wallet/index.ts';
import { ownerCopy } from './owner-copy.ts';

export const QUEUES = {
  outbox: { retryLimit: 1000, retryDelay: 1, retryDelayMax: 300, expireInSeconds: 300, batchSize: 1 },
  invoice: { retryLimit: 1000, retryDelay: 1, retryDelayMax: 300, expireInSeconds: 120, batchSize: 5 },
  // Questions that people ask: apart from the invoices, so that many questions hold up no sale.
  question: { retryLimit: 20, retryDelay: 1, retryDelayMax: 60, expireInSeconds: 120, batchSize: 5, exclusive: true },
  delivery: { retryLimit: 100_000, retryDelay: 1, retryDelayMax: 300, expireInSeconds: 300, batchSize: 5 },
  notice: { retryLimit: 100, retryDelay: 1, retryDelayMax: 300, expireInSeconds: 120, batchSize: 5 },
} as const;

export type QueueName = keyof typeof QUEUES;

export type RoomDeps = {
  config: TenantConfig;
  db: Db;
  jobs: Jobs<QueueName>;
  api: Api;
  ownerApi: Api | undefined;
  metrics: Metrics;
  clock: Clock;
  log: Log;
  failpoint: Failpoint;
};

export type Rooms = ReturnType<typeof createRooms>;

/** Builds the rooms of one store from the bottom up and tells each what the others need to know. */
export function createRooms(deps: RoomDeps) {
  const { config, db, jobs, api, metrics, clock, failpoint } = deps;
  const { env } = config;
  const logOf = (service: string) => deps.log.child({ service });
  const timeZone = env.BOT_TIMEZONE;
  const timeOf = new Intl.DateTimeFormat('id-ID', { timeZone, dateStyle: 'medium', timeStyle: 'short' });

  const audit = createAudit({ dir: `${env.LOG_DIR}/audit`, timeZone, log: logOf('audit') });
  const users = createUsers({ adminIds: config.adminIds, ownerIds: config.ownerIds, clock });
  const wizards = createWizards();
  const outbox = createOutbox({
    db,
    jobs,
    api,
    ownerApi: deps.ownerApi,
    recipients: users,
    markUnreachable: users.markUnreachable,
    log: logOf('outbox'),
  });
  const templates = createTemplates({
    storeName: env.BOT_STORE_NAME,
    audit,
    onRollback: (tx, { key }) =>
      outbox.tellOwners(tx, `template:${key}:${clock.now().getTime()}`, ownerCopy.templateRolledBack(key)),
  });
  const antiSpam = createAntiSpam({ clock });
  const paymentAntiSpam = createAntiSpam({ clock, limits: { actions: 20 } });
  const catalog = createCatalog({ audit });
  const stock = createStock({ key: sealingKey(env.DATA_ENCRYPTION_KEY), audit });
  const cart = createCart();
  const wallet = createWallet();
  const gateway = createPakasir({
    apiBase: env.PAKASIR_API_BASE,
    publicDomain: env.PAKASIR_PUBLIC_DOMAIN,
    project: env.PAKASIR_PROJECT_SLUG,
    apiKey: env.PAKASIR_API_KEY,
    clock,
    log: logOf('pakasir'),
    count: (call, result) => metrics.gateway.inc({ call, result }),
  });

  const orders = createOrders({
    cart,
    stock,
    wallet,
    minimum: MIN_PAYMENT,
    clock,
    onPaid: (tx, order) => deliveries.enqueue(tx, order.id),
    async onChanged(tx, order) {
      await jobs.send(tx, 'notice', { orderId: order.id });
      if (order.status === 'awaiting_payment') return;
      for (const payment of await paymentsOfOrder(tx, order.id)) {
        await jobs.send(tx, 'invoice', { paymentId: payment.id });
      }
      if (order.status === 'paid') await tellPaid(tx, order);
      else await tellClosed(tx, order);
    },
    async onCredited(tx, order, { amount, reason }) {
      const cause = `order:${order.id}:credited:${reason}:${amount}:${clock.now().getTime()}`;
      await outbox.send(tx, order.userId, cause, paymentCopy.credited(order, amount, reason));
      const text = ownerCopy.credited(order.ref, amount, reason);
      await outbox.tellAdmins(tx, cause, text);
      await outbox.tellOwners(tx, `${cause}:owner`, text);
    },
    async onSameMoney(tx, order) {
      const text = ownerCopy.sameMoney(order.ref);
      await outbox.tellAdmins(tx, `order:${order.id}:same_money`, text);
      await outbox.tellOwners(tx, `order:${order.id}:same_money:owner`, text);
    },
    onStockTaken: (tx, productIds) => stock.noteLevels(tx, productIds, outbox.tellAdmins),
  });

  async function tellPaid(tx: Parameters<typeof outbox.send>[0], order: Order): Promise<void> {
    if (order.closedReason) {
      await outbox.send(tx, order.userId, `order:${order.id}:late`, paymentCopy.lateDelivered(order));
      await outbox.tellAdmins(tx, `order:${order.id}:late:admin`, ownerCopy.paidLate(order.ref));
      await outbox.tellOwners(tx, `order:${order.id}:late:owner`, ownerCopy.paidLate(order.ref));
    }
    if (env.OWNER_NOTIFY_TRANSACTIONS === 'each') {
      await outbox.tellOwners(tx, `order:${order.id}:paid`, ownerCopy.paid(env.BOT_STORE_NAME, order));
    }
  }

  async function tellClosed(tx: Parameters<typeof outbox.send>[0], order: Order): Promise<void> {
    const cause = `order:${order.id}:closed`;
    if (order.status === 'expired') await outbox.send(tx, order.userId, cause, paymentCopy.expired(order));
    if (order.status !== 'cancelled' || order.closedReason === 'by_customer') return;
    if (order.closedReason === 'gateway_failed') {
      for (const line of await linesOf(tx, order.id)) await cart.put(tx, order.userId, line.productId, line.quantity);
      await outbox.send(tx, order.userId, cause, paymentCopy.gatewayFailed(order), paymentCopy.toCart());
    } else await outbox.send(tx, order.userId, cause, paymentCopy.cancelled(order));
  }

  // At most one alarm per kind and hour: whoever forges webhooks must not be able to flood the owner, or the database.
  const alarmed = new Map<'forged' | 'mismatch', number>();
  async function alarmOwners(what: 'forged' | 'mismatch'): Promise<void> {
    const hour = Math.floor(clock.now().getTime() / 3_600_000);
    if (alarmed.get(what) === hour) return;
    await db.tx((tx) => outbox.tellOwners(tx, `webhook:${what}:${hour}`, ownerCopy.suspicious(what)));
    alarmed.set(what, hour);
  }

  const payments = createPayments({
    db,
    gateway,
    orders,
    jobs,
    mode: config.intake.mode,
    clock,
    log: logOf('payments'),
    failpoint,
    countSettlement: (outcome) => metrics.settlements.inc({ outcome }),
    onMismatch: (payment) =>
      db.tx((tx) => outbox.tellOwners(tx, `gateway:mismatch:${payment.id}`, ownerCopy.gatewayMismatch(payment.ref))),
    onScheduled: () => reconcile.poke(),
  });
  const reconcile = createReconcile({
    db,
    payments,
    mode: config.intake.mode,
    clock,
    log: logOf('payments'),
  });
  const invoices = createInvoices({
    db,
    api,
    gateway,
    payments,
    mode: config.intake.mode,
    timeZone,
    clock,
    log: logOf('payments'),
    failpoint,
    markUnreachable: users.markUnreachable,
    onScheduled: () => reconcile.poke(),
  });

  const deliveries = createDeliveries({
    db,
    api,
    stock,
    jobs,
    clock,
    log: logOf('delivery'),
    failpoint,
    async header(order) {
      const [lines, customer] = await Promise.all([linesOf(db, order.id), customerOf(db, order.userId)]);
      return db.tx((tx) =>
        templates.render(tx, 'payment_success', {
          nama: nameOf(customer),
          order_id: order.ref,
          produk: lines.map((line) => line.name).join(', '),
          jumlah: String(lines.reduce((sum, line) => sum + line.quantity, 0)),
          harga: formatRupiah(order.total),
          tanggal: timeOf.format(order.paidAt ?? clock.now()),
          status: 'Lunas',
        }),
      );
    },
    async onDelivered(tx, order) {
      await jobs.send(tx, 'notice', { orderId: order.id });
      const customer = await customerOf(tx, order.userId);
      for (const { productId, name, terms } of await termsOf(tx, order.id)) {
        const header = await templates.render(tx, 'snk', { nama: nameOf(customer), order_id: order.ref, produk: name });
        await outbox.send(tx, order.userId, `order:${order.id}:terms:${productId}`, deliveryCopy.terms(header, terms));
      }
    },
    onStuck: (tx, order, reason) =>
      outbox.tellAdmins(tx, `order:${order.id}:stuck`, deliveryCopy.stuckNotice(order.ref, reason)),
    async onBlocked(tx, order) {
      await users.markUnreachable(tx, order.userId);
      await jobs.send(tx, 'notice', { orderId: order.id });
      await outbox.tellAdmins(tx, `order:${order.id}:blocked`, deliveryCopy.blockedNotice(order.ref));
    },
  });
  const desk = createOrderDesk({ db, payments, audit, outbox });
  const notices = createNotices({ db, api, chatIds: users.noticeIds, timeZone, log: logOf('notices') });

  return {
    audit,
    users,
    wizards,
    outbox,
    templates,
    antiSpam,
    paymentAntiSpam,
    catalog,
    stock,
    cart,
    wallet,
    gateway,
    orders,
    payments,
    reconcile,
    invoices,
    deliveries,
    desk,
    notices,
    alarmOwners,
  };
}
