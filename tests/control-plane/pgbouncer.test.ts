import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation } from '../../control-plane/api/contract/index.ts';
import { parseControlPlaneConfig } from '../../control-plane/platform/config.ts';
import { createControlPlane } from '../../control-plane/server.ts';
import { createDb } from '../../kernel/db.ts';
import { createLog } from '../../kernel/log.ts';
import { noPgBouncer, startPgBouncer, type TestPgBouncer } from '../support/pgbouncer.ts';
import { testDatabase } from '../support/postgres.ts';
import { startTestStore } from '../support/store.ts';
import { backUp, stock, units } from './restores/support.ts';
import { backupsAvailable } from './support/pg-tools.ts';
import { planeEnvironment, startPlane, type TestPlane } from './support/plane.ts';

describe.skipIf(noPgBouncer)('behind PgBouncer in session mode', () => {
  let bouncer: TestPgBouncer;
  let plane: TestPlane;
  beforeAll(async () => {
    bouncer = await startPgBouncer('session');
    plane = await startPlane({ env: { DATABASE_URL: bouncer.url() } });
  });
  afterAll(async () => {
    await plane?.close();
    await bouncer?.close();
  });

  test('a store is opened, backed up and removed', async () => {
    const tenant = await plane.api.open({ telegramBotToken: plane.newBot().token });
    await stock(tenant);
    expect(await units(tenant)).toHaveLength(5);
    if (await backupsAvailable()) expect(await backUp(plane.api, tenant.store)).toMatchObject({ state: 'verified' });
    const removal = await plane.api.call<{ operation: Operation }>('DELETE', `/v1/tenants/${tenant.store}?purge=true`);
    expect(await plane.api.ended(removal.body.operation.id)).toMatchObject({ state: 'succeeded' });
  });

  test('a lock is one for all connections', async () => {
    const [one, two] = [createDb({ connectionString: bouncer.url() }), createDb({ connectionString: bouncer.url() })];
    expect(await one.withLock('pooled', () => two.withLock('pooled', async () => 'twice'))).toBeUndefined();
    await Promise.all([one.close(), two.close()]);
  });
});

describe.skipIf(noPgBouncer)('behind PgBouncer in transaction mode', () => {
  let bouncer: TestPgBouncer;
  beforeAll(async () => {
    bouncer = await startPgBouncer('transaction');
  });
  afterAll(() => bouncer?.close());

  test('a control plane does not start, and says what to set', async () => {
    const env = { ...(await planeEnvironment('http://127.0.0.1:1')), DATABASE_URL: bouncer.url() };
    const log = createLog({ service: 'pooled', level: 'silent' });
    await expect(createControlPlane(parseControlPlaneConfig(env, '/'), { log }).start()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('Set pool_mode = session'),
    });
  });

  test('nor does a store', async () => {
    const database = await testDatabase('tenant');
    const shop = await startTestStore({ start: false, env: { DATABASE_URL: bouncer.url(database.name) } });
    await expect(shop.store.start()).rejects.toThrow('Set pool_mode = session');
    await shop.close();
    await database.drop();
  });
});
