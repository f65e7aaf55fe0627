import { GATEWAYS, methodOf, openGateway } from '../gateway/index.ts';
import { createDepositAnnouncements } from '../modules/delivery/announcements/deposits.ts';
import { depositFollowUps, orderFollowUps } from '../modules/delivery/announcements/follow-up.ts';
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
} from '../modules/money/payments/index.ts';
import { createWallet } from '../modules/money/wallet/index.ts';
import { createUserAdmin } from '../modules/shop/users/admin/index.ts';
import type { CatalogServices } from './catalog.ts';

/** Money in and goods out: orders, payments, balances, deliveries, and the news of them. */
export function composeCheckout(shop: CatalogServices) {
  const { config, db, jobs, metrics, clock, activator, logOf, users, stock, configuration } = shop;
  const { env } = config;
  const isEachSaleTold = env.OWNER_NOTIFY_TRANSACTIONS === 'each';
  const activateReconciler = activator('payment-reconciler');

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

  const followUps = orderFollowUps({ ...shop, announce });

  const deliveries = createDeliveries({
    ...shop,
    ...followUps,
    header: announce.receipt,
    onUnreachable: users.markUnreachable,
    log: logOf('delivery'),
  });
  const orders = createOrders({
    ...shop,
    ...followUps,
    wallet,
    methodOf: (id) => methodOf(gateway, id),
    isTrial,
    onPaid: (tx, order) => deliveries.enqueue(tx, order.id),
    onStockTaken: stock.noteLevels,
  });
  const refunds = createRefunds({ ...followUps, wallet });

  const announceDeposits = createDepositAnnouncements({
    ...shop,
    balanceOf: wallet.balanceOf,
    labelOf,
    eachTransaction: isEachSaleTold,
    hasSellers: users.noticeIds.length > 0,
  });
  const deposits = createDeposits({ ...shop, ...depositFollowUps({ jobs, announceDeposits }), wallet });

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
