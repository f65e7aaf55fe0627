import { createPakasir, MIN_PAYMENT } from '../gateway/index.ts';
import { createAnnouncements, createDepositAnnouncements } from '../modules/announcements/index.ts';
import { createDeliveries } from '../modules/delivery/index.ts';
import { reviewKeyboard } from '../modules/deposit-desk/index.ts';
import { createDeposits, depositPayable } from '../modules/deposits/index.ts';
import { createNotices } from '../modules/notices/index.ts';
import { createOrders, createRefunds } from '../modules/orders/index.ts';
import {
  createInvoices,
  createPayments,
  createReconcile,
  orderPayable,
  paymentsOf,
} from '../modules/payments/index.ts';
import { createWallet } from '../modules/wallet/index.ts';
import type { RoomDeps } from './deps.ts';
import type { Ground } from './ground.ts';
import type { Shelves } from './shelves.ts';

/** Money in and goods out: orders, payments, balances, deliveries, and the news of them. */
export function createTill(deps: RoomDeps, ground: Ground, shelves: Shelves) {
  const { config, db, jobs, api, metrics, clock, failpoint } = deps;
  const { env } = config;
  const logOf = (service: string) => deps.log.child({ service });
  const timeZone = env.BOT_TIMEZONE;
  const { key, users, outbox, owners } = ground;
  const { templates, terms, stock, vouchers, cart } = shelves;

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

  const announce = createAnnouncements({
    db,
    outbox,
    owners,
    templates,
    cart,
    vouchers,
    eachSale: env.OWNER_NOTIFY_TRANSACTIONS === 'each',
    timeZone,
    clock,
  });

  const orders = createOrders({
    cart,
    stock,
    wallet,
    vouchers,
    minimum: MIN_PAYMENT,
    clock,
    onPaid: (tx, order) => deliveries.enqueue(tx, order.id),
    async onChanged(tx, order) {
      await jobs.send(tx, 'notice', { orderId: order.id });
      if (order.status === 'awaiting_payment') return;
      for (const payment of await paymentsOf(tx, { kind: 'order', id: order.id })) {
        await jobs.send(tx, 'invoice', { paymentId: payment.id });
      }
      if (order.status === 'paid') await announce.paid(tx, order);
      else await announce.closed(tx, order);
    },
    onCredited: announce.credited,
    onSameMoney: announce.sameMoney,
    onStockTaken: stock.noteLevels,
  });

  const refunds = createRefunds({
    wallet,
    async onRefunded(tx, order, refund) {
      await jobs.send(tx, 'notice', { orderId: order.id });
      await announce.refunded(tx, order, refund);
    },
  });

  const announceDeposits = createDepositAnnouncements({
    outbox,
    owners,
    cart,
    balanceOf: wallet.balanceOf,
    eachTransaction: env.OWNER_NOTIFY_TRANSACTIONS === 'each',
    hasSellers: users.noticeIds.length > 0,
  });
  const deposits = createDeposits({
    wallet,
    key,
    clock,
    async onChanged(tx, deposit) {
      await jobs.send(tx, 'notice', { depositId: deposit.id });
      await announceDeposits.changed(tx, deposit);
      if (deposit.status === 'awaiting_payment') return;
      for (const payment of await paymentsOf(tx, { kind: 'deposit', id: deposit.id })) {
        await jobs.send(tx, 'invoice', { paymentId: payment.id });
      }
    },
  });

  const payables = { order: orderPayable(orders), deposit: depositPayable(deposits) };
  const payments = createPayments({
    db,
    gateway,
    orders,
    payables,
    jobs,
    mode: config.intake.mode,
    clock,
    log: logOf('payments'),
    failpoint,
    countSettlement: (outcome) => metrics.settlements.inc({ outcome }),
    onMismatch: announce.gatewayMismatch,
    onScheduled: () => reconcile.wake(),
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
    payables,
    mode: config.intake.mode,
    timeZone,
    clock,
    log: logOf('payments'),
    failpoint,
    markUnreachable: users.markUnreachable,
    onScheduled: () => reconcile.wake(),
  });

  const deliveries = createDeliveries({
    db,
    api,
    stock,
    jobs,
    clock,
    log: logOf('delivery'),
    failpoint,
    header: announce.receipt,
    async onDelivered(tx, order) {
      await jobs.send(tx, 'notice', { orderId: order.id });
      await terms.announce(tx, order);
    },
    onStuck: announce.stuck,
    onUnreachable: users.markUnreachable,
    async onBlocked(tx, order) {
      await jobs.send(tx, 'notice', { orderId: order.id });
      await announce.blocked(tx, order);
    },
  });
  const notices = createNotices({
    db,
    api: deps.newsApi ?? api,
    jobs,
    chatIds: users.noticeIds,
    proofOf: deposits.proofOf,
    reviewKeyboard,
    timeZone,
    log: logOf('notices'),
  });

  return {
    wallet,
    gateway,
    announce,
    orders,
    refunds,
    announceDeposits,
    deposits,
    payables,
    payments,
    reconcile,
    invoices,
    deliveries,
    notices,
  };
}
