import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ShardDetails, Tenant } from '../../control-plane/api/contract/index.ts';
import { newSlug, storeRequest } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { type Killable, startKillable } from './support/killable.ts';
import { runtimesBelow } from './support/processes.ts';
import type { StartServer } from './support/server-process.ts';

const TIMEOUT_MS = 300_000;

/**
 * @param start how the control plane is run, in this process or in one of its own
 * @param where it is killed: at every step, or at those that place, leave and start a store
 */
export function describeMoveCrashes(start: StartServer, where: 'every step' | 'its own steps'): void {
  /*
   * A store is opened in a shard, moved out, moved back in, and brought back from a shard where it does not serve, while the
   * control plane is killed with SIGKILL at every step in turn. Each next one goes on until it is killed at the step after.
   */
  const UP = ['files', 'ingress', 'runtime', 'healthy', 'webhook'];
  const PROVISION = ['ports', 'shard', 'database', ...UP];
  const MOVE = ['place', 'leave', 'ports', ...UP];
  const BACK = ['revision', 'ports', ...UP].map((step) => `rollback-${step}`);
  const OWN = /^(rollback-)?(shard|place|leave|revision|runtime)$/;
  const after = (kind: string, steps: readonly string[]) =>
    steps.filter((step) => where === 'every step' || OWN.test(step)).map((step) => `${kind}.${step}.after`);

  let plane: Killable;
  let tenant: Tenant;

  beforeAll(async () => {
    plane = await startKillable(start, {
      LAPAK_TENANT_READY_TIMEOUT: '6',
    });
  });
  afterAll(async () => {
    await plane?.kill();
    for (const pid of await runtimesBelow(join(plane.home, 'shards'))) process.kill(pid, 'SIGKILL');
    await plane?.close();
  });

  const shards = async () =>
    (await plane.api.call<{ shards: ShardDetails['shard'][] }>('GET', '/v1/shards')).body.shards.map(
      ({ name, stores }) => ({ name, stores }),
    );

  /** Starts and ends take turns: at no moment did it run twice. */
  async function expectServing(where: Partial<Tenant>): Promise<void> {
    await eventually(async () => {
      const shown = await plane.api.tenant(tenant.store);
      expect(shown).toMatchObject({ state: 'running', operation: null, ...where });
      expect(shown.observed).toMatchObject({ state: 'running', generation: shown.generation });
      expect((await fetch(`http://127.0.0.1:${shown.ports?.telegram}/readyz`)).status).toBe(200);
    });
    expect(await runtimesBelow(tenant.folder)).toHaveLength(where.runtime === 'dedicated' ? 1 : 0);
    const life = (await readFile(join(tenant.folder, 'logs', 'life.log'), 'utf8')).trim().split('\n');
    const whats = life.map((line) => line.split(' ')[0]);
    expect(whats).toEqual(whats.map((_, n) => (n % 2 === 0 ? 'start' : 'end')));
    expect(whats.at(-1)).toBe('start');
  }

  test('a pooled store is opened after a SIGKILL at every step', { timeout: TIMEOUT_MS }, async () => {
    const body = storeRequest({ store: newSlug('p'), telegramBotToken: plane.newToken(), runtime: 'pooled' });
    const operation = await plane.killedAt(after('provision', PROVISION), '/v1/tenants', body);
    expect(operation).toMatchObject({ kind: 'provision', state: 'succeeded', attempt: 1 });
    tenant = await plane.api.tenant(body.store);
    await expectServing({ runtime: 'pooled', shard: 'shard-1' });
    expect(await shards()).toEqual([{ name: 'shard-1', stores: 1 }]);
  });

  test.each([
    ['out', 'dedicated', null],
    ['back in', 'pooled', 'shard-1'],
  ] as const)('it moves %s', { timeout: TIMEOUT_MS }, async (_, runtime, shard) => {
    const path = `/v1/tenants/${tenant.store}/move`;
    const operation = await plane.killedAt(after('move', MOVE), path, { runtime });
    expect(operation).toMatchObject({ kind: 'move', state: 'succeeded', attempt: 1 });
    await expectServing({ runtime, shard });
    expect(await shards()).toEqual([{ name: 'shard-1', stores: shard ? 1 : 0 }]);
  });

  test('one that does not serve in a shard goes back', { timeout: TIMEOUT_MS }, async () => {
    tenant = await plane.open('q', { storeName: 'alone it serves' });
    const path = `/v1/tenants/${tenant.store}/move`;
    const places = [...after('move', ['place', 'leave', 'runtime']), ...after('move', BACK)];
    const operation = await plane.killedAt(places, path, { runtime: 'pooled' });
    expect(operation).toMatchObject({ state: 'failed', attempt: 1, error: { code: 'MOVE_ROLLED_BACK' } });
    await expectServing({ runtime: 'dedicated', shard: null });
  });
}
