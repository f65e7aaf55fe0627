import { GATEWAYS, methodOf, openGateway } from '../gateway/index.ts';
import { createDepositAnnouncements } from '../modules/delivery/announcements/deposits.ts';
import { createAnnouncements } from '../modules/delivery/announcements/service.ts';
import { createDeliveries } from '../modules/delivery/deliveries/index.ts';
import { createNotices } from '../modules/delivery/notices/index.ts';
import { reviewKeyboard } from '../modules/money/deposits/admin/index.ts';
import { createDeposits, depositPayable } from '../modules/money/deposits/index.ts';
import { createGatewayState } from '../modules/money/gateway-state/index.ts';
import { createOrders, createRefunds } from '../modules/money/orders/index.ts';
import { createPaymentMethods } from '../modules/money/payment-methods/index.ts';
import {
  createInvoices,
  createPayments,
  createReconcile,
  orderPayable,
  paymentsOf,
} from '../modules/money/payments/index.ts';
import { createWallet } from '../modules/money/wallet/index.ts';
import type { Shelves } from './catalog.ts';
import type { ModuleDeps } from './deps.ts';
import type { PlatformModules } from './platform.ts';

/** Money in and goods out: orders, payments, balances, deliveries, and the news of them. */
export function composeCheckout(deps: ModuleDeps, ground: PlatformModules, shelves: Shelves) {
  const { config, db, jobs, api, metrics, clock, failpoint } = deps;
  const { env } = config;
  const logOf = (service: string) => deps.log.child({ service });
  const timeZone = env.BOT_TIMEZONE;
  const { key, users, outbox, owners, testimonials } = ground;
  const { templates, terms, stock, vouchers, cart, configuration } = shelves;

  const activateReconciler = deps.activator('payment-reconciler');

  const wallet = createWallet();
  const gatewayState = createGatewayState({
    db,
    gateway: openGateway(deps.gateways ?? GATEWAYS, env, {
      clock,
      log: logOf('gateway'),
      count: (call, result) => metrics.gateway.inc({ call, result }),
    }),
    allowSandbox: env.PAKASIR_ALLOW_SANDBOX,
    outbox,
    owners,
    clock,
    onFault: activateReconciler,
  });
  const { gateway, refuses, isTrial } = gatewayState;
  const methods = createPaymentMethods({ gateway, configuration });

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
    methodOf: (id) => methodOf(gateway, id),
    isTrial,
    clock,
    onPaid: (tx, order) => deliveries.enqueue(tx, order.id),
    async onChanged(tx, order) {
      await jobs.send(tx, 'notice', { orderId: order.id });
      if (order.status === 'awaiting_payment') return;
      for (const payment of await paymentsOf(tx, { kind: 'order', id: order.id })) {
        await jobs.send(tx, 'invoice', { paymentId: payment.id });
      }
      if (order.status === 'paid') {
        await announce.paid(tx, order);
        await testimonials.post(tx, order);
      } else await announce.closed(tx, order);
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
    labelOf: methods.labelOf,
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
    clock,
    log: logOf('payments'),
    failpoint,
    countSettlement: (outcome) => metrics.settlements.inc({ outcome }),
    refuses,
    onMismatch: announce.gatewayMismatch,
    onSandboxPaid: announce.sandboxPaid,
    onScheduled: activateReconciler,
  });
  const reconcile = createReconcile({
    db,
    payments,
    probe: gatewayState.probe,
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
    refuses,
    onMismatch: announce.gatewayMismatch,
    markUnreachable: users.markUnreachable,
    onScheduled: activateReconciler,
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
    async onFileRefused(tx, order, reason) {
      await jobs.send(tx, 'notice', { orderId: order.id });
      await announce.fileRefused(tx, order, reason);
    },
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
    labelOf: methods.labelOf,
    timeZone,
    log: logOf('notices'),
  });

  return {
    wallet,
    gateway,
    gatewayState,
    methods,
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
