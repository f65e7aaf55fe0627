import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { errorMessage } from '../../kernel/errors.ts';
import { type Readiness, ROUTES } from '../contract/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { Define } from './index.ts';

/** Something that must answer before the control plane can work. Resolves to a few words about it. */
export type ReadinessCheck = () => Promise<string>;

const CHECK_WITHIN_MS = 3_000;

export function systemRoutes(
  app: FastifyInstance,
  define: Define,
  parts: { metrics: Metrics; checks: Readonly<Record<string, ReadinessCheck>> },
): void {
  define(ROUTES.health, () => ({ status: 'ok' }));
  define(ROUTES.readiness, async ({ reply }) => {
    const entries = Object.entries(parts.checks).map(async ([name, check]) => [name, await outcome(check)] as const);
    const checks: z.infer<typeof Readiness>['checks'] = Object.fromEntries(await Promise.all(entries));
    const ready = Object.values(checks).every(({ ok }) => ok);
    if (!ready) reply.code(503);
    return { ready, checks };
  });
  app.get('/metrics', { schema: { hide: true } as object }, async (_request, reply) =>
    reply.type(parts.metrics.contentType).send(await parts.metrics.text()),
  );
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    parts.metrics.request({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

async function outcome(check: ReadinessCheck): Promise<{ ok: boolean; detail: string }> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(reject, CHECK_WITHIN_MS, new Error(`no answer within ${CHECK_WITHIN_MS} ms`));
  try {
    return { ok: true, detail: await Promise.race([check(), late]) };
  } catch (error) {
    return { ok: false, detail: errorMessage(error) };
  } finally {
    clearTimeout(timer);
  }
}
