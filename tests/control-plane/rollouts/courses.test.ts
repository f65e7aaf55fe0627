import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import type {
  ApiKeyCreated,
  Operation,
  Tenant,
  TenantConfiguration,
} from '../../../control-plane/api/contract/index.ts';
import { eventually } from '../support/eventually.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';
import { mostAtOnce, openStores, QUICK, rolloutsOf, type Shown, to } from './support.ts';

let plane: TestPlane;
let tenants: Tenant[];
let names: string[];
beforeAll(async () => {
  plane = await startPlane({ env: { LAPAK_TENANT_READY_TIMEOUT: '60', LAPAK_UPGRADE_WATCH: '0' } });
  tenants = await openStores(plane, 4, { env: { SNK_RETENTION_DAYS: '30' } });
  names = tenants.map(({ store }) => store);
});
afterAll(() => plane.close());

const { start, show, turn, reached, stores } = rolloutsOf(() => plane.api);
const ALL = { all: true } as const;
const RESTART = { kind: 'restart' } as const;
const states = async () => (await Promise.all(names.map((store) => plane.api.tenant(store)))).map(({ state }) => state);
const settings = async (store = '') =>
  (await plane.api.call<z.infer<typeof TenantConfiguration>>('GET', `/v1/tenants/${store}/configuration`)).body.env;
const post = (path: string, body?: object) => plane.api.call<Shown>('POST', path, body);
const newKey = async (scope: string) =>
  (await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', { name: `a ${scope}`, scope })).body;

test('what fails beyond the threshold halts it; repaired, the failed stores are tried again', async () => {
  const bad = names.slice(0, 3);
  const setSlug = (slug: string) =>
    plane.db.query('UPDATE tenants SET pakasir_slug = $1 WHERE store = ANY($2)', [slug, bad]);
  await setSlug('');
  const { id } = await start({
    ...QUICK,
    change: { kind: 'configuration', env: { LOG_LEVEL: 'debug', SNK_RETENTION_DAYS: null } },
    target: ALL,
    canary: 0,
    maxFailures: 1,
    perMachine: 1,
  });
  const halted = await reached(id, 'halted');
  expect(halted).toMatchObject({ counts: { failed: 2 }, reason: '2 stores failed; more than 1 are too many.' });
  expect((await stores(id)).filter(({ state }) => state === 'failed').map(({ detail }) => detail)).toEqual(
    Array(2).fill(expect.stringContaining('/pakasir/slug')),
  );
  await setSlug('demo');
  await turn(id, 'resume');
  expect(await reached(id, 'succeeded')).toMatchObject({ counts: { succeeded: 4, failed: 0 }, reason: null });
  const lines = await stores(id);
  const operations = await Promise.all(
    lines.map(async ({ operation }) => (await plane.api.call<Operation>('GET', `/v1/operations/${operation}`)).body),
  );
  expect(mostAtOnce(operations)).toBe(1);
  for (const store of names) expect(await settings(store)).toMatchObject({ LOG_LEVEL: 'debug' });

  // Exactly the keys that it changed come back, where they still have what it gave them.
  const changed = await plane.api.call<{ operation: Operation }>('PATCH', `/v1/tenants/${names[0]}`, {
    env: { LOG_LEVEL: 'warn', OWNER_ALERT_THRESHOLD: 'fatal' },
  });
  await plane.api.ended(changed.body.operation.id);
  await turn(id, 'revert');
  expect(await reached(id, 'reverted')).toMatchObject({ counts: { reverted: 4 } });
  const [first, ...others] = await Promise.all(names.map(settings));
  expect(first).toMatchObject({ LOG_LEVEL: 'warn', OWNER_ALERT_THRESHOLD: 'fatal', SNK_RETENTION_DAYS: '30' });
  for (const each of others) {
    expect(each).toMatchObject({ SNK_RETENTION_DAYS: '30' });
    expect(each.LOG_LEVEL).toBeUndefined();
  }
});

test('what stands still is resumed and the other way round; a restart leaves nothing to bring back', async () => {
  const [one = ''] = names;
  const single = await plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${one}/suspend`, {});
  await plane.api.ended(single.body.operation.id);
  const suspended = await start({ ...QUICK, change: { kind: 'suspend', reason: 'rapat' }, target: ALL });
  expect(await reached(suspended.id, 'succeeded')).toMatchObject({ counts: { succeeded: 3, skipped: 1 } });
  expect(await states()).toEqual(Array(4).fill('suspended'));

  const restarted = await start({ ...QUICK, change: RESTART, target: { all: true, states: ['suspended'] } });
  expect(await reached(restarted.id, 'succeeded')).toMatchObject({ counts: { skipped: 4 } });
  expect((await stores(restarted.id)).map(({ detail }) => detail)).toEqual(Array(4).fill('it is suspended'));
  const refused = await post(`/v1/rollouts/${restarted.id}/revert`);
  expect([refused.status, refused.body]).toEqual([409, expect.objectContaining({ code: 'ROLLOUT_STATE_CONFLICT' })]);

  await turn(suspended.id, 'revert');
  expect(await reached(suspended.id, 'reverted')).toMatchObject({ counts: { reverted: 3, skipped: 1 } });
  expect((await states()).sort()).toEqual(['running', 'running', 'running', 'suspended']);
  const resumed = await start({ ...QUICK, change: { kind: 'resume' }, target: ALL });
  expect(await reached(resumed.id, 'succeeded')).toMatchObject({ counts: { succeeded: 1, skipped: 3 } });
  expect(await states()).toEqual(Array(4).fill('running'));
});

test('a store that another operation holds is waited for, and another rollout does not take it', async () => {
  const [held = '', free = ''] = names;
  const upgrade = { image: 'never:1', withoutBackup: true };
  const holder = await plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${held}/upgrade`, upgrade);
  const { id } = await start({ ...QUICK, change: RESTART, target: { stores: [held, free] }, canary: 0 });
  await eventually(async () =>
    expect(await stores(id)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ store: free, state: 'succeeded' }),
        expect.objectContaining({
          store: held,
          state: 'waiting',
          detail: expect.stringContaining(holder.body.operation.id),
        }),
      ]),
    ),
  );
  const second = await post('/v1/rollouts', { change: RESTART, target: ALL });
  expect([second.status, second.body]).toEqual([
    409,
    expect.objectContaining({ code: 'ROLLOUT_IN_PROGRESS', detail: expect.stringContaining(id) }),
  ]);
  expect((await plane.api.call('POST', `/v1/operations/${holder.body.operation.id}/cancel`)).status).toBe(202);
  expect(await reached(id, 'succeeded')).toMatchObject({ counts: { succeeded: 2, failed: 0 } });
});

test('it is paused, and turns that come together agree; a store that was removed meanwhile is left out', async () => {
  const doomed = (await openStores(plane, 1))[0]?.store ?? '';
  const { id } = await start({
    ...QUICK,
    change: RESTART,
    target: { stores: [names[1] ?? '', doomed] },
    perMachine: 1,
  });
  const paused = await Promise.all(Array.from({ length: 5 }, () => turn(id, 'pause')));
  expect(paused.map(({ state }) => state)).toEqual(Array(5).fill('paused'));
  // Where the canary was the doomed one, it is done before it is removed.
  await eventually(async () => expect((await show(id)).counts.running).toBe(0));
  const done = (await stores(id)).find(({ store }) => store === doomed)?.state === 'succeeded';
  const removed = await plane.api.call<{ operation: Operation }>(
    'DELETE',
    `/v1/tenants/${doomed}?purge=true&withoutBackup=true`,
  );
  expect(await plane.api.ended(removed.body.operation.id)).toMatchObject({ state: 'succeeded' });
  const resumed = await Promise.all(Array.from({ length: 5 }, () => turn(id, 'resume')));
  expect(resumed.map(({ state }) => state)).not.toContain('paused');
  const ended = await reached(id, 'succeeded');
  expect(ended.counts).toMatchObject(done ? { succeeded: 2 } : { succeeded: 1, skipped: 1 });
  const mixed = await Promise.all([
    post(`/v1/rollouts/${id}/pause`),
    post(`/v1/rollouts/${id}/resume`),
    post(`/v1/rollouts/${id}/abort`),
  ]);
  expect(mixed.map(({ status }) => status)).toEqual([409, 409, 409]);
  const entries = await plane.db.query<{ action: string; actor: string }>(
    "SELECT action, actor FROM audit_log WHERE target = $1 AND action LIKE 'rollout.%' ORDER BY id",
    [`rollout:${id}`],
  );
  expect(entries.map(({ action }) => action)).toEqual(['rollout.start', 'rollout.pause', 'rollout.resume']);
});

test('it works for a key as long as that is in force; who resumes it takes its place', async () => {
  const { key, apiKey } = await newKey('operator');
  const request = { ...QUICK, change: RESTART, target: ALL, perMachine: 1 };
  const begun = await plane.api.as(key).call<Shown>('POST', '/v1/rollouts', request);
  const { id } = begun.body;
  await plane.db.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [apiKey.id]);
  const halted = await reached(id, 'halted');
  expect(halted).toMatchObject({ requestedBy: `key:${apiKey.id}`, reason: expect.stringContaining('not in force') });
  await turn(id, 'resume');
  expect(await reached(id, 'succeeded')).toMatchObject({ counts: { succeeded: 4 } });
});

test('a repeated request is answered as the first, and who only reads begins nothing', async () => {
  const request = { ...QUICK, change: RESTART, target: { stores: names.slice(0, 1) } };
  const headers = { 'idempotency-key': 'rollout-once' };
  const ask = () => plane.api.call<Shown>('POST', '/v1/rollouts', request, headers);
  const answers = await Promise.all([ask(), ask(), ask()]);
  expect(answers.map(({ status, body }) => [status, body.id])).toEqual(Array(3).fill([202, answers[0]?.body.id]));
  const id = answers[0]?.body.id ?? '';
  await reached(id, 'succeeded');

  const viewer = plane.api.as((await newKey('viewer')).key);
  for (const path of ['', `/${id}/pause`, `/${id}/resume`, `/${id}/abort`, `/${id}/revert`]) {
    const body = path === '' ? request : undefined;
    expect([path, (await viewer.call('POST', `/v1/rollouts${path}`, body)).status]).toEqual([path, 403]);
  }
  for (const path of ['', `/${id}`, `/${id}/stores`]) {
    expect([path, (await viewer.call('GET', `/v1/rollouts${path}`)).status]).toEqual([path, 200]);
  }
  expect((await viewer.call<Shown>('GET', `/v1/rollouts/${id}`)).body).toMatchObject({ state: 'succeeded' });
});

test('pages of rollouts and of their stores follow on each other', async () => {
  type Page = { rollouts: Shown[]; nextCursor: string | null };
  const page = async (query: string) => (await plane.api.call<Page>('GET', `/v1/rollouts?${query}`)).body;
  const whole = (await page('limit=200')).rollouts.map(({ id }) => id);
  const first = await page('limit=2');
  const next = await page(`limit=200&cursor=${first.nextCursor}`);
  expect([...first.rollouts, ...next.rollouts].map(({ id }) => id)).toEqual(whole);
  const { id } = await start({ ...QUICK, change: RESTART, target: ALL });
  await reached(id, 'succeeded');
  type Stores = { stores: { store: string; wave: number }[]; nextCursor: string | null };
  const some = async (query: string) =>
    (await plane.api.call<Stores>('GET', `/v1/rollouts/${id}/stores?${query}`)).body;
  const three = await some('limit=3&state=succeeded');
  const rest = await some(`limit=3&state=succeeded&cursor=${three.nextCursor}`);
  expect([...three.stores, ...rest.stores].map(({ store }) => store).sort()).toEqual([...names].sort());
  expect(rest.nextCursor).toBeNull();
});

test.each([
  ['an unknown store', { change: RESTART, target: { stores: ['nobody-here'] } }, 404],
  ['no store', { change: RESTART, target: { stores: [] } }, 400],
  ['no store in such a state', { change: RESTART, target: { all: true, states: ['removing'] } }, 404],
  ['stores and all', { change: RESTART, target: { all: true, stores: ['ani'] } }, 400],
  ['a secret', { change: { kind: 'configuration', env: { PAKASIR_API_KEY: 'x'.repeat(20) } }, target: ALL }, 400],
  ['a key of no use', { change: { kind: 'configuration', env: { PATH: '/tmp' } }, target: ALL }, 400],
  ['a composed key', { change: { kind: 'configuration', env: { HOST: '0.0.0.0' } }, target: ALL }, 400],
  ['a value of no use', { change: { kind: 'configuration', env: { LOG_LEVEL: 'loud' } }, target: ALL }, 400],
  ['a folder elsewhere', { change: { kind: 'configuration', env: { BACKUP_LOCAL_DIR: '/etc' } }, target: ALL }, 400],
  ['no change', { change: { kind: 'configuration' }, target: ALL }, 400],
  ['an option for an image', { change: to('--privileged'), target: ALL }, 400],
  ['an unknown change', { change: { kind: 'remove' }, target: ALL }, 400],
  ['shrinking waves', { change: RESTART, target: ALL, waves: [50, 10] }, 400],
  ['too many at one time', { change: RESTART, target: ALL, perMachine: 51 }, 400],
  ['a NUL', { change: { kind: 'suspend', reason: 'a\0b' }, target: ALL }, 400],
])('%s is refused, and nothing begins', async (_, request, status) => {
  const count = async () => (await plane.db.query('SELECT 1 FROM rollouts')).length;
  const before = await count();
  const answer = await post('/v1/rollouts', request);
  expect([answer.status, answer.body]).toEqual([status, expect.objectContaining({ code: expect.any(String) })]);
  expect(await count()).toBe(before);
});

test('what is not there is said, and a forged cursor is refused', async () => {
  for (const path of ['/v1/rollouts/nothing', '/v1/rollouts/nothing/stores']) {
    expect(await plane.api.call('GET', path)).toMatchObject({ status: 404, body: { code: 'ROLLOUT_NOT_FOUND' } });
  }
  expect(await post('/v1/rollouts/nothing/abort')).toMatchObject({ status: 404 });
  const [row] = await plane.db.query<{ id: string }>('SELECT id FROM rollouts LIMIT 1');
  for (const place of ['"1:2 OR 1=1"', '"99999999999:1"', '7', 'null', '{']) {
    const cursor = Buffer.from(place).toString('base64url');
    const answer = await plane.api.call('GET', `/v1/rollouts/${row?.id}/stores?cursor=${cursor}`);
    expect([place, answer.status]).toEqual([place, 400]);
  }
});

test('what ended long ago is forgotten, with its stores', async () => {
  const count = async () => (await plane.db.query('SELECT 1 FROM rollouts')).length;
  const before = await count();
  await plane.db.query(
    "UPDATE rollouts SET finished_at = now() - interval '91 days' WHERE seq = (SELECT min(seq) FROM rollouts)",
  );
  await plane.services.rollouts.expire();
  expect(await count()).toBe(before - 1);
  expect(
    await plane.db.query('SELECT 1 FROM rollout_stores WHERE rollout_id NOT IN (SELECT id FROM rollouts)'),
  ).toEqual([]);
});
