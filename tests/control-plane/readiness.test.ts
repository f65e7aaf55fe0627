import { Writable } from 'node:stream';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import pino from 'pino';
import { expect, test } from 'vitest';
import { type Define, defineRoute, type ReadinessCheck, systemRoutes } from '../../control-plane/api/http/index.ts';
import type { Idempotency } from '../../control-plane/api/idempotency/index.ts';
import { createMetrics } from '../../control-plane/monitoring/metrics/index.ts';
import { shared } from '../../control-plane/platform/shared.ts';

/** The routes that ask for no key, over checks and sources of a test. */
function routesOver(parts: { check?: ReadinessCheck; count?: () => void }) {
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
    reconcileLag: async () => 0,
    everyMs: 5_000,
  });
  systemRoutes(app, define, { metrics, checks: { postgres: parts.check ?? (async () => 'answers') }, log: pino(sink) });
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
