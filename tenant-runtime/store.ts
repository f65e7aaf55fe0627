import type { AddressInfo } from 'node:net';
import { type Api, Bot, type Transformer } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import { createBackgroundTasks } from '../kernel/background-tasks.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { createDb, type Tx } from '../kernel/db.ts';
import { type Failpoint, noFailpoint } from '../kernel/failpoint.ts';
import { createJobs } from '../kernel/jobs.ts';
import type { Log, LogLine } from '../kernel/log.ts';
import { createBacklog } from './backlog.ts';
import { createAnswers } from './bot/answers.ts';
import { createFetchAttachment } from './bot/attachments.ts';
import { createBudget, LANES } from './bot/budget.ts';
import { createCommands } from './bot/commands.ts';
import type { StoreContext } from './bot/context.ts';
import { type Replacement, standIn } from './bot/fallback.ts';
import { countRefusals, createIntake, type IntakeControl } from './bot/intake.ts';
import { forgetParkedForms } from './bot/parked.ts';
import { createProfile } from './bot/profile.ts';
import { createApi } from './bot/telegram.ts';
import { createUpdates, forgetUpdates } from './bot/updates.ts';
import { composeModules, QUEUES } from './composition/index.ts';
import type { TenantConfig } from './config.ts';
import { migrateStoreDatabase } from './database/index.ts';
import type { GatewayFactory } from './gateway/index.ts';
import { createHousekeeping } from './housekeeping.ts';
import { type Check, createHealth, HEALTH_FRESH_MS, healthRoutes } from './http/health.ts';
import { createListener } from './http/listeners.ts';
import { gatewayWebhook, telegramWebhook } from './http/webhooks.ts';
import { createMetrics, showTasks } from './metrics.ts';
import { pendingStats } from './modules/delivery/deliveries/index.ts';
import { countByStatus } from './modules/money/orders/index.ts';
import { createPaymentWebhook } from './modules/money/payments/index.ts';
import { createBooksCheck } from './modules/money/wallet/index.ts';
import { rehearsalRoute } from './preflight/routes.ts';
import { recover } from './recovery.ts';
import { admission, composeHandlers, downloadOf, SORRY } from './routes.ts';

export type Store = {
  /** Resolves once the store takes updates and payments. */
  start(): Promise<{ telegramPort: number; pakasirPort: number }>;
  /** Takes nothing new, finishes what it holds, lets go of everything. */
  stop(): Promise<void>;
  health(): Promise<Record<string, Check>>;
  /** Asks the gateway about every payment whose turn has come, now. */
  reconcile(): Promise<void>;
  /** Takes every answer that came in several messages and is complete, now. */
  takeAnswers(): Promise<void>;
  /** Hears a line of the log: the owners are told of faults. */
  noteLog(line: LogLine): void;
  /** Before the process ends in the middle of things: writes down what the owners should hear. */
  lastWords(): Promise<void>;
};

export type StoreOptions = {
  log: Log;
  clock?: Clock;
  failpoint?: Failpoint;
  /** Payment gateways in place of those that the house knows. */
  gateways?: readonly GatewayFactory[];
};

/** Telegram's longest updates are a few ten kilobytes, a gateway's webhooks a few hundred bytes. */
const UPDATE_LIMIT = 256 * 1024;
const WEBHOOK_LIMIT = 16 * 1024;
/** Messages that a stopping store still has to send get this long; the next start sends the others. */
const LAST_MESSAGES_MS = 3000;

/** One store. No state is kept outside of what this returns: a process may hold many. */
export function createStore(config: TenantConfig, options: StoreOptions): Store {
  const { env } = config;
  const { log, clock = systemClock, failpoint = noFailpoint, gateways } = options;
  const telegramLog = log.child({ service: 'telegram' });
  const metrics = createMetrics(env.STORE_SLUG);
  const db = createDb({
    connectionString: env.DATABASE_URL,
    max: 6,
    applicationName: `lapak-${env.STORE_SLUG}`,
    onIdleError: (err) => log.warn({ err }, 'an idle database connection was lost'),
  });
  const jobs = createJobs({
    connectionString: env.DATABASE_URL,
    schema: 'jobs',
    queues: QUEUES,
    log: log.child({ service: 'jobs' }),
  });
  const tasks = createBackgroundTasks({ clock, log: log.child({ service: 'tasks' }) });
  const newBudget = () => createBudget({ perSecond: env.TELEGRAM_MESSAGES_PER_SECOND });
  const budget = newBudget();
  const [api, newsApi, bulkApi] = LANES.map((lane) => telegramApi(env.TELEGRAM_BOT_TOKEN, budget.lane(lane))) as [
    Api,
    Api,
    Api,
  ];
  const ownerApi = env.OWNER_BOT_TOKEN ? telegramApi(env.OWNER_BOT_TOKEN, newBudget().lane('soon')) : undefined;
  const modules = composeModules({
    config,
    db,
    jobs,
    activator: tasks.activator,
    api,
    newsApi,
    bulkApi,
    ownerApi,
    metrics,
    clock,
    log,
    failpoint,
    gateways,
  });
  for (const each of [api, newsApi, bulkApi]) each.config.use(standIn(templateStandIn));

  const bot = new Bot<StoreContext>(env.TELEGRAM_BOT_TOKEN, { botInfo: UNKNOWN_BOT });
  const updates = createUpdates({
    bot,
    api,
    db,
    gatekeeper: { recognise: modules.users.recognise, admit: admission(modules, clock) },
    fetchAttachment: createFetchAttachment({
      db,
      download: downloadOf(config, api),
      fileOf: modules.wizards.fileOf,
    }),
    apology: SORRY,
    log: telegramLog,
    count: (result) => metrics.updates.inc({ result }),
    dueAnswer: modules.wizards.pieces.due,
    dropAnswer: modules.wizards.pieces.drop,
  });
  const answers = createAnswers({ db, close: updates.complete, clock, log: telegramLog });
  const staffIds = [...new Set([...config.adminIds, ...config.ownerIds])];
  const commands = createCommands({ api, staffIds, log: telegramLog });
  const profile = createProfile({ api, db, storeName: env.BOT_STORE_NAME, log: telegramLog });
  let publishing: Promise<void> | undefined;
  bot.use(composeHandlers({ modules, jobs, api, commands, config, clock, log: telegramLog }));

  jobs.work('delivery', (data) => modules.deliveries.deliver(Number(data.orderId)));
  jobs.work('notice', ({ orderId, depositId }) =>
    modules.notices.sync(
      depositId === undefined ? { kind: 'order', id: Number(orderId) } : { kind: 'deposit', id: Number(depositId) },
    ),
  );
  jobs.work('invoice', (data) => modules.invoices.converge(Number(data.paymentId), data.again === true));
  jobs.work('question', (data) => modules.invoices.ask(Number(data.paymentId), data.quiet !== true));

  const telegramListener = createListener(telegramLog, UPDATE_LIMIT);
  const gatewayListener = createListener(log.child({ service: 'gateway' }), WEBHOOK_LIMIT);
  const intake: IntakeControl = createIntake({
    intake: config.intake,
    api,
    pollApi: createApi(env.TELEGRAM_BOT_TOKEN, env.TELEGRAM_API_ROOT, 60),
    handle: updates.handle,
    onBotKnown: (me) => {
      bot.botInfo = me;
      void commands.publish();
      publishing = profile.publish(me);
    },
    clock,
    log: telegramLog,
  });
  const housekeeping = createHousekeeping({
    db,
    chores: [
      forgetUpdates,
      forgetParkedForms,
      modules.outbox.purge,
      modules.owners.purge,
      modules.terms.purge,
      modules.deposits.purge,
      modules.watches.purge,
      modules.albums.purge,
      createBooksCheck({ owners: modules.owners, log }),
    ],
    clock,
    log,
  });

  tasks.register(
    intake.task,
    modules.outbox.task,
    modules.owners.task,
    modules.logAlarm.task,
    ...(env.OWNER_NOTIFY_TRANSACTIONS === 'digest' ? [modules.digest] : []),
    modules.reconcile.task,
    answers.task,
    housekeeping,
  );

  const health = createHealth({ db, telegram: intake.check, gateway: modules.gatewayState.check, clock });

  healthRoutes(telegramListener, {
    checks: health,
    backlog: createBacklog({ db, clock, freshMs: HEALTH_FRESH_MS }),
    tasks: tasks.status,
    registry: metrics.registry,
    async refresh() {
      const [pending, byStatus] = await Promise.all([pendingStats(db), countByStatus(db)]);
      metrics.deliveriesPending.set(pending.count);
      metrics.deliveriesOldest.set(pending.oldestSeconds);
      for (const { status, count } of byStatus) metrics.orders.set({ state: status }, count);
      showTasks(metrics, tasks.status());
    },
  });
  rehearsalRoute(telegramListener, { config, db, jobs, clock, log, gateways });
  if (config.intake.mode === 'webhook') {
    telegramWebhook(telegramListener, {
      store: env.STORE_SLUG,
      secret: config.intake.secret,
      handle: updates.handle,
    });
  }
  gatewayWebhook(gatewayListener, {
    store: env.STORE_SLUG,
    path: modules.gateway.webhook.path,
    receive: createPaymentWebhook({
      db,
      payments: modules.payments,
      gateway: modules.gateway,
      onSuspicious: modules.announce.suspicious,
    }),
    count: (result) => metrics.webhooks.inc({ result }),
  });

  async function templateStandIn(text: string): Promise<Replacement | undefined> {
    const found = await modules.templates.standInFor(db, text);
    if (!found) return undefined;
    const putBack = (description: string) => db.tx((tx) => modules.templates.rollBackRefused(tx, found, description));
    return {
      text: found.text,
      // The message is sent: what fails here must not send it again. The next refusal puts the template back.
      settle: (description) =>
        putBack(description).catch((err) => log.warn({ err, key: found.key }, 'a refused template is still there')),
    };
  }

  function telegramApi(token: string, lane: Transformer): Api {
    const made = createApi(token, env.TELEGRAM_API_ROOT);
    countRefusals(made, (code) => metrics.telegram.inc({ code }));
    made.config.use(lane);
    return made;
  }

  return {
    async start() {
      await migrateStoreDatabase(env.DATABASE_URL);
      await modules.gatewayState.load();
      await jobs.start();
      const endObsolete = async (tx: Tx) => modules.announce.endedAtStart(tx, await modules.payments.endObsolete(tx));
      await recover({ db, jobs, clock, endObsolete });
      await telegramListener.listen({ port: env.LISTEN_TELEGRAM_PORT, host: env.HOST });
      await gatewayListener.listen({ port: env.LISTEN_PAKASIR_PORT, host: env.HOST });
      tasks.start();
      await intake.attempted;
      modules.broadcastSender.start();
      const ports = { telegramPort: portOf(telegramListener), pakasirPort: portOf(gatewayListener) };
      log.info({ store: env.STORE_SLUG, mode: config.intake.mode, ...ports }, 'store is open');
      return ports;
    },
    async stop() {
      await intake.stop();
      await Promise.all([telegramListener.close(), gatewayListener.close()]);
      await updates.idle();
      await Promise.all([tasks.stop(), modules.broadcastSender.stop()]);
      await updates.idle();
      await jobs.stop();
      // What came up meanwhile is told before the store is gone for who knows how long.
      const deadline = AbortSignal.timeout(LAST_MESSAGES_MS);
      await modules.logAlarm.flush();
      await modules.owners.drain(deadline);
      await modules.outbox.drain(deadline);
      await modules.audit.flush();
      await publishing;
      await db.close();
      log.info({ store: env.STORE_SLUG }, 'store is closed');
    },
    health,
    reconcile: () => modules.reconcile.sweep(),
    takeAnswers: answers.sweep,
    noteLog: modules.logAlarm.note,
    lastWords: modules.logAlarm.flush,
  };
}

function portOf(listener: { server: { address(): AddressInfo | string | null } }): number {
  return (listener.server.address() as AddressInfo).port;
}

/** Stands in until Telegram has told who the bot is; until then no screen shows a link to the bot. */
const UNKNOWN_BOT = { id: 0, is_bot: true, first_name: '', username: '' } as UserFromGetMe;
