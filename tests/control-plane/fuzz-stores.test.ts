import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ApiKeyCreated,
  KEY_SCOPES,
  type Operation,
  ROUTES,
  type Route,
  type Tenant,
} from '../../control-plane/api/contract/index.ts';
import { freePort } from '../support/ports.ts';
import { eventually } from './support/eventually.ts';
import { askAndJudge, type Documented, requestsOf } from './support/fuzzing.ts';
import { backupsAvailable } from './support/pg-tools.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

const SEED = 20_261_123;
const STORES = ['kena', 'sasar'];
/** Streams to its end, costs a dump of everything, or takes a minute by design. */
const LEFT_OUT = ['backUpControlPlane', 'operationEvents', 'tenantLogs', 'rehearseTenant'];
/** What ends a store comes last. */
const LAST = ['removeTenant'];

let plane: TestPlane;
let keys: (string | null)[];
/** Of things that exist: stores, operations, a backup, keys that nobody needs. */
const names = [...STORES, ...STORES];
const planted: string[] = [];
const tokens: string[] = [];
let documented: Record<string, Record<string, Documented>>;

const newKey = async (scope: string) =>
  (await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', { name: scope, scope })).body;

beforeAll(async () => {
  // Stores learn where to report to only from a port that was chosen.
  const port = String(await freePort());
  plane = await startPlane({
    env: {
      LAPAK_PORT: port,
      LAPAK_TENANT_READY_TIMEOUT: '2',
      LAPAK_UPGRADE_WATCH: '1',
      OWNER_BOT_TOKEN: `717171:${'f'.repeat(35)}`,
    },
  });
  for (const store of STORES) {
    const telegramBotToken = plane.newBot().token;
    const tenant = await plane.api.open({ store, telegramBotToken, ownerIds: [77] });
    const env = parseEnv(await readFile(join(tenant.folder, 'bot.env'), 'utf8'));
    const secret = Object.entries(env).filter(([name]) => /TOKEN|SECRET|PASSWORD|_KEY$|DATABASE_URL/.test(name));
    planted.push(...secret.map(([, value]) => value ?? '').filter((value) => value.length > 8));
    tokens.push(env.CONTROL_PLANE_TOKEN ?? '');
  }
  if (await backupsAvailable()) {
    const { body } = await plane.api.call<{ operation: Operation }>('POST', '/v1/tenants/kena/backups');
    await plane.api.ended(body.operation.id);
    const list = await plane.api.call<{ backups: { id: string }[] }>('GET', '/v1/tenants/kena/backups');
    names.push(...list.body.backups.map(({ id }) => id));
  }
  const { body } = await plane.api.call<{ operations: Operation[] }>('GET', '/v1/operations');
  names.push(
    ...body.operations.map(({ id }) => id),
    (await newKey('admin')).apiKey.id,
    (await newKey('viewer')).apiKey.id,
  );
  const made = await Promise.all(KEY_SCOPES.map(newKey));
  keys = [null, ...made.map(({ key }) => key)];
  planted.push(...made.map(({ key }) => key));
  ({ paths: documented } = (await plane.api.call<{ paths: typeof documented }>('GET', '/openapi.json')).body);
});
afterAll(() => plane.close());

const documentOf = (route: Route) =>
  documented[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()] as Documented;
const operations = async () =>
  (await plane.api.call<{ operations: Operation[] }>('GET', '/v1/operations?limit=200')).body;

/** Asks every operation at work to stop, and does not wait: the next requests come upon it. */
async function cancelAll(): Promise<void> {
  for (const { id, state } of (await operations()).operations) {
    if (state === 'scheduled' || state === 'running') await plane.api.call('POST', `/v1/operations/${id}/cancel`);
  }
}

test('whatever a store says with its own token, it is taken or refused, and told without its secrets', async () => {
  const route = ROUTES.reportTenantEvents;
  const seen = new Set<number>();
  const known = { names: STORES, weight: 8 };
  const property = fc.asyncProperty(requestsOf(route, documentOf(route), known), async (made) => {
    const key = tokens[STORES.indexOf(made.parts[0] ?? '')] ?? tokens[0] ?? null;
    seen.add(await askAndJudge({ url: plane.url, key, planted }, 'reportTenantEvents', route, made));
  });
  await fc.assert(property, { seed: SEED, numRuns: 80, endOnFailure: true });
  // Both were reached, or this says nothing.
  expect([...seen]).toEqual(expect.arrayContaining([202, 400]));
  for (const store of STORES) {
    const reported = await plane.api.call<object>('GET', `/v1/tenants/${store}/events?limit=200`);
    expect(reported.status).toBe(200);
    ROUTES.listTenantEvents.answer.parse(reported.body);
  }
});

test('whatever is done to stores, nothing is stuck and all of them can still be looked after', async () => {
  const order = ([name]: [string, Route]) => Number(LAST.includes(name));
  const routes = Object.entries<Route>(ROUTES).filter(([name, route]) => {
    return !LEFT_OUT.includes(name) && route.path.includes(':') && route.scope !== 'store';
  });
  let accepted = 0;
  for (const [name, route] of routes.sort((a, b) => order(a) - order(b))) {
    const property = fc.asyncProperty(requestsOf(route, documentOf(route), { names, weight: 6 }), async (made) => {
      const key = keys[made.who] ?? null;
      const status = await askAndJudge({ url: plane.url, key, planted }, name, route, made);
      if (status === 202) accepted += 1;
    });
    await fc.assert(property, { seed: SEED, numRuns: route.method === 'GET' ? 8 : 14, endOnFailure: true });
    await cancelAll();
  }
  expect(accepted).toBeGreaterThan(5);
  await eventually(async () => {
    await cancelAll();
    const atWork = (await operations()).operations.filter(({ finishedAt }) => finishedAt === null);
    expect(atWork.map(({ kind, state }) => [kind, state])).toEqual([]);
  });
  const held = await plane.db.query(
    `SELECT t.store, o.id, o.state FROM tenants t JOIN operations o ON o.tenant_id = t.id
      WHERE o.state IN ('scheduled', 'running')`,
  );
  expect(held).toEqual([]);
  const { body } = await plane.api.call<{ tenants: Tenant[] }>('GET', '/v1/tenants?limit=200');
  for (const tenant of ROUTES.listTenants.answer.parse(body).tenants) {
    expect([tenant.store, tenant.operation]).toEqual([tenant.store, null]);
  }
  expect((await plane.api.call('GET', '/readyz')).body).toMatchObject({ ready: true });
  const after = await plane.api.open({ telegramBotToken: plane.newBot().token });
  expect(after.state).toBe('running');
  for (const secret of planted) expect(plane.logged().includes(secret)).toBe(false);
});
