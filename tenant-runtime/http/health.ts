import type { Registry } from '@prometheus-io/client';
import type { FastifyInstance } from 'fastify';
import type { TaskStatus } from '../../kernel/background-tasks.ts';
import type { Clock } from '../../kernel/clock.ts';
import { type Db, ping } from '../../kernel/db.ts';
import { errorMessage } from '../../kernel/errors.ts';

/** `refused` where the other side says no for good: waiting helps nobody until a setting is changed. */
export type Check = { ok: boolean; detail: string; refused?: boolean };

/** For so long a good answer is given again. */
export const HEALTH_FRESH_MS = 25_000;

/**
 * Whether the store serves. Whoever asks often (the engine, the control plane, a monitor) must not keep an idle store's
 * database busy.
 */
export function createHealth(deps: {
  db: Db;
  telegram(): Promise<Check>;
  gateway(): Check;
  clock: Clock;
}): () => Promise<Record<string, Check>> {
  let lastGood: { checks: Record<string, Check>; at: number } | undefined;

  async function database(): Promise<Check> {
    try {
      await ping(deps.db);
      return { ok: true, detail: 'answers' };
    } catch (error) {
      return { ok: false, detail: errorMessage(error) };
    }
  }

  return async () => {
    const gateway = deps.gateway();
    const now = deps.clock.now().getTime();
    if (lastGood && now - lastGood.at < HEALTH_FRESH_MS) return { ...lastGood.checks, gateway };
    const [ofDatabase, telegram] = await Promise.all([database(), deps.telegram()]);
    const checks = { database: ofDatabase, telegram };
    lastGood = ofDatabase.ok && telegram.ok ? { checks, at: deps.clock.now().getTime() } : undefined;
    return { ...checks, gateway };
  };
}

/** Goods that are paid and not delivered yet. */
export type Backlog = { waiting: number; oldestSeconds: number };

/** `/healthz` says that the process answers, `/readyz` that the store serves, `/backlog` what waits, `/metrics` how it fares. */
export function healthRoutes(
  app: FastifyInstance,
  deps: {
    checks(): Promise<Record<string, Check>>;
    backlog(): Promise<Backlog>;
    tasks(): readonly TaskStatus[];
    registry: Registry;
    refresh(): Promise<void>;
  },
): void {
  app.get('/healthz', async () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const checks = await deps.checks();
    // A gateway that takes no payments is no reason to restart the store, or to keep its customers away.
    const ready = Object.entries(checks).every(([name, check]) => check.ok || name === 'gateway');
    return reply.code(ready ? 200 : 503).send({ ready, checks, tasks: deps.tasks().map(shown) });
  });
  app.get('/backlog', () => deps.backlog());
  app.get('/metrics', async (_request, reply) => {
    await deps.refresh();
    return reply.type(deps.registry.contentType).send(await deps.registry.metrics());
  });
}

const LONGEST_ERROR = 300;

/** What a task did last, for whoever looks into a store; it makes no store unready. */
function shown({ name, lastStartedAt, lastError, nextRunAt }: TaskStatus) {
  return { name, lastRunAt: lastStartedAt, lastError: lastError?.slice(0, LONGEST_ERROR) ?? null, nextRunAt };
}
