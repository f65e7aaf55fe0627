import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HealthReport, Operation } from '../../control-plane/api/contract/index.ts';
import { createRuntimeClient } from '../../control-plane/fleet/runtime-client.ts';
import { newSlug, storeRequest } from '../control-plane/support/api.ts';
import { setAnswers } from '../control-plane/support/fake-answers.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';

/* A store that was taken over says what it likes, and where it likes. */
let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane({ env: { ENABLE_AUTO_HEALTHCHECK: 'false' } });
});
afterAll(() => plane.close());

async function listening(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => void server.close() };
}

test('a runtime sends nobody on to an address that only the control plane reaches', async () => {
  let reached = 0;
  const fine = { ready: true, checks: { telegram: { ok: true, detail: 'inner' } } };
  using inner = await listening((_, response) => {
    reached++;
    response.end(JSON.stringify(fine));
  });
  using outer = await listening((request, response) => {
    response.writeHead(302, { location: `http://127.0.0.1:${inner.port}${request.url}` }).end();
  });
  const runtime = createRuntimeClient(`http://127.0.0.1:${outer.port}`);
  expect(await runtime.readiness()).toEqual({ ready: false, reason: 'it answers with status 302' });
  expect(await runtime.metrics()).toEqual({ ok: false, reason: 'it answers with status 302' });
  expect(reached).toBe(0);
});

test('an answer without end is left after its beginning', async () => {
  const most = 32 * 1024 * 1024;
  let sent = 0;
  using server = await listening((_, response) => {
    const piece = Buffer.alloc(65_536, ' ');
    const more = () => {
      while (sent < most && !response.destroyed) {
        sent += piece.length;
        if (!response.write(piece)) return;
      }
      response.end();
    };
    response.on('drain', more);
    response.on('error', () => {});
    more();
  });
  expect(await createRuntimeClient(`http://127.0.0.1:${server.port}`).readiness()).toMatchObject({ ready: false });
  expect(sent).toBeLessThan(most);
});

test('an answer of a thousand parts, or of endless names, is not understood', async () => {
  const checks = (count: number, name = 'part') =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [name + n, { ok: true, detail: 'x' }]));
  for (const [body, understood] of [
    [checks(40), true],
    [checks(41), false],
    [checks(1, 'x'.repeat(60)), false],
  ] as const) {
    using server = await listening((_, response) => response.end(JSON.stringify({ ready: true, checks: body })));
    expect((await createRuntimeClient(`http://127.0.0.1:${server.port}`).readiness()).ready).toBe(understood);
  }
});

test('words that no database takes do not keep a check from being recorded and told', async () => {
  const shop = await plane.api.open({ telegramBotToken: plane.newBot().token });
  const detail = `nul \0 escape \x1b[2J${'\u{1f480}'.repeat(200)}`;
  const checks = { telegram: { ok: true, detail: 'polled' }, database: { ok: false, detail: `x${detail}` } };
  await setAnswers(shop.folder, {
    '/readyz': { ready: false, checks },
    '/backlog': { waiting: 0, oldestSeconds: 0 },
  });
  const check = () => plane.api.call<HealthReport>('POST', `/v1/tenants/${shop.store}/health`);
  const first = await check();
  expect(first.status, JSON.stringify(first.body)).toBe(200);
  expect(first.body.checks.database, JSON.stringify(first.body)).toMatchObject({
    result: 'fail',
    detail: expect.stringContaining('nul \ufffd escape \ufffd[2J'),
  });
  await check();
  await check();
  const told = await plane.db.query('SELECT kind FROM incidents WHERE store = $1', [shop.store]);
  expect(told).toEqual([{ kind: 'health' }]);
  await expect
    .poll(async () => (await plane.api.tenant(shop.store)).state, { timeout: 60_000, interval: 200 })
    .toBe('degraded');
});

test('an operation ends although its runtime ended with such words', async () => {
  const store = newSlug('garble');
  const request = storeRequest({ store, storeName: 'garble', telegramBotToken: plane.newBot().token });
  const answer = await plane.api.call<{ operation: Operation }>('POST', '/v1/tenants', request);
  const operation = await plane.api.ended(answer.body.operation.id);
  expect(operation).toMatchObject({ state: 'failed' });
  expect(operation.error?.message).toContain('nul \ufffd escape \ufffd]52;c;eA==\ufffd');
});
