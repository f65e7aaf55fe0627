import { Writable } from 'node:stream';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import pino from 'pino';
import { expect, test } from 'vitest';
import { type Define, defineRoute, type ReadinessCheck, systemRoutes } from '../../control-plane/api/http/index.ts';
import type { Idempotency } from '../../control-plane/api/idempotency/index.ts';
import { createMetrics } from '../../control-plane/monitoring/metrics/index.ts';
import { shared } from '../../control-plane/platform/shared.ts';
import type { TaskStatus } from '../../kernel/background-tasks.ts';

/** The routes that ask for no key, over checks and sources of a test. */
function routesOver(parts: { check?: ReadinessCheck; count?: () => void; tasks?: TaskStatus[] }) {
  let logged = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged += chunk;
      done();
    },
  });
  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // Public routes remember no answers.
  const define: Define = (route, handler) => defineRoute(app, {} as Idempotency, route, handler);
  const metrics = createMetrics({
    async tenantsByState() {
      parts.count?.();
      return { running: 3 };
    },
    backups: async () => [],
    async queue() {
      parts.count?.();
      return { waiting: 0, oldestSeconds: 0 };
    },
    async health() {
      parts.count?.();
      return [];
    },
    async incidentsByKind() {
      parts.count?.();
      return { health: 1 };
    },
    drills: async () => [],
    tasks: () => [],
    reconcileLag: async () => 0,
    everyMs: 5_000,
  });
  const checks = { postgres: parts.check ?? (async () => 'answers') };
  systemRoutes(app, define, { metrics, checks, tasks: { status: () => parts.tasks ?? [] }, log: pino(sink) });
  const many = (url: string) => Promise.all(Array.from({ length: 20 }, () => app.inject(url)));
  return { many, logged: () => logged };
}

test('whoever asks for readiness shares one check, and learns which one failed but not why', async () => {
  let asked = 0;
  const routes = routesOver({
    async check() {
      asked += 1;
      throw new Error('no route to db-internal.example');
    },
  });
  const answers = [...(await routes.many('/readyz')), ...(await routes.many('/readyz'))];
  for (const answer of answers) {
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ ready: false, checks: { postgres: { ok: false } } });
    expect(answer.body).not.toContain('db-internal');
  }
  expect(asked).toBe(1);
  expect(routes.logged()).toContain('no route to db-internal.example');
});

test('a background task that fails is told without its reason, and keeps nothing from being ready', async () => {
  const at = new Date('2026-05-02T03:00:00Z');
  const ran = { running: false, runs: 2, lastStartedAt: at, lastDurationMs: 5, nextRunAt: at };
  const routes = routesOver({
    tasks: [
      { ...ran, name: 'sweep', failures: 0, lastError: null },
      { ...ran, name: 'rent', failures: 2, lastError: 'no route to db-internal.example', nextRunAt: null },
    ],
  });
  const [answer] = await routes.many('/readyz');
  const lastRunAt = at.toISOString();
  expect(answer?.json()).toMatchObject({
    ready: true,
    tasks: [
      { name: 'sweep', lastRunAt, lastError: null, nextRunAt: lastRunAt },
      { name: 'rent', lastRunAt, lastError: 'failed; the log says why', nextRunAt: null },
    ],
  });
});

test('whoever asks for metrics shares one look at the database', async () => {
  let asked = 0;
  const routes = routesOver({ count: () => (asked += 1) });
  for (const answer of await routes.many('/metrics')) expect(answer.body).toContain('lapak_tenants{state="running"} 3');
  expect(asked).toBe(4);
});

test('what is shared is asked for again once it is old, and at once after a fault', async () => {
  const answers = ['first', new Error('a fault'), 'second'];
  const ask = shared(async () => {
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next;
  }, 0);
  expect(await ask()).toBe('first');
  await expect(ask()).rejects.toThrow('a fault');
  expect(await ask()).toBe('second');
});
