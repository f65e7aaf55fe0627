import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../../cli/api/client.ts';
import { readCredentials } from '../../cli/api/credentials.ts';
import { type ApiKeyCreated, ROUTES, type Tenant } from '../../control-plane/api/contract/index.ts';
import { openMessages } from '../../control-plane/people/owner-messages/index.ts';
import { shortId } from '../../kernel/ids.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

let plane: TestPlane;
let tenant: Tenant;
beforeAll(async () => {
  plane = await startPlane({ env: { ENABLE_AUTO_HEALTHCHECK: 'false' } });
  tenant = await plane.api.open({ telegramBotToken: plane.newBot().token, ownerIds: [801] });
  await appendFile(join(tenant.folder, 'logs', 'runtime', 'output.log'), 'a line to begin with\n');
});
afterAll(() => plane.close());

async function newKey(scope: string, more: object = {}): Promise<ApiKeyCreated> {
  return (await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', { name: `a ${scope}`, scope, ...more })).body;
}

/** The removal with all data that an admin asked for, as it is at some moment. */
async function purge(state: 'failed' | 'running'): Promise<string> {
  const id = shortId(12);
  await plane.db.query(
    `INSERT INTO operations (id, tenant_id, store, kind, params, state, requested_by, created_at, lease_owner, lease_until)
     SELECT $1, id, store, 'remove', '{"purge": true}', $2, 'key:admin', now(), 'a test', now() + interval '1 hour'
       FROM tenants WHERE store = $3`,
    [id, state, tenant.store],
  );
  return id;
}

test('an operation is resumed and broken off only by who may begin it', async () => {
  const operator = plane.api.as((await newKey('operator')).key);

  expect((await operator.call('DELETE', `/v1/tenants/${tenant.store}?purge=true`)).body.code).toBe('FORBIDDEN');
  for (const [state, act] of [
    ['failed', 'retry'],
    ['running', 'cancel'],
  ] as const) {
    const id = await purge(state);
    const refused = await operator.call('POST', `/v1/operations/${id}/${act}`);
    expect([act, refused.status, refused.body.code]).toEqual([act, 403, 'FORBIDDEN']);
    const [row] = await plane.db.query('SELECT state, cancel_requested FROM operations WHERE id = $1', [id]);
    expect(row).toEqual({ state, cancel_requested: false });
    if (act === 'cancel') expect((await plane.api.call('POST', `/v1/operations/${id}/${act}`)).status).not.toBe(403);
    await plane.db.query('DELETE FROM operations WHERE id = $1', [id]);
  }
});

test('a stream ends when its key is revoked, and when it expires', async () => {
  const path = `${plane.url}/v1/tenants/${tenant.store}/logs?follow=true`;
  for (const end of ['revoked_at', 'expires_at']) {
    const { key, apiKey } = await newKey('operator');
    const stream = await fetch(path, { headers: { authorization: `Bearer ${key}` } });
    const other = await fetch(path, { headers: { authorization: `Bearer ${plane.api.key}` } });
    expect([stream.status, other.status]).toEqual([200, 200]);
    await plane.db.query(`UPDATE api_keys SET ${end} = now() WHERE id = $1`, [apiKey.id]);
    // It would go on for as long as the test may take.
    await stream.text();
    const goesOn = await Promise.race([other.text(), delay(100, 'goes on')]);
    expect(goesOn).toBe('goes on');
    await other.body?.cancel().catch(() => {});
  }
});

test('who is refused again and again fills no audit log: equal refusals are one entry, and one that counts', async () => {
  const { key, apiKey } = await newKey('viewer');
  const viewer = plane.api.as(key);
  for (let times = 0; times < 40; times++) {
    expect((await viewer.call('POST', `/v1/tenants/${tenant.store}/stop`)).status).toBe(403);
  }
  expect((await viewer.call('POST', `/v1/tenants/${tenant.store}/start`)).status).toBe(403);
  const entries = () =>
    plane.db.query<{ target: string; after: { more: number } | null }>(
      "SELECT target, after FROM audit_log WHERE actor = $1 AND result = 'FORBIDDEN' ORDER BY id",
      [`key:${apiKey.id}`],
    );
  const [stop, start] = ['stop', 'start'].map((action) => `route:POST /v1/tenants/:store/${action}`);
  expect(await entries()).toEqual([
    { target: stop, after: null },
    { target: start, after: null },
  ]);
  // As when the control plane stops, or ten minutes are over.
  await plane.services.refusals.task.onStop?.();
  expect((await entries()).slice(2)).toEqual([{ target: stop, after: { more: 39, since: expect.any(String) } }]);
});

test('a key that expires makes none that lasts for longer', async () => {
  const short = await newKey('admin', { expiresInDays: 2 });
  const api = plane.api.as(short.key);
  const make = (expiresInDays?: number) =>
    api.call<ApiKeyCreated & { code: string }>('POST', '/v1/api-keys', {
      name: 'next',
      scope: 'admin',
      ...(expiresInDays && { expiresInDays }),
    });
  expect((await make(30)).body.code).toBe('FORBIDDEN');
  expect((await make()).body.apiKey.expiresAt).toBe(short.apiKey.expiresAt);
  expect(Date.parse((await make(1)).body.apiKey.expiresAt ?? '')).toBeLessThan(
    Date.parse(short.apiKey.expiresAt ?? ''),
  );
});

test('what waits is said only to who is an owner now', async () => {
  const [row] = await plane.db.query<{ id: string }>('SELECT id FROM tenants WHERE store = $1', [tenant.store]);
  const chats = [801, 802, 901, 902];
  await plane.db.query(
    `INSERT INTO owner_messages (chat_id, store_name, text, created_at, tenant_id)
     SELECT chat, 'toko', 'kabar', now(), $2 FROM unnest($1::bigint[]) AS chat`,
    [chats, row?.id],
  );
  const open = await openMessages(plane.db, { now: new Date(), texts: 9, incidents: 9, ownerIds: [901] });
  expect(open.map(({ chatId }) => chatId)).toEqual([801, 901]);
});

test('the socket of the server is another way to the same API, with the same keys', async () => {
  const own = await readCredentials({ LAPAK_HOME: plane.home });
  expect(own.socketPath).toBe(join(plane.home, 'run', 'api.sock'));
  const elsewhere = { ...own, apiUrl: 'http://127.0.0.1:1' };
  const { tenants } = await createClient(elsewhere).call(ROUTES.listTenants);
  expect(tenants.map(({ store }) => store)).toEqual([tenant.store]);
  const wrong = createClient({ ...elsewhere, apiKey: 'lpk_wrong' });
  await expect(wrong.call(ROUTES.listTenants)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
