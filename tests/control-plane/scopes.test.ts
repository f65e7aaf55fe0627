import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ApiKeyCreated,
  KEY_SCOPES,
  type KeyScope,
  ROUTES,
  type Route,
} from '../../control-plane/api/contract/index.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

let plane: TestPlane;
let keys: Record<KeyScope, string>;
beforeAll(async () => {
  plane = await startPlane();
  const made = KEY_SCOPES.map(async (scope) => {
    const { body } = await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', { name: `a ${scope}`, scope });
    return [scope, body.key] as const;
  });
  keys = Object.fromEntries(await Promise.all(made)) as typeof keys;
});
afterAll(() => plane.close());

/** From an address of its own: failed attempts are counted by address. */
async function ask(route: Route, key: string | undefined, from: number): Promise<number> {
  const url = new URL(route.path.replace(/:\w+/g, 'nothing-here'), plane.url);
  const sent = request(url, {
    method: route.method,
    localAddress: `127.0.1.${from}`,
    agent: false,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(route.body ? { 'content-type': 'application/json' } : {}),
    },
  });
  sent.end(route.body ? '{}' : undefined);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.destroy();
  return answer.statusCode ?? 0;
}

function expected(route: Route, has: KeyScope | 'none'): number | 'let in' {
  if (route.scope === 'public') return 'let in';
  if (has === 'none' || route.scope === 'store') return 401;
  return KEY_SCOPES.indexOf(has) >= KEY_SCOPES.indexOf(route.scope) ? 'let in' : 403;
}

test('each route lets in exactly the scopes that it names', async () => {
  const routes = Object.entries<Route>(ROUTES);
  for (const has of ['none', ...KEY_SCOPES] as const) {
    for (const [index, [name, route]] of routes.entries()) {
      const from = 1 + Math.floor(index / 20) + 50 * ['none', ...KEY_SCOPES].indexOf(has);
      const status = await ask(route, has === 'none' ? undefined : keys[has], from);
      const outcome = status === 401 || status === 403 ? status : 'let in';
      expect([name, has, outcome, status < 500 || status === 503]).toEqual([name, has, expected(route, has), true]);
    }
  }
});

test('whoever reads only changes nothing, and who may make keys or read the audit log is an admin', () => {
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    if (route.scope === 'store' || route.scope === 'public') continue;
    // One's own session, and a link to one, are nothing but a way to come as who one is.
    const isOwnSession = route.path.startsWith('/v1/session');
    if (route.method !== 'GET' && !isOwnSession) expect([name, route.scope]).not.toEqual([name, 'viewer']);
    if (/api-keys|audit/.test(route.path)) expect([name, route.scope]).toEqual([name, 'admin']);
  }
});

test('the last admin key is revoked only when that is forced: the next start leaves another on this machine', async () => {
  const { body } = await plane.api.call<{ apiKeys: { id: string; scope: string }[] }>('GET', '/v1/api-keys');
  const own = (JSON.parse(await readFile(join(plane.home, 'cli.json'), 'utf8')) as { apiKey: string }).apiKey;
  const admins = body.apiKeys.filter(({ scope }) => scope === 'admin');
  const mine = admins.find(({ id }) => own.includes(id));
  for (const { id } of admins.filter((each) => each !== mine)) {
    expect((await plane.api.call('DELETE', `/v1/api-keys/${id}`)).status).toBe(200);
  }
  const last = `/v1/api-keys/${mine?.id}`;
  expect((await plane.api.call('DELETE', last)).body.code).toBe('LAST_ADMIN_KEY');
  expect((await plane.api.call('DELETE', `${last}?force=true`)).status).toBe(200);
  expect((await plane.api.call('GET', '/v1/api-keys')).status).toBe(401);
  await plane.restart();
  expect((await plane.api.call('GET', '/v1/api-keys')).status).toBe(200);
});

test('the audit log is read by actor, store and time', async () => {
  await plane.api.open({ store: 'filtered', telegramBotToken: plane.newBot().token });
  type Page = { entries: { actor: string; target: string; at: string }[] };
  const page = async (query: string) => (await plane.api.call<Page>('GET', `/v1/audit?${query}`)).body.entries;
  const ofStore = await page('store=filtered');
  expect(new Set(ofStore.map(({ target }) => target))).toEqual(new Set(['tenant:filtered']));
  expect(new Set((await page('actor=system')).map(({ actor }) => actor))).toEqual(new Set(['system']));
  expect(await page('actor=nobody')).toEqual([]);
  const newest = ofStore[0]?.at as string;
  const since = await page(`since=${newest}`);
  expect(since.every(({ at }) => at >= newest) && since.length > 0).toBe(true);
  expect((await plane.api.call('GET', '/v1/audit?since=yesterday')).status).toBe(400);
});

test('a NUL in a path or a query is the fault of who sent it', async () => {
  for (const path of ['/v1/audit?actor=%00', '/v1/tenants?text=a%00b', '/v1/tenants/%00', '/v1/operations/%00']) {
    const { status } = await plane.api.call('GET', path);
    expect([path, status >= 200 && status < 500]).toEqual([path, true]);
  }
});
