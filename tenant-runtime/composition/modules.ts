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
 * update on, then each module's own commands and buttons. Free text is read in this order
 * too, and the admin menu shows its buttons in it.
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

  const modules: readonly StoreModule[] = [
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
    { name: 'wallet', housekeeping: createLedgerCheck({ owners, log: services.log }) },
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
    { name: 'templates', handlers: templateAdminHandlers(services), adminButton: TEMPLATE_ADMIN },
    {
      name: 'product-admin',
      handlers: productAdminHandlers({
        ...services,
        minimum: Math.min(...methods.all.map(({ min }) => min)),
        resumeDeliveries: deliveries.resumeRefused,
        log: telegramLog,
      }),
      adminButton: PRODUCT_ADMIN,
    },
    { name: 'category-admin', handlers: categoryAdminHandlers(services), adminButton: CATEGORY_ADMIN },
    {
      name: 'orders',
      handlers: orderAdminHandlers({ ...services, customerButton: userButton }),
      adminButton: ORDER_ADMIN,
      async refreshMetrics() {
        for (const { status, count } of await countByStatus(db)) metrics.orders.set({ state: status }, count);
      },
    },
    { name: 'exports', handlers: exportHandlers({ ...services, back: ORDER_ADMIN }) },
    {
      name: 'user-admin',
      handlers: userAdminHandlers({ ...services, admin: services.userAdmin }),
      adminButton: USER_ADMIN,
    },
    { name: 'vouchers', handlers: voucherAdminHandlers(services), adminButton: VOUCHER_ADMIN },
    { name: 'terms-admin', handlers: termsAdminHandlers(services), adminButton: TERMS_ADMIN },
    {
      name: 'broadcast',
      handlers: broadcastHandlers(services),
      tasks: [services.broadcasting],
      adminButton: BROADCAST_ADMIN,
    },
    { name: 'calculator', handlers: calculatorHandlers(services), adminButton: CALCULATOR },
    { name: 'statistics', handlers: statisticsHandlers(services), adminButton: STATISTICS },
    { name: 'deposit-admin', handlers: depositAdminHandlers(services), adminButton: DEPOSIT_ADMIN },
    { name: 'payment-methods', handlers: paymentMethodHandlers(services), adminButton: PAYMENT_METHODS },
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
      adminButton: DELIVERY_ADMIN,
    },
    {
      name: 'testimonials',
      handlers: testimonialHandlers({ ...services, connection: services.channelConnection }),
      adminButton: TESTIMONIALS,
    },
    {
      name: 'configuration',
      handlers: configurationAdminHandlers({ ...services, sendFile: createSendFile(api, telegramLog) }),
      adminButton: CONFIGURATION_ADMIN,
    },
    { name: 'audit', handlers: auditAdminHandlers(services), adminButton: AUDIT_ADMIN, drain: services.audit.flush },
  ];
  const buttons = modules.flatMap(({ adminButton }) => adminButton ?? []);
  return [...modules, { name: 'menu', handlers: adminHandlers({ wizards: services.wizards, buttons }) }];
}
