import { createBackgroundTasks } from '../kernel/background-tasks.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { createDb } from '../kernel/db.ts';
import { type Failpoint, noFailpoint } from '../kernel/failpoint.ts';
import { createJobs, JOBS_CONNECTION } from '../kernel/jobs.ts';
import type { Log, LogLine } from '../kernel/log.ts';
import { assertOwnSessions } from '../kernel/session.ts';
import { openApis } from './bot/clients.ts';
import { forgetParkedForms } from './bot/parked.ts';
import { createReceiver } from './bot/receiver.ts';
import { forgetUpdates } from './bot/updates.ts';
import { composeServices, QUEUES, type QueueName } from './composition/index.ts';
import { storeModules } from './composition/modules.ts';
import type { TenantConfig } from './config.ts';
import { migrateStoreDatabase } from './database/index.ts';
import type { GatewayFactory } from './gateway/index.ts';
import { composeHandlers, SORRY } from './handlers.ts';
import { createHousekeeping } from './housekeeping.ts';
import { type Check, createHealth, HEALTH_FRESH_MS, healthRoutes } from './http/health.ts';
import { createListener, isLocal, ownListeners, type Reach, type StorePorts } from './http/listeners.ts';
import { gatewayWebhook, telegramWebhook } from './http/webhooks.ts';
import {
  type Claim,
  createLease,
  dedicatedLiveness,
  type Elapsed,
  type LivenessTimes,
  whileHeld,
} from './lease/index.ts';
import { createMetrics, showTasks } from './metrics.ts';
import type { StoreModule } from './module.ts';
import { createBacklog } from './modules/delivery/deliveries/index.ts';
import { templateFallback } from './modules/staff/templates/index.ts';
import { rehearsalRoute } from './preflight/routes.ts';

export type Store = {
  /** Resolves once the store takes updates and payments. */
  start(): Promise<StorePorts>;
  /** Takes nothing new, finishes what it holds, lets go of everything. A start that is under way ends first. */
  stop(): Promise<void>;
  /** From now on it does nothing more with effect, as after a crash: the next start has its place. To be stopped, too. */
  abandon(): void;
  health(): Promise<Record<string, Check>>;
  /** Asks the gateway about every payment whose turn has come, now. */
  reconcile(): Promise<void>;
  /** Takes every answer that came in several messages and is complete, now. */
  takeAnswers(): Promise<void>;
  /** Takes a line of the log: the owners are notified of faults. */
  noteLog(line: LogLine): void;
  /** Before the process ends in the middle of things: writes down what the owners should know. */
  writeCrashReport(): Promise<void>;
};

export type StoreOptions = {
  log: Log;
  clock?: Clock;
  failpoint?: Failpoint;
  /** Payment gateways in place of those that the store knows. */
  gateways?: readonly GatewayFactory[];
  /** Most connections to the database at one time, beside those of locks and jobs. */
  connections?: number;
  /** A connection that was idle for this long is closed, in milliseconds. */
  idleTimeoutMillis?: number;
  /** How often a queue is looked at that nobody woke. */
  pollSeconds?: number;
  /** How it is reached; by listeners of its own unless said otherwise. */
  reach?: Reach;
  /** What the store is taken over with. */
  claim?: Claim;
  /** Called when another runtime took the store over: this one does nothing more and has to be stopped. */
  onLost?: () => void;
  /** How a test measures the time of the lease, and how long it lasts there. */
  lease?: { elapsed?: Elapsed; times?: LivenessTimes };
};

const MOST_CONNECTIONS = 6;

/** Telegram's longest updates are a few ten kilobytes, a gateway's webhooks a few hundred bytes. */
const UPDATE_LIMIT = 256 * 1024;
const WEBHOOK_LIMIT = 16 * 1024;
/** Messages that a stopping store still has to send get this long; the next start sends the others. */
const LAST_MESSAGES_MS = 3000;

/** One store. No state is kept outside of what this returns: a process may hold many. */
export function createStore(config: TenantConfig, options: StoreOptions): Store {
  const { env, intake: intakeConfig } = config;
  const { log, clock = systemClock, failpoint = noFailpoint, gateways } = options;
  const logOf = (service: string) => log.child({ service });
  const telegramLog = logOf('telegram');
  const metrics = createMetrics(env.STORE_SLUG);
  // Not `lapak-<slug>`: whoever asks for the control plane in this role is named `lapak-<asker>`, and is not to be ended.
  const applicationName = `lapak-runtime-${env.STORE_SLUG}`;
  const lease = createLease({
    connectionString: env.DATABASE_URL,
    claim: options.claim ?? { generation: 0 },
    liveness: dedicatedLiveness(env.DATABASE_URL, options.lease?.times),
    connections: [applicationName, JOBS_CONNECTION],
    log: logOf('lease'),
    failpoint,
    onLost() {
      log.fatal('another runtime took the store over: this one claims, sends and delivers nothing more');
      options.onLost?.();
    },
    ...(options.lease?.elapsed ? { elapsed: options.lease.elapsed } : {}),
  });
  const { admission } = lease;
  const db = createDb({
    connectionString: env.DATABASE_URL,
    max: options.connections ?? MOST_CONNECTIONS,
    ...(options.idleTimeoutMillis === undefined ? {} : { idleTimeoutMillis: options.idleTimeoutMillis }),
    applicationName,
    admission,
    onConnectionLost: lease.doubt,
    onIdleError: (err) => log.warn({ err }, 'an idle database connection was lost'),
  });
  const jobs = createJobs({
    connectionString: env.DATABASE_URL,
    schema: 'jobs',
    makesSchema: false,
    queues: QUEUES,
    log: logOf('jobs'),
    admission,
    ...(options.pollSeconds === undefined ? {} : { pollSeconds: options.pollSeconds }),
  });
  const tasks = createBackgroundTasks({ clock, log: logOf('tasks') });
  const apis = openApis(env, whileHeld(lease), (code) => metrics.telegram.inc({ code }));
  const { api, newsApi, bulkApi, pollApi } = apis;
  const { activator } = tasks;
  const services = composeServices({ config, db, jobs, activator, ...apis, metrics, clock, log, failpoint, gateways });
  const { templates, users, wizards } = services;
  const fallback = templateFallback({ db, templates, log });
  for (const each of [api, newsApi, bulkApi]) each.config.use(fallback);

  const modules: readonly StoreModule[] = [
    ...storeModules(services),
    { name: 'updates', housekeeping: forgetUpdates },
    { name: 'forms', housekeeping: forgetParkedForms },
  ];
  for (const module of modules) {
    for (const [queue, handler] of Object.entries(module.jobs ?? {})) jobs.work(queue as QueueName, handler);
    tasks.register(...(module.tasks ?? []));
  }

  const receiver = createReceiver({
    config,
    api,
    pollApi,
    db,
    wizards,
    gatekeeper: { recognise: users.recognise, admit: services.admit },
    handlers: composeHandlers(modules, wizards),
    commands: services.commands,
    apology: SORRY,
    count: (result) => metrics.updates.inc({ result }),
    clock,
    log: telegramLog,
  });
  tasks.register(...receiver.tasks, createHousekeeping({ db, modules, clock, log }));

  const health = createHealth({ db, telegram: receiver.check, gateway: services.gatewayState.check, clock });
  const proxies = env.TRUSTED_PROXIES ?? [];
  const telegramListener = createListener(telegramLog, UPDATE_LIMIT, proxies);
  healthRoutes(telegramListener, {
    checks: health,
    backlog: createBacklog({ db, clock, freshMs: HEALTH_FRESH_MS }),
    tasks: tasks.status,
    registry: metrics.registry,
    async refresh() {
      await Promise.all(modules.map((module) => module.refreshMetrics?.()));
      showTasks(metrics, tasks.status());
    },
  });
  rehearsalRoute(telegramListener, { config, db, jobs, clock, log, gateways });
  if (intakeConfig.mode === 'webhook') {
    telegramWebhook(telegramListener, { store: env.STORE_SLUG, secret: intakeConfig.secret, handle: receiver.handle });
  }
  const gatewayListener = createListener(logOf('gateway'), WEBHOOK_LIMIT, proxies);
  gatewayWebhook(gatewayListener, {
    store: env.STORE_SLUG,
    path: services.gateway.webhook.path,
    isLocal: isLocal(proxies),
    receive: services.receiveWebhook,
    count: (result) => metrics.webhooks.inc({ result }),
  });

  const reach = options.reach ?? ownListeners(env);
  const stopping = new AbortController();
  let opening: Promise<StorePorts> | undefined;

  async function open(): Promise<StorePorts> {
    const steps = [
      () => assertOwnSessions(env.DATABASE_URL),
      () => migrateStoreDatabase(env.DATABASE_URL),
      lease.take,
      services.gatewayState.load,
      jobs.start,
      ...modules.flatMap(({ recover }) => (recover ? [() => db.tx(recover)] : [])),
    ];
    for (const step of steps) {
      await step();
      stopping.signal.throwIfAborted();
    }
    const ports = await reach.open({ telegram: telegramListener, gateway: gatewayListener });
    tasks.start();
    return ports;
  }

  return {
    async start() {
      opening = open();
      const ports = await opening;
      await receiver.attempted;
      log.info({ store: env.STORE_SLUG, mode: intakeConfig.mode, ...ports }, 'store is open');
      return ports;
    },
    async stop() {
      stopping.abort();
      lease.stopWaiting();
      // What it fails with is its starter's.
      await opening?.catch(() => undefined);
      await receiver.stop();
      await reach.close();
      await Promise.all([telegramListener.close(), gatewayListener.close()]);
      await receiver.idle();
      await tasks.stop();
      await receiver.idle();
      await jobs.stop();
      // Messages that came up meanwhile are sent now: nobody knows when the store starts again.
      const deadline = AbortSignal.timeout(LAST_MESSAGES_MS);
      for (const { drain } of modules) await drain?.(deadline);
      await db.close();
      await lease.release();
      log.info({ store: env.STORE_SLUG }, 'store is closed');
    },
    abandon: lease.abandon,
    health,
    reconcile: () => services.reconcile.sweep(),
    takeAnswers: receiver.takeAnswers,
    noteLog: services.logAlarm.note,
    writeCrashReport: services.logAlarm.flush,
  };
}
