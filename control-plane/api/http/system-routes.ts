import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { BackgroundTasks, TaskStatus } from '../../../kernel/background-tasks.ts';
import { withDeadline } from '../../../kernel/deadline.ts';
import type { Log } from '../../../kernel/log.ts';
import { shared } from '../../platform/shared.ts';
import { type Readiness, ROUTES, type TaskReport } from '../contract/index.ts';
import type { Define } from './define-route.ts';

/** Something that must answer before the control plane can work. Resolves to a few words about it. */
export type ReadinessCheck = () => Promise<string>;

/** Where requests are counted, and what `/metrics` answers. */
export type HttpMetrics = {
  text(): Promise<string>;
  contentType: string;
  request(labels: { method: string; route: string; status: number }, seconds: number): void;
};

const CHECK_DEADLINE_MS = 3_000;
const FAILED = 'failed; the log says why';
/** Anybody may ask: the checks are made for all of them together. */
const CHECKED_FOR_MS = 5_000;

export function systemRoutes(
  app: FastifyInstance,
  define: Define,
  deps: {
    metrics: HttpMetrics;
    checks: Readonly<Record<string, ReadinessCheck>>;
    tasks: Pick<BackgroundTasks, 'status'>;
    log: Log;
  },
): void {
  define(ROUTES.health, () => ({ status: 'ok' as const }));
  const readiness = shared(() => check(deps.checks, deps.log), CHECKED_FOR_MS);
  define(ROUTES.readiness, async ({ reply }) => {
    const found = await readiness();
    if (!found.ready) reply.code(503);
    return { ...found, tasks: deps.tasks.status().map(reportOf) };
  });
  define(ROUTES.metrics, async ({ reply }) => {
    reply.type(deps.metrics.contentType);
    return deps.metrics.text();
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    deps.metrics.request({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

async function check(checks: Readonly<Record<string, ReadinessCheck>>, log: Log): Promise<z.infer<typeof Readiness>> {
  const entries = Object.entries(checks).map(async ([name, ask]) => [name, await outcome(name, ask, log)] as const);
  const outcomes = await Promise.all(entries);
  return { ready: outcomes.every(([, { ok }]) => ok), checks: Object.fromEntries(outcomes) };
}

/** Why a check fails goes to the log: who asks has shown no key. */
async function outcome(name: string, ask: ReadinessCheck, log: Log): Promise<{ ok: boolean; detail: string }> {
  try {
    return { ok: true, detail: await withDeadline(CHECK_DEADLINE_MS, 'The answer', ask) };
  } catch (error) {
    log.warn({ check: name, err: error }, 'readiness check failed');
    return { ok: false, detail: FAILED };
  }
}

function reportOf({ name, lastStartedAt, lastError, nextRunAt }: TaskStatus): z.infer<typeof TaskReport> {
  return {
    name,
    lastRunAt: lastStartedAt?.toISOString() ?? null,
    lastError: lastError === null ? null : FAILED,
    nextRunAt: nextRunAt?.toISOString() ?? null,
  };
}
