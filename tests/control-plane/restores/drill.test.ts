import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backup, Drill, Operation, Tenant } from '../../../control-plane/api/contract/index.ts';
import { requestDrills } from '../../../control-plane/recovery/drills/index.ts';
import { newSlug } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';
import { runtimesBelow } from '../support/processes.ts';
import { accepted, backUp, stock } from './support.ts';

let plane: TestPlane;
let tenant: Tenant;
let backup: Backup;

beforeAll(async () => {
  plane = await startPlane();
  tenant = await plane.api.open({ store: newSlug('d'), telegramBotToken: plane.newBot().token });
  await stock(tenant);
  backup = await backUp(plane.api, tenant.store);
});
afterAll(() => plane.close());

const drills = async () =>
  (await plane.api.call<{ drills: Drill[] }>('GET', `/v1/drills?store=${tenant.store}`)).body.drills;
const scratches = () =>
  plane.db.query("SELECT datname FROM pg_database WHERE starts_with(datname, $1 || '__drill_')", [tenant.database]);
const incidents = () =>
  plane.db.query<{ kind: string; open: boolean }>(
    "SELECT kind, closed_at IS NULL AS open FROM incidents WHERE kind = 'drill_failed' AND store = $1",
    [tenant.store],
  );
const metrics = async () => (await fetch(`${plane.url}/metrics`)).text();

test('a drill restores the newest backup beside the store, which goes on, and drops it', async () => {
  const before = await runtimesBelow(tenant.folder);
  expect(await accepted(plane.api, `/v1/tenants/${tenant.store}/drills`)).toMatchObject({
    kind: 'drill',
    state: 'succeeded',
  });
  expect(await runtimesBelow(tenant.folder)).toEqual(before);
  expect(await scratches()).toEqual([]);
  const [drill] = await drills();
  expect(drill).toMatchObject({ backup: backup.id, result: 'passed' });
  expect(drill?.rows).toBeGreaterThan(6);
  expect(await metrics()).toMatch(/lapak_drills_total\{result="passed"\} 1/);
});

test('a backup that does not hold what it should is told once, and told when it is over', async () => {
  await plane.db.query(`UPDATE backups SET row_counts = row_counts || '{"public.products": 2}' WHERE id = $1`, [
    backup.id,
  ]);
  const failed = await accepted(plane.api, `/v1/tenants/${tenant.store}/drills`);
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'BACKUP_DAMAGED' } });
  expect(failed.error?.message).toContain('public.products: 1 instead of 2');
  await eventually(async () => expect(await scratches()).toEqual([]));
  expect(await incidents()).toEqual([{ kind: 'drill_failed', open: true }]);
  expect((await drills())[0]).toMatchObject({ result: 'failed' });
  expect(await plane.api.tenant(tenant.store)).toMatchObject({ state: 'running' });

  await plane.db.query(`UPDATE backups SET row_counts = row_counts || '{"public.products": 1}' WHERE id = $1`, [
    backup.id,
  ]);
  expect(await accepted(plane.api, `/v1/tenants/${tenant.store}/drills`)).toMatchObject({ state: 'succeeded' });
  expect(await incidents()).toEqual([{ kind: 'drill_failed', open: false }]);
});

test('all stores are drilled when they are asked for, each as its turn comes', async () => {
  const { status, body } = await plane.api.call<{ stores: string[] }>('POST', '/v1/drills');
  expect({ status, body }).toEqual({ status: 202, body: { stores: [tenant.store] } });
  await eventually(async () => expect(await drills()).toHaveLength(4));
  expect(await plane.db.query('SELECT 1 FROM drill_requests')).toEqual([]);
});

test('every store is drilled within a week of nights', async () => {
  const days = 86_400_000;
  const clones = 20;
  await plane.db.query(
    `INSERT INTO tenants SELECT (json_populate_record(t, json_build_object('id', gen_random_uuid(), 'store', 'n' || n,
       'bot_id', 10 + n))).* FROM tenants t, generate_series(1, ${clones}) AS n WHERE t.store = $1`,
    [tenant.store],
  );
  await plane.db.query(
    `INSERT INTO backups (id, tenant_id, store, gateway, operation_id, reason, state, file, attempt, password_sealed, image, started_at)
     SELECT store, id, store, 'qris', store, 'manual', 'verified', store, 1, 'none', 'none', now() FROM tenants WHERE store ~ '^n\\d+$'`,
  );
  const drilled = new Map<string, number>();
  await plane.db.tx(async (tx) => {
    for (let night = 0; night < 7; night++) {
      const now = new Date(Date.now() + night * days);
      const chosen = await requestDrills(tx, { now, before: new Date(now.getTime() - 6.5 * days), share: 1 / 6 });
      expect(chosen.length).toBeLessThanOrEqual(5);
      for (const store of chosen) {
        drilled.set(store, night);
        await tx.query(
          `INSERT INTO drills (operation_id, tenant_id, store, backup_id, result, detail, seconds, at)
           SELECT $1 || ' ' || $2, id, store, (SELECT id FROM backups b WHERE b.tenant_id = t.id LIMIT 1), 'passed', '', 1, $3
           FROM tenants t WHERE store = $1`,
          [store, night, now],
        );
      }
      await tx.query('DELETE FROM drill_requests');
    }
    await tx.query("DELETE FROM drills WHERE store ~ '^n'");
    await tx.query("DELETE FROM backups WHERE store ~ '^n'");
    await tx.query("DELETE FROM tenants WHERE store ~ '^n'");
  });
  expect(drilled.size).toBe(clones + 1);
});

test('a store without a backup has nothing to drill', async () => {
  const other = await plane.api.open({ store: newSlug('e'), telegramBotToken: plane.newBot().token });
  const answer = await plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${other.store}/drills`);
  expect(answer).toMatchObject({ status: 404, body: { code: 'BACKUP_NOT_FOUND' } });
});
