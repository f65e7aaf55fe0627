import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROUTES, type Route } from '../../control-plane/api/contract/index.ts';
import { ERROR_CODES } from '../../kernel/errors.ts';
import { storeRequest } from './support/api.ts';
import { faultsOf } from './support/openapi.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

test('bad input names each field by its pointer and never repeats what was sent', async () => {
  const body = {
    ...storeRequest({ telegramBotToken: 'hunter2-token' }),
    store: 'Has Capitals',
    adminIds: [],
    surprise: 'hunter2-unknown',
    pakasir: { slug: 'demo', apiKey: 'hunter2-key', 'a/b': 'hunter2' },
    env: { 'not a name': 'hunter2-env' },
  };
  const { status, headers, body: problem } = await plane.api.call('POST', '/v1/tenants', body);
  expect(status).toBe(400);
  expect(headers.get('content-type')).toContain('application/problem+json');
  expect(problem).toMatchObject({ type: 'urn:lapak:problem:bad-request', status: 400, code: 'BAD_REQUEST' });
  expect(problem.errors?.map(({ pointer }) => pointer).sort()).toEqual(
    ['/adminIds', '/env/not a name', '/pakasir/a~1b', '/store', '/surprise', '/telegramBotToken'].sort(),
  );
  expect(JSON.stringify(problem)).not.toContain('hunter2');
});

test('a secret too short to be found in a text is refused', async () => {
  const { pakasir, ...rest } = storeRequest({ telegramBotToken: plane.newBot().token });
  const short = { ...rest, pakasir: { ...pakasir, apiKey: 'hunter2', webhookSecret: 'x' } };
  const refused = [
    await plane.api.call('POST', '/v1/tenants', short),
    await plane.api.call('PATCH', '/v1/tenants/some-store', { pakasir: { apiKey: 'hunter2', webhookSecret: 'x' } }),
  ];
  for (const { status, body } of refused) {
    expect(status).toBe(400);
    expect(body.errors?.map(({ pointer }) => pointer)).toEqual(['/pakasir/apiKey', '/pakasir/webhookSecret']);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  }
});

test('what cannot be read is a problem too', async () => {
  const post = (body: string, type = 'application/json') =>
    plane.api.call('POST', '/v1/api-keys', body, { 'content-type': type });
  expect((await post('{"name":')).body).toMatchObject({
    code: 'BAD_REQUEST',
    status: 400,
    detail: 'The body is not valid JSON.',
  });
  expect((await post('name=a', 'application/x-www-form-urlencoded')).body).toMatchObject({ code: 'BAD_REQUEST' });
  expect((await post(JSON.stringify({ name: 'x'.repeat(300_000) }))).body).toMatchObject({
    code: 'PAYLOAD_TOO_LARGE',
    status: 413,
  });
  expect((await plane.api.call('GET', '/v1/nothing')).body).toMatchObject({ code: 'NOT_FOUND', status: 404 });
  expect((await plane.api.call('GET', '/v1/tenants?color=red')).body.errors).toEqual([
    { pointer: '/color', detail: 'is not a known field' },
  ]);
  expect((await plane.api.call('GET', '/v1/tenants?cursor=zzz')).body.errors?.[0]?.pointer).toBe('/cursor');
  expect((await plane.api.call('GET', '/v1/operations/none')).body).toMatchObject({
    code: 'OPERATION_NOT_FOUND',
    status: 404,
  });
});

test('a request has an id: its own, or one that is made for it', async () => {
  const given = await plane.api.call('GET', '/v1/nothing', undefined, { 'x-request-id': 'my-request-1' });
  expect([given.headers.get('x-request-id'), given.body.requestId]).toEqual(['my-request-1', 'my-request-1']);
  const made = await plane.api.call('GET', '/v1/nothing', undefined, { 'x-request-id': 'bad id\t' });
  expect(made.body.requestId).toMatch(/^[0-9a-z]{16}$/);
});

test('a database that is away is said to be away, without its words', async () => {
  await plane.db.query('ALTER TABLE tenants RENAME TO tenants_elsewhere');
  const broken = await plane.api.call('GET', '/v1/tenants');
  await plane.db.query('ALTER TABLE tenants_elsewhere RENAME TO tenants');
  expect(broken).toMatchObject({
    status: 500,
    body: { code: 'INTERNAL', detail: expect.not.stringContaining('tenants') },
  });
  expect(plane.logged()).toContain(broken.body.requestId);
});

test('every code is explained in docs/errors.md', async () => {
  const text = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'errors.md'), 'utf8');
  const explained = [...text.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ]);
  expect(explained.sort()).toEqual(
    Object.entries(ERROR_CODES)
      .map(([code, { status }]) => [code, status])
      .sort(),
  );
});

type Described = {
  operationId?: string;
  parameters?: { name: string; in: string }[];
  responses: Record<string, { description: string; content?: object; headers?: Record<string, unknown> }>;
};

test('the OpenAPI document is valid, and says of every route its id, what it answers and which headers', async () => {
  const document = (
    await plane.api.as(null).call<{ paths: Record<string, Record<string, Described>> }>('GET', '/openapi.json')
  ).body;
  expect(await faultsOf(document)).toEqual([]);
  // Each of the three would say something.
  const wrong = await faultsOf({ ...document, paths: { '/x': { get: { responses: { 200: {} } } } } });
  for (const validator of ['openapi-schema-validator', 'swagger-parser', 'redocly']) {
    expect(wrong.join('\n')).toContain(validator);
  }
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const described = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()];
    const answer = described?.responses[String(route.status)];
    expect([name, described?.operationId]).toEqual([name, name]);
    expect([name, answer?.description, Object.keys(answer?.content ?? {})]).toEqual([
      name,
      expect.not.stringContaining('Default'),
      [route.text?.replace(/;.*/, '') ?? 'application/json'],
    ]);
    const headers = described?.parameters?.filter((one) => one.in === 'header').map((one) => one.name) ?? [];
    const isKeyed = route.scope !== 'public' && route.method !== 'GET';
    expect([name, headers.includes('Idempotency-Key')]).toEqual([name, isKeyed]);
    expect(Object.keys(described?.responses['4XX']?.headers ?? {})).toContain('Retry-After');
  }
  const { parameters } = document.paths['/v1/operations/{id}/events']?.get ?? {};
  expect(parameters?.map(({ name }) => name)).toContain('Last-Event-ID');
  expect(Object.keys(document.paths['/readyz']?.get?.responses ?? {})).toContain('503');
});

test('the OpenAPI document describes every route, and the reference page loads nothing from elsewhere', async () => {
  const document = (
    await plane.api.as(null).call<{ openapi: string; paths: Record<string, object> }>('GET', '/openapi.json')
  ).body;
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toContain('/v1/tenants/{store}/config');
  const page = (await plane.api.as(null).call<string>('GET', '/docs/')).body;
  const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url);
  expect(loaded).toEqual(['js/scalar.js']);
  expect(page).toContain('"withDefaultFonts": false');
  expect(page).toContain('<title>Lapak API</title>');
  const script = await plane.api.as(null).call<string>('GET', '/docs/js/scalar.js');
  expect(script.status).toBe(200);
  expect(script.headers.get('content-type')).toContain('javascript');
});

test('health, readiness and metrics ask for no key', async () => {
  const nobody = plane.api.as(null);
  expect((await nobody.call('GET', '/healthz')).status).toBe(200);
  const ready = await nobody.call<object>('GET', '/readyz');
  expect(ready).toMatchObject({
    status: 200,
    body: { ready: true, checks: { postgres: { ok: true }, driver: { ok: true } } },
  });
  const metrics = (await nobody.call<string>('GET', '/metrics')).body;
  for (const name of [
    'lapak_tenants',
    'lapak_operation_queue_depth',
    'lapak_reconcile_lag_seconds',
    'lapak_operation_duration_seconds',
  ]) {
    expect(metrics).toContain(`# TYPE ${name}`);
  }
  expect(metrics).toMatch(/lapak_http_request_duration_seconds_count\{method="GET",route="\/healthz",status="200"\} 1/);
});
