import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { backupsAvailable } from '../support/pg-tools.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';
import { ask, backupsOf, incidents, openStocked } from './support.ts';

const available = await backupsAvailable();

describe.skipIf(!available)('scheduled backups', () => {
  let plane: TestPlane;
  let offset = 0;
  const clock = { now: () => new Date(Date.now() + offset) };
  beforeAll(async () => {
    plane = await startPlane({ clock });
  });
  afterAll(() => plane?.close());

  const schedules = async (id: string) =>
    (await plane.services.jobs.schedules('backups', id)).map(({ recurrence }) => recurrence);
  const idOf = async (store: string) =>
    (await plane.db.query<{ id: string }>('SELECT id FROM tenants WHERE store = $1', [store]))[0]?.id as string;
  const due = (id: string) =>
    plane.db.query('INSERT INTO backup_requests (tenant_id, due_at) VALUES ($1, $2)', [id, clock.now()]);

  test('schedules follow the stores: their hour, their zone, whether they want one, and their end', async () => {
    const tenant = await openStocked(plane, 1);
    const id = await idOf(tenant.store);
    const hour = plane.env.BACKUP_TIME?.slice(0, 2);
    const another = plane.env.BACKUP_TIME === `${hour}:45` ? `${hour}:46` : `${hour}:45`;
    await eventually(
      async () => expect(await schedules(id)).toEqual([{ dailyAt: plane.env.BACKUP_TIME, timeZone: 'Asia/Jakarta' }]),
      30_000,
    );
    const set = async (env: Record<string, string | null>) => {
      const { body } = await plane.api.call<{ operation: { id: string } }>('PATCH', `/v1/tenants/${tenant.store}`, {
        env,
      });
      await plane.api.ended(body.operation.id);
    };
    await set({ BACKUP_TIME: another, BOT_TIMEZONE: 'Asia/Jayapura' });
    await eventually(
      async () => expect(await schedules(id)).toEqual([{ dailyAt: another, timeZone: 'Asia/Jayapura' }]),
      30_000,
    );
    await set({ BOT_TIMEZONE: 'Asia/Makassar' });
    await eventually(
      async () => expect(await schedules(id)).toEqual([{ dailyAt: another, timeZone: 'Asia/Makassar' }]),
      30_000,
    );
    await set({ ENABLE_AUTO_BACKUP: 'false' });
    await eventually(async () => expect(await schedules(id)).toEqual([]));
    await set({ ENABLE_AUTO_BACKUP: null });
    await eventually(async () => expect(await schedules(id)).toHaveLength(1));
    const { body } = await plane.api.call<{ operation: { id: string } }>('DELETE', `/v1/tenants/${tenant.store}`);
    await plane.api.ended(body.operation.id);
    await eventually(async () => expect(await schedules(id)).toEqual([]));
  });

  test('a store that is held keeps nobody waiting, and has its turn when it is let go, also after a restart', async () => {
    const held = await openStocked(plane, 1);
    const other = await openStocked(plane, 1);
    const [heldId, otherId] = [await idOf(held.store), await idOf(other.store)];
    const waiting = () => plane.db.query('SELECT tenant_id FROM backup_requests');
    const scheduled = [{ state: 'verified', reason: 'scheduled' }];
    await plane.db.query(
      `INSERT INTO operations (id, tenant_id, store, kind, state, params, requested_by, created_at, lease_owner, lease_until)
       VALUES ('held', $1, $2, 'stop', 'running', '{}', 'test', now(), 'somebody', now() + interval '1 hour')`,
      [heldId, held.store],
    );
    // It has waited longest: where it is not passed over, the other waits behind it.
    await due(heldId);
    await due(otherId);
    await ask(plane, `/v1/tenants/${other.store}/restart`);
    await eventually(async () => expect(await backupsOf(plane, other.store)).toMatchObject(scheduled));
    expect(await backupsOf(plane, held.store)).toEqual([]);
    expect(await waiting()).toEqual([{ tenant_id: heldId }]);
    await plane.restart(() => plane.db.query("DELETE FROM operations WHERE id = 'held'"));
    await eventually(async () => expect(await backupsOf(plane, held.store)).toMatchObject(scheduled));
    expect(await waiting()).toEqual([]);
  });

  test('a store without a good backup for more than a day is told, and a good one ends it', async () => {
    const tenant = await openStocked(plane, 1);
    const id = await idOf(tenant.store);
    offset = 27 * 3_600_000;
    await plane.restart();
    // Schedules that missed a turn had the time to ask for it.
    offset += 200_000;
    await eventually(
      async () => expect(await incidents(plane, tenant.store)).toEqual([{ kind: 'backup_overdue', open: true }]),
      60_000,
    );
    await due(id);
    await plane.restart();
    await eventually(
      async () => expect(await incidents(plane, tenant.store)).toEqual([{ kind: 'backup_overdue', open: false }]),
      60_000,
    );
  });
});
