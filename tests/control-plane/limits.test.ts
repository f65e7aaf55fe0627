import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type ApiKeyCreated, ROUTES, type Tenant } from '../../control-plane/api/contract/index.ts';
import { whenGone } from '../../control-plane/api/http/gone.ts';
import { streamText } from '../../control-plane/api/http/index.ts';
import type { Api } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { clearAnswers, setAnswers } from './support/fake-answers.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

let plane: TestPlane;
let tenant: Tenant;
beforeAll(async () => {
  plane = await startPlane();
  tenant = await plane.api.open({ telegramBotToken: plane.newBot().token });
  await appendFile(join(tenant.folder, 'logs', 'runtime', 'output.log'), 'a line to begin with\n');
});
afterAll(() => plane.close());

async function newKey(): Promise<string> {
  const body = { name: 'a follower', scope: 'operator' };
  return (await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', body)).body.key;
}

/** Opens a stream that lasts until the signal aborts. */
function follow(key: string | null, signal: AbortSignal): Promise<Response> {
  const url = `${plane.url}/v1/tenants/${tenant.store}/logs?follow=true`;
  return fetch(url, { headers: { authorization: `Bearer ${key}` }, signal });
}

/** A client that asks several times at once and reads nothing of the answers. */
async function slowReader(url: string, path: string, times: number, headers = ''): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n`.repeat(times));
  return socket;
}

const statusOf = async (path: string) => (await fetch(`${plane.url}${path}`)).status;

test('a key follows ten streams, and everybody else goes on', async () => {
  const key = await newKey();
  const leave = new AbortController();
  const first = new AbortController();
  const signals = [first.signal, ...Array.from({ length: 9 }, () => leave.signal)];
  const streams = await Promise.all(signals.map((signal) => follow(key, signal)));
  expect(streams.map(({ status }) => status)).toEqual(signals.map(() => 200));
  const refused = await follow(key, leave.signal);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED', detail: expect.stringContaining('10 streams') });
  expect((await plane.api.as(key).call('GET', '/v1/tenants')).status).toBe(200);
  expect((await follow(plane.api.key, leave.signal)).status).toBe(200);
  first.abort();
  await eventually(async () => expect((await follow(key, leave.signal)).status).toBe(200));
  leave.abort();
});

test('a key waits for four checks of health, and everybody else goes on', async () => {
  const api = plane.api.as(await newKey());
  const check = (by: Api) => by.call('POST', `/v1/tenants/${tenant.store}/health`);
  // A store that takes the question and is silent keeps who asked waiting.
  await setAnswers(tenant.folder, { '/readyz': null, '/backlog': null });
  const answers = await Promise.all(Array.from({ length: 20 }, () => check(api)));
  const refused = answers.filter(({ status }) => status !== 200);
  expect(answers.length - refused.length).toBeGreaterThanOrEqual(4);
  expect(refused[0]).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
  expect(refused[0]?.headers.get('retry-after')).toBe('1');
  await clearAnswers(tenant.folder);
  await eventually(async () => expect((await check(api)).status).toBe(200));
});

test('slow readers without a key take the room of nobody who has one, and leave it when they go', async () => {
  const script = '/docs/js/scalar.js';
  const readers = await Promise.all(Array.from({ length: 100 }, () => slowReader(plane.url, script, 4)));
  await eventually(async () => expect(await statusOf('/openapi.json')).toBe(429));
  expect((await plane.api.call('GET', '/v1/tenants')).status).toBe(200);
  expect(await statusOf('/healthz')).toBe(200);
  for (const reader of readers) reader.destroy();
  await eventually(async () => expect(await statusOf('/openapi.json')).toBe(200));
});

test('whether the process lives is told however often somebody asks', async () => {
  const ask = () => Promise.all(Array.from({ length: 100 }, () => statusOf('/healthz')));
  const seen = new Set<number>();
  for (let round = 0; round < 13; round++) for (const status of await ask()) seen.add(status);
  expect([...seen]).toEqual([200]);
});

test('one connection does not send any number of requests ahead', async () => {
  const socket = await slowReader(plane.url, ROUTES.listTenants.path, 200, 'authorization: Bearer lpk_no\r\n');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  await eventually(() => expect(text.match(/HTTP\/1.1 \d+/g)).toHaveLength(200));
  expect(text).toContain('Too many requests wait on this connection.');
  socket.destroy();
});

test('a request for a name that is not ours is refused, whatever key it has', async () => {
  const { hostname, port } = new URL(plane.url);
  const statusFor = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { host, authorization: `Bearer ${plane.api.key}` };
      request({ hostname, port, path: '/v1/tenants', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .once('error', reject)
        .end();
    });
  expect(await statusFor('rebound.example.com')).toBe(421);
  expect(await statusFor(`rebound.example.com:${port}`)).toBe(421);
  for (const host of ['localhost', `127.0.0.1:${port}`, '[::1]', 'api.localhost'])
    expect(await statusFor(host)).toBe(200);
});

test('700 silent connections of one address keep nobody out', async () => {
  const { port } = new URL(plane.url);
  const silent = await Promise.all(
    Array.from({ length: 700 }, async () => {
      const from = { port: Number(port), host: '127.0.0.1', localAddress: '127.0.0.9' };
      const socket = connect(from).on('error', () => {});
      await once(socket, 'connect');
      return socket;
    }),
  );
  expect((await plane.api.call('GET', '/v1/tenants')).status).toBe(200);
  for (const socket of silent) socket.destroy();
});

test('every answer gives back its place, of a client that left early too', async () => {
  const app: FastifyInstance = Fastify();
  onTestFinished(() => app.close());
  const never = Promise.withResolvers<void>();
  let [come, gone] = [0, 0];
  app.get('/', async (request, reply) => {
    come += 1;
    // The first has not begun to count when its client leaves, the others wait behind it.
    if (come === 1) await once(request.raw.socket, 'close');
    whenGone(reply, () => (gone += 1));
    return never.promise;
  });
  const socket = await slowReader(await app.listen({ host: '127.0.0.1', port: 0 }), '/', 4);
  await eventually(() => expect(come).toBe(4));
  socket.destroy();
  await eventually(() => expect(gone).toBe(4));
  never.resolve();
});

/** A server whose connections stall after `afterMs`, with a stream of `pieces` at `/`. */
async function streamingServer(afterMs: number, pieces: () => AsyncIterable<string>): Promise<string> {
  const app: FastifyInstance = Fastify({ connectionTimeout: afterMs, forceCloseConnections: true });
  const closing = new AbortController();
  app.get('/', (_request, reply) => streamText(reply, { type: 'text/event-stream', closing: closing.signal }, pieces));
  onTestFinished(async () => {
    closing.abort();
    await app.close();
  });
  return app.listen({ host: '127.0.0.1', port: 0 });
}

test('a stream that nobody reads is ended, though it has ever more to say', async () => {
  let ended = false;
  const url = await streamingServer(300, async function* () {
    try {
      for (;;) yield 'x'.repeat(100_000);
    } finally {
      ended = true;
    }
  });
  const reader = await slowReader(url, '/', 1);
  await eventually(() => expect(ended).toBe(true));
  reader.destroy();
});

test('a stream that is quiet for longer than that goes on', async () => {
  const url = await streamingServer(300, async function* () {
    yield 'first';
    await sleep(1_000);
    yield ' and last';
  });
  expect(await (await fetch(url)).text()).toBe('first and last');
});
