import { readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiKeyCreated, KeyScope } from '../../control-plane/api/contract/index.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

const MINUTE = 60_000;
let now = Date.parse('2026-01-01T00:00:00Z');
let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane({ clock: { now: () => new Date(now) } });
});
afterAll(() => plane.close());

async function newKey(scope: KeyScope, expiresInDays?: number): Promise<ApiKeyCreated> {
  const made = await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', {
    name: `a ${scope}`,
    scope,
    expiresInDays,
  });
  expect(made.status).toBe(201);
  return made.body;
}

test('a refused change is in the audit log', async () => {
  const { apiKey, key } = await newKey('viewer');
  await plane.api.as(key).call('POST', '/v1/tenants/some-store/stop');
  const rows = await plane.db.query('SELECT action, target, result FROM audit_log WHERE actor = $1', [
    `key:${apiKey.id}`,
  ]);
  expect(rows).toEqual([{ action: 'denied', target: 'route:POST /v1/tenants/:store/stop', result: 'FORBIDDEN' }]);
});

test('only an admin key may purge', async () => {
  const { key } = await newKey('operator');
  const refused = await plane.api.as(key).call('DELETE', '/v1/tenants/some-store?purge=true');
  expect(refused).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  const allowed = await plane.api.as(key).call('DELETE', '/v1/tenants/some-store');
  expect(allowed.body.code).toBe('TENANT_NOT_FOUND');
});

test('a key ends at its time', async () => {
  const { key } = await newKey('viewer', 1);
  expect((await plane.api.as(key).call('GET', '/v1/tenants')).status).toBe(200);
  now += 24 * 60 * MINUTE - 1;
  expect((await plane.api.as(key).call('GET', '/v1/tenants')).status).toBe(200);
  now += 1;
  expect((await plane.api.as(key).call('GET', '/v1/tenants')).status).toBe(401);
});

test('a revoked key opens nothing, and its record stays', async () => {
  const { apiKey, key } = await newKey('admin');
  const revoked = await plane.api.call('DELETE', `/v1/api-keys/${apiKey.id}`);
  expect(revoked).toMatchObject({ status: 200, body: { id: apiKey.id, revokedAt: new Date(now).toISOString() } });
  expect((await plane.api.as(key).call('GET', '/v1/tenants')).status).toBe(401);
  const list = await plane.api.call<{ apiKeys: { id: string }[] }>('GET', '/v1/api-keys');
  expect(list.body.apiKeys.map(({ id }) => id)).toContain(apiKey.id);
  expect((await plane.api.call('DELETE', '/v1/api-keys/0000000000')).body.code).toBe('API_KEY_NOT_FOUND');
});

test('the last use is written at most once a minute', async () => {
  const { apiKey, key } = await newKey('viewer');
  const lastUsed = async () => {
    await plane.api.as(key).call('GET', '/v1/tenants');
    const [row] = await plane.db.query<{ at: Date }>('SELECT last_used_at AS at FROM api_keys WHERE id = $1', [
      apiKey.id,
    ]);
    return row?.at.getTime();
  };
  const first = now;
  expect(await lastUsed()).toBe(first);
  now += MINUTE - 1;
  expect(await lastUsed()).toBe(first);
  now += 1;
  expect(await lastUsed()).toBe(first + MINUTE);
});

test('a key with a wrong secret is refused, and no key is stored in the clear', async () => {
  const { key } = await newKey('viewer');
  const forged = key.replace(/.{4}$/, key.endsWith('AAAA') ? 'BBBB' : 'AAAA');
  expect((await plane.api.as(forged).call('GET', '/v1/tenants')).status).toBe(401);
  const stored = JSON.stringify(await plane.db.query('SELECT * FROM api_keys'));
  expect(stored).not.toContain(key.split('_').slice(2).join('_'));
});

test('guessing is slowed down, and does not lock out a good key from the same address', async () => {
  const guesses = await Promise.all(
    Array.from({ length: 40 }, () => plane.api.as('lpk_0000000000_x').call('GET', '/v1/tenants')),
  );
  const statuses = new Set(guesses.map((guess) => guess.status));
  expect(statuses).toEqual(new Set([401, 429]));
  expect(guesses.find((guess) => guess.status === 429)?.headers.get('retry-after')).toMatch(/^\d+$/);
  expect((await plane.api.call('GET', '/v1/tenants')).status).toBe(200);
});

test('one key cannot ask without end', async () => {
  const { key } = await newKey('viewer');
  const api = plane.api.as(key);
  let limited: number | undefined;
  for (let round = 0; round < 13 && limited !== 429; round++) {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => api.call('POST', '/v1/tenants/any-store/stop')),
    );
    limited = answers.find(({ status }) => status === 429)?.status;
  }
  expect(limited).toBe(429);
  expect((await plane.api.call('GET', '/v1/tenants')).status).toBe(200);
});

test('cli.json is for its owner only, follows the address, and a lost key is replaced', async () => {
  const file = join(plane.home, 'cli.json');
  expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
  const before = JSON.parse(await readFile(file, 'utf8'));
  await plane.restart();
  const moved = JSON.parse(await readFile(file, 'utf8'));
  expect(moved).toEqual({ apiUrl: plane.url, apiSocket: 'run/api.sock', apiKey: before.apiKey });
  const socket = join(plane.home, moved.apiSocket);
  expect([await stat(socket), await stat(dirname(socket))].map(({ mode }) => (mode & 0o777).toString(8))).toEqual([
    '600',
    '700',
  ]);
  await writeFile(file, 'gone');
  await plane.restart();
  const made = JSON.parse(await readFile(file, 'utf8'));
  expect(made.apiKey).not.toBe(before.apiKey);
  expect((await plane.api.call('GET', '/v1/api-keys')).status).toBe(200);
  expect((await plane.api.as(before.apiKey).call('GET', '/v1/tenants')).status).toBe(401);
});
