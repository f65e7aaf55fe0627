import postgres from '@fastify/postgres';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type pg from 'pg';
import type { Db } from '../kernel/db.ts';
import { shortId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import { auditRoutes } from './api/audit/index.ts';
import { apiKeyRoutes, registerAuthentication } from './api/auth/index.ts';
import {
  BODY_LIMIT,
  type Define,
  defineRoute,
  registerConcurrencyLimit,
  registerConnectionLimit,
  registerConsolePages,
  registerHostList,
  registerOpenApi,
  registerProblems,
  registerRateLimit,
  registerReportLimit,
  registerTextCheck,
  STALLED_MS,
  systemRoutes,
} from './api/http/index.ts';
import { createSessionCookie, sessionRoutes } from './api/sessions/index.ts';
import type { Services } from './composition/services.ts';
import { feedRoutes } from './fleet/feed/index.ts';
import { operationRoutes } from './fleet/operations/index.ts';
import { orphanRoutes } from './fleet/reconciler/index.ts';
import { rolloutRoutes } from './fleet/rollouts/index.ts';
import { shardRoutes } from './fleet/shards/index.ts';
import { tenantRoutes } from './fleet/tenants/index.ts';
import { incidentRoutes } from './monitoring/alerts/index.ts';
import { healthRoutes } from './monitoring/health/index.ts';
import { rehearsalRoutes } from './monitoring/preflight/index.ts';
import { summaryRoutes } from './people/summary/summary.ts';
import { reportRoutes, tenantEventRoutes } from './people/tenant-events/index.ts';
import { localOrigin } from './platform/local-origin.ts';
import { backupRoutes } from './recovery/backups/index.ts';
import { drillRoutes } from './recovery/drills/index.ts';
import { restoreRoutes } from './recovery/restores/index.ts';
import { selfBackupRoutes } from './recovery/self-backup/index.ts';

export type AppDeps = {
  /** The control database as it serves requests; closed with the application. */
  pool: pg.Pool;
  /** Over that pool. */
  db: Db;
  services: Services;
  log: Log;
  /** Names by which clients call the API, beside addresses and localhost. */
  hosts: readonly string[];
  /** The console: where browsers find it, the host that the API listens on, and the folder of its pages. */
  console: { url: string | undefined; host: string; dist: string };
  /** Addresses of proxies before the API. */
  proxies: readonly string[];
};

/** Requests that came with an id of this form keep it. */
const REQUEST_ID = /^[\w.-]{8,64}$/;

/** Builds the application over its pool and its services. Never listens. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const app = createApp(deps);
  await app.register(postgres, { pg: lending(deps.pool) });
  await registerHttp(app, deps);
  return app;
}

/** The application for stores: they report, and reach nothing else of the API. Never listens. */
export async function buildReportsApp(deps: AppDeps): Promise<FastifyInstance> {
  const app = createApp(deps);
  await registerAccess(app, deps);
  reportRoutes(
    (route, handler) => defineRoute(app, deps.services.idempotency, route, handler),
    deps.services.tenantEvents,
  );
  return app;
}

function createApp({ log, proxies }: AppDeps): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log;
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    trustProxy: [...proxies],
    requestTimeout: 30_000,
    // Deadlines are looked at so often; by default twice a minute.
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 },
    connectionTimeout: STALLED_MS,
    forceCloseConnections: true,
    genReqId: ({ headers: { 'x-request-id': given } }) =>
      typeof given === 'string' && REQUEST_ID.test(given) ? given : shortId(16),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  registerProblems(app);
  return app;
}

/** The plugin makes its pool by `new pg.Pool()`. Lent ours, it closes it with the application, and the services need not wait for it. */
function lending(pool: pg.Pool): typeof pg {
  function Pool(): pg.Pool {
    return pool;
  }
  return { Pool } as unknown as typeof pg;
}

/** Who may ask, how often, and how much at one time. */
async function registerAccess(app: FastifyInstance, deps: AppDeps) {
  const { services, log, hosts, proxies } = deps;
  const cookie = createSessionCookie(deps.console.url);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    // What a store wrote into its log is no script, whoever asks for it as one.
    reply.header('x-content-type-options', 'nosniff');
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url;
    const { method, id: requestId } = request;
    const ms = Math.round(reply.elapsedTime);
    log.debug({ method, route, status: reply.statusCode, ms, requestId, key: request.identity?.keyId }, 'request');
  });
  registerHostList(app, hosts);
  registerConnectionLimit(app, proxies);
  await registerRateLimit(app);
  const counters = registerAuthentication(app, {
    ...{ apiKeys: services.apiKeys, sessions: services.sessions, cookie },
    refusals: services.refusals,
    knowsStore: services.tenantEvents.knows,
  });
  registerConcurrencyLimit(app);
  registerReportLimit(app);
  registerTextCheck(app);
  return { cookie, ...counters };
}

async function registerHttp(app: FastifyInstance, deps: AppDeps): Promise<void> {
  const { services, log } = deps;
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  const access = await registerAccess(app, deps);
  await registerOpenApi(app);
  await registerConsolePages(app, deps.console.dist);
  const define: Define = (route, handler) => defineRoute(app, services.idempotency, route, handler);
  systemRoutes(app, define, { metrics: services.metrics, checks: services.checks, tasks: services.tasks, log });
  tenantRoutes(define, services.tenants, { configuration: services.configuration, closing: closing.signal });
  feedRoutes(define, services.feed, closing.signal);
  summaryRoutes(define, services.summaries);
  tenantEventRoutes(define, services.tenantEvents);
  incidentRoutes(define, services.alerts);
  orphanRoutes(define, services.orphans);
  healthRoutes(define, services.health);
  backupRoutes(define, services.backups);
  restoreRoutes(define, services.restores);
  rehearsalRoutes(define, services.rehearsals);
  drillRoutes(define, services.drills);
  selfBackupRoutes(define, services.selfBackups);
  operationRoutes(define, services.operations, closing.signal);
  rolloutRoutes(define, services.rollouts);
  shardRoutes(define, services.shards);
  apiKeyRoutes(define, services.apiKeys);
  sessionRoutes(define, {
    ...{ ...services, ...access, authenticate: services.apiKeys.authenticate },
    origin: () => deps.console.url ?? originOf(app, deps.console.host),
  });
  auditRoutes(define, services.audit);
}

/** Where a browser on this machine finds what listens; the port is known once it does. */
function originOf(app: FastifyInstance, host: string): string {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the API does not listen on a port');
  return localOrigin(host, address.port);
}
