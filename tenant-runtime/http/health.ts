import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

export type Check = { ok: boolean; detail: string };

/** `/healthz` says that the process answers, `/readyz` that the store serves, `/metrics` how it fares. */
export function healthRoutes(
  app: FastifyInstance,
  deps: { checks(): Promise<Record<string, Check>>; registry: Registry; refresh(): Promise<void> },
): void {
  app.get('/healthz', async () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const checks = await deps.checks();
    const ready = Object.values(checks).every((check) => check.ok);
    return reply.code(ready ? 200 : 503).send({ ready, checks });
  });
  app.get('/metrics', async (_request, reply) => {
    await deps.refresh();
    return reply.type(deps.registry.contentType).send(await deps.registry.metrics());
  });
}
