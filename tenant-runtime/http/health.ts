import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

export type Check = { ok: boolean; detail: string };

/** Goods that are paid and not delivered yet. */
export type Backlog = { waiting: number; oldestSeconds: number };

/** `/healthz` says that the process answers, `/readyz` that the store serves, `/backlog` what waits, `/metrics` how it fares. */
export function healthRoutes(
  app: FastifyInstance,
  deps: {
    checks(): Promise<Record<string, Check>>;
    backlog(): Promise<Backlog>;
    registry: Registry;
    refresh(): Promise<void>;
  },
): void {
  app.get('/healthz', async () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const checks = await deps.checks();
    // A gateway that takes no payments is no reason to restart the store, or to keep its customers away.
    const ready = Object.entries(checks).every(([name, check]) => check.ok || name === 'gateway');
    return reply.code(ready ? 200 : 503).send({ ready, checks });
  });
  app.get('/backlog', () => deps.backlog());
  app.get('/metrics', async (_request, reply) => {
    await deps.refresh();
    return reply.type(deps.registry.contentType).send(await deps.registry.metrics());
  });
}
