import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Log } from '../../../kernel/log.ts';
import { shared } from '../../platform/shared.ts';
import { type Readiness, ROUTES } from '../contract/index.ts';
import type { Define } from './define-route.ts';

/** Something that must answer before the control plane can work. Resolves to a few words about it. */
export type ReadinessCheck = () => Promise<string>;

/** Where requests are counted, and what `/metrics` answers. */
export type HttpMetrics = {
  text(): Promise<string>;
  contentType: string;
  request(labels: { method: string; route: string; status: number }, seconds: number): void;
};

const CHECK_WITHIN_MS = 3_000;
/** Anybody may ask: the checks are made for all of them together. */
const CHECKED_FOR_MS = 5_000;

export function systemRoutes(
  app: FastifyInstance,
  define: Define,
  parts: { metrics: HttpMetrics; checks: Readonly<Record<string, ReadinessCheck>>; log: Log },
): void {
  define(ROUTES.health, () => ({ status: 'ok' }));
  const readiness = shared(() => check(parts.checks, parts.log), CHECKED_FOR_MS);
  define(ROUTES.readiness, async ({ reply }) => {
    const found = await readiness();
    if (!found.ready) reply.code(503);
    return found;
  });
  app.get('/metrics', { schema: { hide: true } as object }, async (_request, reply) =>
    reply.type(parts.metrics.contentType).send(await parts.metrics.text()),
  );
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    parts.metrics.request({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

async function check(checks: Readonly<Record<string, ReadinessCheck>>, log: Log): Promise<z.infer<typeof Readiness>> {
  const entries = Object.entries(checks).map(async ([name, ask]) => [name, await outcome(name, ask, log)] as const);
  const outcomes = await Promise.all(entries);
  return { ready: outcomes.every(([, { ok }]) => ok), checks: Object.fromEntries(outcomes) };
}

/** Why a check fails goes to the log: who asks has shown no key. */
async function outcome(name: string, ask: ReadinessCheck, log: Log): Promise<{ ok: boolean; detail: string }> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(reject, CHECK_WITHIN_MS, new Error(`no answer within ${CHECK_WITHIN_MS} ms`));
  try {
    return { ok: true, detail: await Promise.race([ask(), late]) };
  } catch (error) {
    log.warn({ check: name, err: error }, 'readiness check failed');
    return { ok: false, detail: 'failed; the log says why' };
  } finally {
    clearTimeout(timer);
  }
}
