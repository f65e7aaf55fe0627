import type { Api } from 'grammy';
import type { Clock } from '../kernel/clock.ts';
import { sealingKey } from '../kernel/crypto.ts';
import type { Db } from '../kernel/db.ts';
import type { Failpoint } from '../kernel/failpoint.ts';
import type { Jobs } from '../kernel/jobs.ts';
import type { Log } from '../kernel/log.ts';
import { createWizards } from './bot/wizards.ts';
import type { TenantConfig, TenantEnvironment } from './config.ts';
import { createPakasir, MIN_PAYMENT } from './gateway/index.ts';
import type { Metrics } from './metrics.ts';
import { createAnnouncements, createDepositAnnouncements } from './modules/announcements/index.ts';
import { createAntiSpam } from './modules/anti-spam/index.ts';
import { createAudit } from './modules/audit/index.ts';
import { createBroadcastSender, createBroadcasts } from './modules/broadcast/index.ts';
import { calculatorPart, createCalculator } from './modules/calculator/index.ts';
import { createCart } from './modules/cart/index.ts';
import {
  catalogCallbacks,
  categoriesPart,
  createCatalog,
  createCategories,
  createSearches,
  productsPart,
} from './modules/catalog/index.ts';
import { createConfiguration, createRestore, createSnapshots } from './modules/configuration/index.ts';
import { createDeliveries } from './modules/delivery/index.ts';
import { reviewKeyboard } from './modules/deposit-desk/index.ts';
import { createDeposits, depositPayable } from './modules/deposits/index.ts';
import { createNotices } from './modules/notices/index.ts';
import { createOrders, createRefunds } from './modules/orders/index.ts';
import { createOutbox } from './modules/outbox/index.ts';
import { createControlPlane, createDigest, createLogAlarm, createOwnerEvents } from './modules/owner-events/index.ts';
import { createInvoices, createPayments, createReconcile, orderPayable, paymentsOf } from './modules/payments/index.ts';
import { createRestockWatches } from './modules/restock-watch/index.ts';
import { createCharts, createStatistics } from './modules/statistics/index.ts';
import { createStock } from './modules/stock/index.ts';
import {
  createTemplateEditor,
  createTemplates,
  templateEditors,
  templateRolledBack,
  templatesPart,
} from './modules/templates/index.ts';
import { createTerms } from './modules/terms/index.ts';
import { createUserDesk } from './modules/user-desk/index.ts';
import { createUsers } from './modules/users/index.ts';
import { createVouchers, vouchersPart } from './modules/vouchers/index.ts';
import { createWallet } from './modules/wallet/index.ts';

export const QUEUES = {
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

  const key = sealingKey(env.DATA_ENCRYPTION_KEY);
  const audit = createAudit({ dir: `${env.LOG_DIR}/audit`, timeZone, log: logOf('audit') });
  const users = createUsers({ adminIds: config.adminIds, ownerIds: config.ownerIds, clock });
  const wizards = createWizards();
  const outbox = createOutbox({
    db,
    api,
    ownerApi: deps.ownerApi,
    recipients: users,
    markUnreachable: users.markUnreachable,
    key,
    log: logOf('outbox'),
  });
  const owners = createOwnerEvents({
    db,
    outbox,
    controlPlane: controlPlaneOf(env),
    storeName: env.BOT_STORE_NAME,
    clock,
    log: logOf('owner-events'),
  });
  const logAlarm = createLogAlarm({
    db,
    owners,
    threshold: env.ENABLE_OWNER_ALERTS ? env.OWNER_ALERT_THRESHOLD : undefined,
  });
  const digest = createDigest({ db, owners, timeZone, clock, log: logOf('owner-events') });
  const templates = createTemplates({
    storeName: env.BOT_STORE_NAME,
    audit,
    onRollback: (tx, { key, problem }) =>
      owners.tell(tx, {
        cause: `template:${key}:${clock.now().getTime()}`,
        kind: 'configuration',
        severity: 'warn',
        text: templateRolledBack(key, problem.kind === 'refused'),
      }),
  });
  const terms = createTerms({
    outbox,
    templates,
    key,
    retentionDays: env.SNK_RETENTION_DAYS,
    clock,
    failpoint,
  });
  const watches = createRestockWatches({
    outbox,
    openProduct: (id) => catalogCallbacks.pack('product', id, 1, 0, 0),
  });
  const mayEditTemplates = templateEditors(env.TEMPLATE_EDITORS);
  // In the order in which they are put back: rows are locked so, and products belong to categories.
  const parts = [
    templatesPart(mayEditTemplates),
    calculatorPart(mayEditTemplates),
    vouchersPart,
    categoriesPart,
    productsPart({ onActivated: watches.tell }),
  ];
  const snapshots = createSnapshots({ parts, clock });
  const configuration = createConfiguration({ audit, owners, snapshots });
  const restore = createRestore({ parts, snapshots, configuration });
  const templateEditor = createTemplateEditor({ configuration });
  const calculator = createCalculator({ configuration });
  const antiSpam = createAntiSpam({ clock });
  const paymentAntiSpam = createAntiSpam({ clock, limits: { actions: 20 } });
  const catalog = createCatalog({ configuration, onActivated: watches.tell });
  const categories = createCategories({ configuration });
  const searches = createSearches();
  const stock = createStock({ key, audit, onAvailable: watches.tell, notifyAdmins: outbox.tellAdmins });
  const statistics = createStatistics({ stock, timeZone, clock });
  const charts = createCharts({ log: logOf('charts') });
  const vouchers = createVouchers({ configuration, timeZone, clock });
  const cart = createCart({ vouchers });
  const wallet = createWallet();
  const userDesk = createUserDesk({ users, wallet, audit, outbox, owners, clock });
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
    key: sealingKey(env.DATA_ENCRYPTION_KEY),
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
    api,
    chatIds: users.noticeIds,
    proofOf: deposits.proofOf,
    reviewKeyboard,
    timeZone,
    log: logOf('notices'),
  });

  const broadcasts = createBroadcasts({ audit, owners, clock, onChanged: () => broadcastSender.wake() });
  const broadcastSender = createBroadcastSender({
    db,
    api,
    broadcasts,
    outbox,
    markUnreachable: users.markUnreachable,
    leaderFor: users.staffFor,
    count: (outcome) => metrics.broadcast.inc({ outcome }),
    failpoint,
    log: logOf('broadcast'),
  });

  return {
    audit,
    users,
    wizards,
    outbox,
    owners,
    logAlarm,
    digest,
    templates,
    terms,
    templateEditor,
    mayEditTemplates,
    calculator,
    antiSpam,
    paymentAntiSpam,
    configuration,
    snapshots,
    restore,
    catalog,
    categories,
    searches,
    watches,
    stock,
    statistics,
    charts,
    cart,
    vouchers,
    wallet,
    userDesk,
    gateway,
    orders,
    refunds,
    deposits,
    payments,
    reconcile,
    invoices,
    deliveries,
    notices,
    announce,
    broadcasts,
    broadcastSender,
  };
}

function controlPlaneOf(env: TenantEnvironment) {
  const { CONTROL_PLANE_URL: url, CONTROL_PLANE_TOKEN: token, STORE_SLUG: store } = env;
  return url && token ? createControlPlane({ url, token, store }) : undefined;
}
