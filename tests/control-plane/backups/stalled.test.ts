import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../../control-plane/api/contract/index.ts';
import { createStalled, watched } from '../../../control-plane/recovery/backups/making/watch.ts';
import { withSnapshot } from '../../../control-plane/recovery/backups/postgres/index.ts';
import { backupsAvailable } from '../support/pg-tools.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';
import { inStore, openStocked } from './support.ts';

const available = await backupsAvailable();
let plane: TestPlane;
beforeAll(async () => {
  const env = { ENABLE_AUTO_HEALTHCHECK: 'false', BACKUP_ENCRYPTION_PASSWORD: 'kata sandi cadangan' };
  plane = await startPlane({ env, intervals: { backupYieldMs: 1_000 } });
});
afterAll(() => plane.close());

const roleOf = ({ database }: Tenant) => database.replace(/^db_/, 'lapak_');
const newest = async ({ store }: Tenant): Promise<Operation> => {
  const { body } = await plane.api.call<{ operations: Operation[] }>('GET', `/v1/operations?store=${store}&limit=1`);
  return body.operations[0] as Operation;
};

/** A store that holds up whoever counts its rows, as the owner of its tables may, until it lets go. */
async function openSlow(): Promise<{ tenant: Tenant; release(): Promise<void> }> {
  const tenant = await openStocked(plane);
  const locked = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const holding = inStore(plane, tenant, async (query) => {
    await query(`SET ROLE ${roleOf(tenant)}`);
    await query('LOCK TABLE goods IN ACCESS EXCLUSIVE MODE');
    locked.resolve();
    await over.promise;
  });
  await Promise.race([locked.promise, holding]);
  return {
    tenant,
    release() {
      over.resolve();
      return holding;
    },
  };
}

/** Its turn has come, as when its hour strikes. */
async function backUpInTurn(tenant: Tenant): Promise<void> {
  await plane.db.query(
    'INSERT INTO backup_requests (tenant_id, due_at) SELECT id, now() FROM tenants WHERE store = $1',
    [tenant.store],
  );
  plane.services.activate.backups();
  await expect.poll(async () => (await newest(tenant)).kind).toBe('backup');
}

const connectionsTo = (...tenants: Tenant[]) =>
  plane.db.query("SELECT state FROM pg_stat_activity WHERE application_name = 'lapak-backup' AND datname = ANY($1)", [
    tenants.map(({ database }) => database),
  ]);

test.runIf(available)('two stores that hold up their backups delay no other one', async () => {
  const holders = [await openSlow(), await openSlow()];
  const slow = holders.map(({ tenant }) => tenant);
  const honest = await openStocked(plane);
  for (const tenant of slow) await backUpInTurn(tenant);
  await backUpInTurn(honest);
  expect((await plane.api.ended((await newest(honest)).id)).state).toBe('succeeded');
  for (const tenant of slow) {
    const { id, state } = await newest(tenant);
    expect(state).toBe('running');
    await plane.api.call('POST', `/v1/operations/${id}/cancel`);
    expect((await plane.api.ended(id)).state).toBe('cancelled');
  }
  await expect.poll(() => connectionsTo(...slow)).toEqual([]);
  for (const { release } of holders) await release();
});

test('a backup that comes no further is ended, says why, and leaves nothing at work in the cluster', async () => {
  const tenant = await openStocked(plane);
  const env = parseEnv(await readFile(join(tenant.folder, 'bot.env'), 'utf8'));
  const { username: role, password } = new URL(env.DATABASE_URL ?? '');
  const target = { clusterUrl: plane.databaseUrl('postgres'), database: tenant.database, role, password };
  const stalled = createStalled(() => {});
  const seen = new Set<string>();
  await inStore(plane, tenant, async (query) => {
    await query(`SET ROLE ${role}`);
    await query('LOCK TABLE goods IN ACCESS EXCLUSIVE MODE');
    const of = {
      file: join(plane.home, 'no-dump'),
      tenantId: 'a store',
      patience: { yieldMs: 100, stallMs: 2_000 },
      stalled: {
        ...stalled,
        begin(id: string) {
          seen.add(id);
          stalled.begin(id);
        },
      },
      signal: new AbortController().signal,
    };
    const work = watched(of, (watch) =>
      withSnapshot(target, (snapshot) => snapshot.count(watch.progressed), watch.signal),
    );
    await expect(work).rejects.toMatchObject({
      code: 'BACKUP_STALLED',
      message: expect.stringContaining('pg_stat_activity'),
    });
  });
  expect([...seen, stalled.ids()]).toEqual(['a store', []]);
  await expect.poll(() => connectionsTo(tenant)).toEqual([]);
});
