import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { eventually } from './support/eventually.ts';
import { startPlane, type TestPlane } from './support/plane.ts';
import { runtimesBelow } from './support/processes.ts';

let plane: TestPlane;
let tenant: Tenant;
beforeAll(async () => {
  plane = await startPlane();
  tenant = await plane.api.open({ telegramBotToken: plane.newBot().token });
});
afterAll(() => plane.close());

const post = (action: string) =>
  plane.api.call<Tenant & { operation: Operation }>('POST', `/v1/tenants/${tenant.store}/${action}`);
const live = () => runtimesBelow(tenant.folder);

test('a runtime that was killed comes back, and its store runs again', async () => {
  const [pid] = await live();
  process.kill(pid as number, 'SIGKILL');
  await eventually(async () => {
    const pids = await live();
    expect(pids).toHaveLength(1);
    expect(pids[0]).not.toBe(pid);
    expect(await plane.api.tenant(tenant.store)).toMatchObject({
      state: 'running',
      observed: { state: 'running', id: String(pids[0]) },
    });
  });
});

test('what died while no control plane ran is started by the next one', async () => {
  const other = await plane.api.open({ telegramBotToken: plane.newBot().token });
  const [pid] = await runtimesBelow(other.folder);
  await plane.restart(() => process.kill(pid as number, 'SIGKILL'));
  await eventually(async () => {
    expect(await runtimesBelow(other.folder)).toHaveLength(1);
    expect((await plane.api.tenant(other.store)).state).toBe('running');
  });
  expect(await runtimesBelow(other.folder)).not.toEqual([pid]);
});

test('a store that should rest and was started by hand in the rows is stopped at the next start', async () => {
  await plane.db.query("UPDATE tenants SET desired_state = 'stopped' WHERE store = $1", [tenant.store]);
  await plane.restart();
  await eventually(async () => expect(await live()).toEqual([]));
  await eventually(async () => expect((await plane.api.tenant(tenant.store)).state).toBe('stopped'));
});

test('a paused store is left as it is until it is unpaused', async () => {
  expect((await post('pause')).body).toMatchObject({ store: tenant.store, paused: true });
  await plane.db.query("UPDATE tenants SET desired_state = 'running' WHERE store = $1", [tenant.store]);
  const before = (await plane.api.tenant(tenant.store)).observed.at;
  await plane.restart();
  // The sweep came by: it saw that nothing runs, and said so.
  await eventually(async () =>
    expect(await plane.api.tenant(tenant.store)).toMatchObject({
      state: 'degraded',
      reason: expect.stringContaining('not running'),
    }),
  );
  expect(await live()).toEqual([]);
  expect(before).not.toBeNull();
  expect((await post('unpause')).body).toMatchObject({ paused: false });
  await eventually(async () => expect(await live()).toHaveLength(1));
});

test('a runtime that belongs to no store here is told of and left alone', async () => {
  const [pid] = await live();
  const [row] = await plane.db.query<{ id: string }>('SELECT id FROM tenants WHERE store = $1', [tenant.store]);
  // At rest, so that nothing is started by this name.
  await plane.db.query("UPDATE tenants SET store = 'someone-else', desired_state = 'stopped' WHERE id = $1", [row?.id]);
  await plane.restart();
  await eventually(() => expect(plane.logged()).toContain('a runtime belongs to no store that is known here'));
  const metrics = (await plane.api.as(null).call<string>('GET', '/metrics')).body;
  expect(metrics).toMatch(/^lapak_unknown_runtimes 1$/m);
  expect(await live()).toEqual([pid]);
  await plane.db.query('UPDATE tenants SET store = $2 WHERE id = $1', [row?.id, tenant.store]);
});
