import type { Tx } from '../../kernel/db.ts';
import { GATEWAYS, methodOf, openGateway } from '../gateway/index.ts';
import { createDepositAnnouncements } from '../modules/delivery/announcements/deposits.ts';
import { createAnnouncements } from '../modules/delivery/announcements/service.ts';
import { createDeliveries } from '../modules/delivery/deliveries/index.ts';
import { createNotices } from '../modules/delivery/notices/index.ts';
import { reviewKeyboard } from '../modules/money/deposits/admin/index.ts';
import { createDeposits, depositPayable } from '../modules/money/deposits/index.ts';
import { createExports } from '../modules/money/exports/index.ts';
import { createGatewayState } from '../modules/money/gateway-state/index.ts';
import { createOrders, createRefunds } from '../modules/money/orders/index.ts';
import { createPaymentMethods } from '../modules/money/payment-methods/index.ts';
import {
  createInvoices,
  createPayments,
  createPaymentWebhook,
  createReconcile,
  orderPayable,
  paymentsOf,
  type Subject,
} from '../modules/money/payments/index.ts';
import { createWallet } from '../modules/money/wallet/index.ts';
import { createUserAdmin } from '../modules/shop/users/admin/index.ts';
import type { CatalogServices } from './catalog.ts';

/** Money in and goods out: orders, payments, balances, deliveries, and the news of them. */
export function composeCheckout(shop: CatalogServices) {
  const { config, db, jobs, metrics, clock, activator, logOf, users, testimonials, terms, stock, configuration } = shop;
  const { env } = config;
  const isEachSaleTold = env.OWNER_NOTIFY_TRANSACTIONS === 'each';
  const activateReconciler = activator('payment-reconciler');

  /** Brings the sellers' messages about an order or a deposit up to date. */
  const notice = (tx: Tx, { kind, id }: Subject) =>
    jobs.send(tx, 'notice', kind === 'order' ? { orderId: id } : { depositId: id });
  const noticeOrder = (tx: Tx, { id }: { id: number }) => notice(tx, { kind: 'order', id });
  /** Brings what the gateway and the customer see of its payments up to date. */
  async function invoicesOf(tx: Tx, subject: Subject): Promise<void> {
    for (const payment of await paymentsOf(tx, subject)) await jobs.send(tx, 'invoice', { paymentId: payment.id });
  }

  const wallet = createWallet();
  const gatewayState = createGatewayState({
    ...shop,
    gateway: openGateway(shop.gateways ?? GATEWAYS, env, {
      clock,
      log: logOf('gateway'),
      count: (call, result) => metrics.gateway.inc({ call, result }),
    }),
    allowSandbox: env.PAKASIR_ALLOW_SANDBOX,
    onFault: activateReconciler,
  });
  const { gateway, refuses, isTrial } = gatewayState;
  const methods = createPaymentMethods({ gateway, configuration });
  const { labelOf } = methods;
  const announce = createAnnouncements({ ...shop, eachSale: isEachSaleTold });

  const deliveries = createDeliveries({
    ...shop,
    log: logOf('delivery'),
    header: announce.receipt,
    async onDelivered(tx, order) {
      await noticeOrder(tx, order);
      await terms.announce(tx, order);
    },
    onStuck: announce.stuck,
    async onFileRefused(tx, order, reason) {
      await noticeOrder(tx, order);
      await announce.fileRefused(tx, order, reason);
    },
    onUnreachable: users.markUnreachable,
    async onBlocked(tx, order) {
      await noticeOrder(tx, order);
      await announce.blocked(tx, order);
    },
  });

  const orders = createOrders({
    ...shop,
    wallet,
    methodOf: (id) => methodOf(gateway, id),
    isTrial,
    onPaid: (tx, order) => deliveries.enqueue(tx, order.id),
    async onChanged(tx, order) {
      await noticeOrder(tx, order);
      if (order.status === 'awaiting_payment') return;
      await invoicesOf(tx, { kind: 'order', id: order.id });
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
      await noticeOrder(tx, order);
      await announce.refunded(tx, order, refund);
    },
  });

  const announceDeposits = createDepositAnnouncements({
    ...shop,
    balanceOf: wallet.balanceOf,
    labelOf,
    eachTransaction: isEachSaleTold,
    hasSellers: users.noticeIds.length > 0,
  });
  const deposits = createDeposits({
    ...shop,
    wallet,
    async onChanged(tx, deposit) {
      const subject: Subject = { kind: 'deposit', id: deposit.id };
      await notice(tx, subject);
      await announceDeposits.changed(tx, deposit);
      if (deposit.status !== 'awaiting_payment') await invoicesOf(tx, subject);
    },
  });

  const payables = { order: orderPayable(orders), deposit: depositPayable(deposits) };
  const asked = {
    ...shop,
    gateway,
    payables,
    refuses,
    onMismatch: announce.gatewayMismatch,
    onScheduled: activateReconciler,
    log: logOf('payments'),
  };
  const payments = createPayments({
    ...asked,
    orders,
    countSettlement: (outcome) => metrics.settlements.inc({ outcome }),
    onSandboxPaid: announce.sandboxPaid,
  });
  const reconcile = createReconcile({ ...asked, payments, probe: gatewayState.probe });
  const invoices = createInvoices({ ...asked, payments, markUnreachable: users.markUnreachable });
  const receiveWebhook = createPaymentWebhook({ db, payments, gateway, onSuspicious: announce.suspicious });

  const notices = createNotices({
    ...shop,
    api: shop.newsApi,
    chatIds: users.noticeIds,
    proofOf: deposits.proofOf,
    reviewKeyboard,
    labelOf,
    log: logOf('notices'),
  });
  const exports = createExports({ ...shop, log: logOf('exports') });
  const userAdmin = createUserAdmin({ ...shop, wallet });

  return {
    ...shop,
    wallet,
    gateway,
    gatewayState,
    isTrial,
    methods,
    labelOf,
    announce,
    deliveries,
    orders,
    refunds,
    deposits,
    payments,
    reconcile,
    invoices,
    receiveWebhook,
    notices,
    exports,
    userAdmin,
  };
}

export type CheckoutServices = ReturnType<typeof composeCheckout>;
