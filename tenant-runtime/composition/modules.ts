import { commandHandlers } from '../bot/commands.ts';
import { createSendFile } from '../bot/files.ts';
import type { StoreModule } from '../module.ts';
import { BROADCAST_ADMIN, broadcastHandlers } from '../modules/delivery/broadcast/index.ts';
import { DELIVERY_ADMIN } from '../modules/delivery/deliveries/admin/callbacks.ts';
import { deliveryAdminHandlers } from '../modules/delivery/deliveries/admin/handlers.ts';
import { pendingStats } from '../modules/delivery/deliveries/index.ts';
import { returningHandlers } from '../modules/delivery/notices/index.ts';
import { TESTIMONIALS, testimonialHandlers } from '../modules/delivery/testimonials/index.ts';
import { DEPOSIT_ADMIN, depositAdminHandlers } from '../modules/money/deposits/admin/index.ts';
import { DEPOSIT, depositHandlers } from '../modules/money/deposits/index.ts';
import { exportHandlers } from '../modules/money/exports/index.ts';
import { HISTORY, historyHandlers } from '../modules/money/history/index.ts';
import { ORDER_ADMIN, orderAdminHandlers, orderBelowButton } from '../modules/money/orders/admin/index.ts';
import { countByStatus, openOrderHolding } from '../modules/money/orders/index.ts';
import { boundsHint, PAYMENT_METHODS, paymentMethodHandlers } from '../modules/money/payment-methods/index.ts';
import { PAYMENT_LABELS, paymentHandlers } from '../modules/money/payments/index.ts';
import { albumHandlers, receiptHandlers } from '../modules/money/receipts/index.ts';
import { createLedgerCheck } from '../modules/money/wallet/index.ts';
import { cartCallbacks, cartHandlers } from '../modules/shop/cart/index.ts';
import { CATEGORY_ADMIN } from '../modules/shop/catalog/admin/categories/callbacks.ts';
import { categoryAdminHandlers } from '../modules/shop/catalog/admin/categories/handlers.ts';
import { PRODUCT_ADMIN } from '../modules/shop/catalog/admin/products/callbacks.ts';
import { productAdminHandlers } from '../modules/shop/catalog/admin/products/handlers.ts';
import {
  catalogCallbacks,
  catalogFreeText,
  catalogHandlers,
  catalogStorefront,
} from '../modules/shop/catalog/index.ts';
import { restockWatchHandlers } from '../modules/shop/restock-watch/index.ts';
import { TERMS_ADMIN } from '../modules/shop/terms/admin/callbacks.ts';
import { termsAdminHandlers } from '../modules/shop/terms/admin/handlers.ts';
import { termsHandlers } from '../modules/shop/terms/index.ts';
import { USER_ADMIN, userAdminHandlers, userButton } from '../modules/shop/users/admin/index.ts';
import { awayHandlers, usersHandlers } from '../modules/shop/users/index.ts';
import { VOUCHER_ADMIN, voucherAdminHandlers } from '../modules/shop/vouchers/admin/handlers.ts';
import { AUDIT_ADMIN } from '../modules/staff/audit/admin/callbacks.ts';
import { auditAdminHandlers } from '../modules/staff/audit/admin/handlers.ts';
import { CALCULATOR, calculatorHandlers } from '../modules/staff/calculator/index.ts';
import { CONFIGURATION_ADMIN } from '../modules/staff/configuration/admin/callbacks.ts';
import { configurationAdminHandlers } from '../modules/staff/configuration/admin/handlers.ts';
import { adminHandlers } from '../modules/staff/menu/index.ts';
import { STATISTICS, statisticsHandlers } from '../modules/staff/statistics/index.ts';
import { TEMPLATE_ADMIN } from '../modules/staff/templates/admin/callbacks.ts';
import { templateAdminHandlers } from '../modules/staff/templates/admin/handlers.ts';
import type { Services } from './index.ts';

/**
 * Every module of a store, once. Updates meet the handlers in this order: first those that only note something and pass the
 * update on, then each module's own commands and buttons. Free text is read in this order too.
 */
export function storeModules(services: Services): readonly StoreModule[] {
  const { api, cart, clock, config, db, metrics, owners, templates, wallet, logOf } = services;
  const { albums, deliveries, deposits, invoices, methods, notices, outbox, payments, reconcile, terms } = services;
  const telegramLog = logOf('telegram');
  const opening = {
    ...services,
    watching: services.watches.watching,
    holding: openOrderHolding,
  };

  return [
    { name: 'last-screens', handlers: services.lastScreens.handlers },
    {
      name: 'notices',
      handlers: returningHandlers(services),
      jobs: {
        notice: ({ orderId, depositId }) =>
          notices.sync(
            depositId === undefined
              ? { kind: 'order', id: Number(orderId) }
              : { kind: 'deposit', id: Number(depositId) },
          ),
      },
      recover: notices.recover,
    },
    {
      name: 'receipts',
      handlers: albumHandlers(albums),
      freeText: receiptHandlers({ ...services, orderButton: orderBelowButton }),
      housekeeping: albums.purge,
    },
    { name: 'commands', handlers: commandHandlers(services.commands) },
    {
      name: 'users',
      handlers: usersHandlers({
        ...services,
        welcome: (tx, values) => templates.render(tx, 'welcome', values),
        howToOrder: (tx, values) => templates.render(tx, 'cara_order', values),
        storefront: catalogStorefront(opening),
        balanceOf: wallet.balanceOf,
        history: HISTORY,
      }),
      freeText: awayHandlers({
        clock,
        async cartButton(tx, userId) {
          const lines = await cart.lines(tx, userId);
          return lines.length > 0 ? { text: PAYMENT_LABELS.cart, data: cartCallbacks.pack('view') } : undefined;
        },
      }),
    },
    { name: 'catalog', handlers: catalogHandlers(opening), freeText: catalogFreeText(opening) },
    { name: 'restock-watch', handlers: restockWatchHandlers(opening), housekeeping: services.watches.purge },
    {
      name: 'cart',
      handlers: cartHandlers({
        ...services,
        productListButton: catalogCallbacks.pack('list', 0, 0),
        boundsHint: async (on, total) => boundsHint(await methods.enabled(on), total),
      }),
    },
    { name: 'history', handlers: historyHandlers({ ...services, pageOf: payments.pageOf }) },
    { name: 'terms', handlers: termsHandlers({ ...services, onPicture: albums.begin }), housekeeping: terms.purge },
    {
      name: 'payments',
      handlers: paymentHandlers({ ...services, depositButton: DEPOSIT }),
      tasks: [reconcile.task],
      jobs: {
        invoice: (data) => invoices.converge(Number(data.paymentId), data.again === true),
        question: (data) => invoices.ask(Number(data.paymentId), data.quiet !== true),
      },
      recover: async (tx) => services.announce.endedAtStart(tx, await payments.recover(tx)),
    },
    {
      name: 'deposits',
      handlers: depositHandlers({
        ...services,
        instructions: (tx, values) => templates.render(tx, 'manual_deposit', values),
        contacts: services.users.contacts,
        onPicture: albums.begin,
      }),
      housekeeping: deposits.purge,
    },
    { name: 'deposit-admin', handlers: depositAdminHandlers(services) },
    {
      name: 'orders',
      handlers: orderAdminHandlers({ ...services, customerButton: userButton }),
      async refreshMetrics() {
        for (const { status, count } of await countByStatus(db)) metrics.orders.set({ state: status }, count);
      },
    },
    { name: 'exports', handlers: exportHandlers({ ...services, back: ORDER_ADMIN }) },
    { name: 'wallet', housekeeping: createLedgerCheck({ owners, log: services.log }) },
    { name: 'user-admin', handlers: userAdminHandlers({ ...services, admin: services.userAdmin }) },
    {
      name: 'product-admin',
      handlers: productAdminHandlers({
        ...services,
        minimum: Math.min(...methods.all.map(({ min }) => min)),
        resumeDeliveries: deliveries.resumeRefused,
        log: telegramLog,
      }),
    },
    {
      name: 'deliveries',
      handlers: deliveryAdminHandlers(services),
      jobs: { delivery: (data) => deliveries.deliver(Number(data.orderId)) },
      recover: deliveries.recover,
      async refreshMetrics() {
        const { count, oldestSeconds } = await pendingStats(db);
        metrics.deliveriesPending.set(count);
        metrics.deliveriesOldest.set(oldestSeconds);
      },
    },
    { name: 'category-admin', handlers: categoryAdminHandlers(services) },
    { name: 'templates', handlers: templateAdminHandlers(services) },
    { name: 'vouchers', handlers: voucherAdminHandlers(services) },
    { name: 'terms-admin', handlers: termsAdminHandlers(services) },
    { name: 'broadcast', handlers: broadcastHandlers(services), tasks: [services.broadcasting] },
    { name: 'calculator', handlers: calculatorHandlers(services) },
    { name: 'testimonials', handlers: testimonialHandlers({ ...services, connection: services.channelConnection }) },
    { name: 'statistics', handlers: statisticsHandlers(services) },
    {
      name: 'configuration',
      handlers: configurationAdminHandlers({ ...services, sendFile: createSendFile(api, telegramLog) }),
    },
    { name: 'payment-methods', handlers: paymentMethodHandlers(services) },
    {
      name: 'owner-events',
      tasks: [
        owners.task,
        services.logAlarm.task,
        ...(config.env.OWNER_NOTIFY_TRANSACTIONS === 'digest' ? [services.digest] : []),
      ],
      housekeeping: owners.purge,
      async drain(signal) {
        await services.logAlarm.flush();
        await owners.drain(signal);
      },
    },
    { name: 'outbox', tasks: [outbox.task], housekeeping: outbox.purge, drain: outbox.drain },
    { name: 'audit', handlers: auditAdminHandlers(services), drain: services.audit.flush },
    {
      name: 'menu',
      handlers: adminHandlers({
        ...services,
        buttons: [
          TEMPLATE_ADMIN,
          PRODUCT_ADMIN,
          CATEGORY_ADMIN,
          ORDER_ADMIN,
          USER_ADMIN,
          VOUCHER_ADMIN,
          TERMS_ADMIN,
          BROADCAST_ADMIN,
          CALCULATOR,
          STATISTICS,
          DEPOSIT_ADMIN,
          PAYMENT_METHODS,
          DELIVERY_ADMIN,
          TESTIMONIALS,
          CONFIGURATION_ADMIN,
          AUDIT_ADMIN,
        ],
      }),
    },
  ];
}
