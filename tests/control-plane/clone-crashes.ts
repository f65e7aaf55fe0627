import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '../../control-plane/api/contract/index.ts';
import { createDb } from '../../kernel/db.ts';
import { migrate } from '../../kernel/migrate.ts';
import { newSlug } from './support/api.ts';
import { type Killable, startKillable } from './support/killable.ts';
import { runtimesBelow } from './support/processes.ts';
import type { StartServer } from './support/server-process.ts';

/** @param start how the control plane is run, in this process or in one of its own */
export function describeCloneCrashes(start: StartServer): void {
  /*
   * One clone and one suspension whose control plane is killed with SIGKILL at each step of their own in turn: after the effect
   * and before it is recorded. Each next one goes on until it is killed at the step after.
   */
  const CLONE = ['database', 'tables', 'copy', 'runtime', 'photos'].map((step) => `clone.${step}.after`);
  const SUSPEND = ['suspend.stop.before', 'suspend.stop.after', 'suspend.webhook.after'];
  const RESUME = ['resume.runtime.after', 'resume.webhook.after'];

  let plane: Killable;
  let source: Tenant;

  beforeAll(async () => {
    plane = await startKillable(start, { LAPAK_PUBLIC_URL: 'https://shops.example.com' });
    source = await plane.open('x');
    // The fake runtime keeps no tables; a real one makes them as the role of its store.
    const role = `lapak_${source.store}`;
    await migrate(`${plane.databaseUrl(source.database)}?options=-c%20role%3D${role}`, 'migrations/tenant');
    const db = createDb({ connectionString: plane.databaseUrl(source.database), max: 1 });
    await db.query("INSERT INTO products (code, name, price, photo_file_id) VALUES ('net', 'Netflix', 50000, 'gone')");
    await db.close();
  });
  afterAll(() => plane?.close());

  test('a clone that is killed at every step of its own becomes one whole shop', { timeout: 300_000 }, async () => {
    const pakasir = { slug: 'demo', apiKey: 'kunci-rahasia' };
    const store = newSlug('y');
    const body = { store, telegramBotToken: plane.newToken(), pakasir };
    const operation = await plane.killedAt(CLONE, `/v1/tenants/${source.store}/clone`, body);
    expect(operation).toMatchObject({ kind: 'clone', state: 'succeeded', attempt: 1 });
    expect(operation.steps.at(-1)?.detail).toBe('0 carried over; to be set anew: 1 (net)');
    const tenant = await plane.api.tenant(store);
    expect(tenant).toMatchObject({ state: 'running' });
    const db = createDb({ connectionString: plane.databaseUrl(tenant.database), max: 1 });
    expect(await db.query('SELECT code, name, photo_file_id FROM products')).toEqual([
      { code: 'net', name: 'Netflix', photo_file_id: null },
    ]);
    await db.close();
  });

  test('a suspension and a resumption that are killed at every step end where they should', {
    timeout: 300_000,
  }, async () => {
    const path = `/v1/tenants/${source.store}`;
    expect(await plane.killedAt(SUSPEND, `${path}/suspend`, { reason: 'pindahan' })).toMatchObject({
      state: 'succeeded',
    });
    expect(await plane.api.tenant(source.store)).toMatchObject({ state: 'suspended', reason: 'pindahan' });
    expect(await runtimesBelow(source.folder)).toEqual([]);
    expect(await plane.killedAt(RESUME, `${path}/resume`)).toMatchObject({ state: 'succeeded' });
    expect(await plane.api.tenant(source.store)).toMatchObject({ state: 'running', reason: null });
    expect(await runtimesBelow(source.folder)).toHaveLength(1);
  });
}
