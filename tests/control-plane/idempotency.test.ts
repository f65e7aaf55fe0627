import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiKeyCreated, Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { storeRequest } from './support/api.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

type Accepted = { tenant: Tenant; operation: Operation };
const create = (body: object, key: string) =>
  plane.api.call<Accepted>('POST', '/v1/tenants', body, { 'idempotency-key': key });

test('the same request again is answered again, word for word, and makes nothing', async () => {
  const body = storeRequest({ telegramBotToken: plane.newBot().token });
  const first = await create(body, 'once');
  await plane.api.ended(first.body.operation.id);
  const second = await create(body, 'once');
  expect(second).toMatchObject({ status: 202, body: first.body });
  expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([
    null,
    'true',
  ]);
  const operations = await plane.db.query('SELECT id FROM operations WHERE store = $1', [body.store]);
  expect(operations).toHaveLength(1);
});

test('the key of one request does not fit another', async () => {
  const body = storeRequest({ telegramBotToken: plane.newBot().token });
  await create(body, 'taken');
  const other = await create({ ...body, storeName: 'Another' }, 'taken');
  expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
});

test('ten at the same moment make one effect', async () => {
  const body = storeRequest({ telegramBotToken: plane.newBot().token });
  const answers = await Promise.all(Array.from({ length: 10 }, () => create(body, 'race')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ body: { operation } }) => operation.id)).size).toBe(1);
  expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(9);
});

test('a request that was refused may be made again under its key', async () => {
  const body = storeRequest({ telegramBotToken: `7654321:${'B'.repeat(35)}` });
  expect((await create(body, 'again')).status).toBe(422);
  plane.sandbox.telegram.createBot({ token: body.telegramBotToken });
  expect((await create(body, 'again')).status).toBe(202);
});

test('keys of different API keys are apart, and a bad one is named', async () => {
  const other = await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', { name: 'b', scope: 'admin' });
  const make = (key: string | null) =>
    plane.api
      .as(key)
      .call<ApiKeyCreated>('POST', '/v1/api-keys', { name: 'c', scope: 'viewer' }, { 'idempotency-key': 'mine' });
  const [mine, theirs] = [await make(plane.api.key), await make(other.body.key)];
  expect(mine.body.apiKey.id).not.toBe(theirs.body.apiKey.id);
  const bad = await plane.api.call(
    'POST',
    '/v1/api-keys',
    { name: 'c', scope: 'viewer' },
    { 'idempotency-key': 'x'.repeat(300) },
  );
  expect(bad.body.errors?.[0]?.pointer).toBe('/headers/idempotency-key');
});

test('a new API key is shown again under its Idempotency-Key, and is stored sealed only', async () => {
  const make = () =>
    plane.api.call<ApiKeyCreated>(
      'POST',
      '/v1/api-keys',
      { name: 'd', scope: 'viewer' },
      { 'idempotency-key': 'shown' },
    );
  const first = await make();
  expect((await make()).body).toEqual(first.body);
  const stored = JSON.stringify(await plane.db.query('SELECT * FROM idempotency_keys'));
  expect(stored).not.toContain(first.body.key);
});

test('changes by PATCH, DELETE and actions honour it too', async () => {
  const { store } = await plane.api.open({ telegramBotToken: plane.newBot().token });
  const stop = () =>
    plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${store}/stop`, undefined, {
      'idempotency-key': 'stop-1',
    });
  const first = await stop();
  await plane.api.ended(first.body.operation.id);
  expect((await stop()).body.operation.id).toBe(first.body.operation.id);
  const remove = () =>
    plane.api.call<{ operation: Operation }>('DELETE', `/v1/tenants/${store}`, undefined, {
      'idempotency-key': 'gone',
    });
  const removed = await remove();
  await plane.api.ended(removed.body.operation.id);
  expect(await remove()).toMatchObject({ status: 202, body: removed.body });
});
