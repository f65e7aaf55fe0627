import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation } from '../../control-plane/api/contract/index.ts';
import { type Accepted, acceptStore, newSlug, storeRequest } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { startPlane, type TestPlane } from './support/plane.ts';
import { runtimesBelow } from './support/processes.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane({ env: { LAPAK_TENANT_READY_TIMEOUT: '10' } });
});
afterAll(() => plane.close());

test('a provision that fails says why, can be retried where it failed, and can be removed', async () => {
  const { tenant, operation } = await acceptStore(plane, 'never ready');
  const failed = await plane.api.ended(operation.id);
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'RUNTIME_UNHEALTHY' } });
  expect(failed.error?.message).toContain('telegram: no update arrives');
  expect(failed.steps.find(({ name }) => name === 'healthy')).toMatchObject({ state: 'failed' });
  const { state, reason } = await plane.api.tenant(tenant.store);
  expect(state).toBe('failed');
  expect(reason).toContain('no update arrives');
  const start = await plane.api.call('POST', `/v1/tenants/${tenant.store}/start`);
  expect(start).toMatchObject({ status: 409, body: { code: 'TENANT_STATE_CONFLICT' } });

  await writeFile(join(tenant.folder, 'mended'), '');
  const retry = await plane.api.call<{ operation: Operation }>('POST', `/v1/operations/${operation.id}/retry`);
  expect(retry).toMatchObject({ status: 202, body: { operation: { state: 'scheduled', attempt: 2 } } });
  const done = await plane.api.ended(operation.id);
  expect(done).toMatchObject({ state: 'succeeded', attempt: 2 });
  expect(Date.parse(done.startedAt as string)).toBeGreaterThanOrEqual(Date.parse(failed.finishedAt as string));
  const before = failed.steps.find(({ name }) => name === 'database');
  expect(done.steps.find(({ name }) => name === 'database')).toEqual(before);
  expect((await plane.api.tenant(tenant.store)).state).toBe('running');
});

test('what Telegram refuses is said in its words, at once, and can be retried', async () => {
  const { tenant, operation } = await acceptStore(plane, 'refused webhook');
  const failed = await plane.api.ended(operation.id);
  expect(failed.error?.code).toBe('TELEGRAM_REFUSED');
  expect(failed.error?.message).toContain(
    'Bad Request: bad webhook: Failed to resolve host: Name or service not known',
  );
  expect(failed.error?.message).not.toContain('was not ready within');
  await writeFile(join(tenant.folder, 'mended'), '');
  await plane.api.call<{ operation: Operation }>('POST', `/v1/operations/${operation.id}/retry`);
  expect(await plane.api.ended(operation.id)).toMatchObject({ state: 'succeeded' });
});

test('a step that the disk stops says which path it is and what to do, and goes on once that is mended', async () => {
  const store = newSlug();
  const inTheWay = join(plane.deployments, `bot-${store}-qris`);
  await mkdir(plane.deployments, { recursive: true });
  await writeFile(inTheWay, '');
  const body = storeRequest({ store, telegramBotToken: plane.newBot().token });
  const { body: accepted } = await plane.api.call<Accepted>('POST', '/v1/tenants', body);
  const failed = await plane.api.ended(accepted.operation.id);
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'PATH_UNUSABLE' } });
  expect(failed.error?.message).toContain(`${inTheWay} cannot be used`);
  await rm(inTheWay);
  await plane.api.call('POST', `/v1/operations/${accepted.operation.id}/retry`);
  expect(await plane.api.ended(accepted.operation.id)).toMatchObject({ state: 'succeeded' });
});

test('a runtime that cannot start is reported with its last words, and its removal leaves nothing', async () => {
  const { tenant, operation } = await acceptStore(plane, 'crash at start');
  const failed = await plane.api.ended(operation.id);
  expect(failed.error?.message).toContain('exit code 3');
  expect(failed.error?.message).toContain('cannot start');
  const removal = await plane.api.call<{ operation: Operation }>('DELETE', `/v1/tenants/${tenant.store}?purge=true`);
  expect(await plane.api.ended(removal.body.operation.id)).toMatchObject({ state: 'succeeded' });
  expect(await plane.db.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [`lapak_${tenant.store}`])).toEqual([]);
  expect(await runtimesBelow(tenant.folder)).toEqual([]);
  const late = await plane.api.call('POST', `/v1/operations/${operation.id}/retry`);
  expect(late).toMatchObject({ status: 409, body: { code: 'OPERATION_STATE_CONFLICT' } });
});

test('a cancelled provision stops at once and can be taken up again', async () => {
  const { tenant, operation } = await acceptStore(plane, 'never ready');
  await eventually(async () => {
    const { steps } = (await plane.api.call<Operation>('GET', `/v1/operations/${operation.id}`)).body;
    expect(steps.find(({ name }) => name === 'healthy')?.state).toBe('running');
  });
  const began = Date.now();
  const cancel = await plane.api.call('POST', `/v1/operations/${operation.id}/cancel`);
  expect(cancel.status).toBe(202);
  expect((await plane.api.ended(operation.id)).state).toBe('cancelled');
  expect(Date.now() - began).toBeLessThan(3_000);
  expect(await plane.api.tenant(tenant.store)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('cancelled'),
  });
  expect((await plane.api.call('POST', `/v1/operations/${operation.id}/cancel`)).body.code).toBe(
    'OPERATION_STATE_CONFLICT',
  );
  expect((await plane.api.call('POST', `/v1/operations/${operation.id}/retry`)).status).toBe(202);
  expect((await plane.api.ended(operation.id)).attempt).toBe(2);
});

test('a cancelled start goes back to rest', async () => {
  const { store, folder } = await plane.api.open({ telegramBotToken: plane.newBot().token });
  const act = (action: string) => plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${store}/${action}`);
  await plane.api.ended((await act('stop')).body.operation.id);
  await plane.db.query("UPDATE tenants SET store_name = 'never ready' WHERE store = $1", [store]);
  const { id } = (await act('start')).body.operation;
  await eventually(async () => expect(await runtimesBelow(folder)).toHaveLength(1));
  await plane.api.call('POST', `/v1/operations/${id}/cancel`);
  expect((await plane.api.ended(id)).state).toBe('cancelled');
  expect((await plane.api.tenant(store)).desiredState).toBe('stopped');
  await eventually(async () => expect(await runtimesBelow(folder)).toEqual([]));
});

test('a port that another program took is replaced', async () => {
  const { store } = await plane.api.open({ telegramBotToken: plane.newBot().token });
  const act = (action: string) => plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${store}/${action}`);
  await plane.api.ended((await act('stop')).body.operation.id);
  const before = (await plane.api.tenant(store)).ports;
  const thief: Server = createServer();
  await new Promise<void>((resolve) => thief.listen(before?.pakasir, '127.0.0.1', resolve));
  const started = await plane.api.ended((await act('start')).body.operation.id);
  expect(started.state).toBe('succeeded');
  const after = await plane.api.tenant(store);
  expect(after.ports?.telegram).toBe(before?.telegram);
  expect(after.ports?.pakasir).not.toBe(before?.pakasir);
  expect(after.state).toBe('running');
  thief.close();
});
