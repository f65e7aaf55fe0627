import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { eventually } from './support/eventually.ts';
import { type Killable, startKillable } from './support/killable.ts';
import { upgradeWithout } from './support/pg-tools.ts';
import { runtimesBelow } from './support/processes.ts';
import type { StartServer } from './support/server-process.ts';

/** @param start how the control plane is run, in this process or in one of its own */
export function describeUpgradeCrashes(start: StartServer): void {
  /*
   * One upgrade, and one that is rolled back, whose control plane is killed with SIGKILL at every step in turn: after the
   * effect and before it is recorded. Each next one goes on until it is killed at the step after.
   */
  const BACKUP = ['dump', 'seal', 'verify', 'offsite'].map((step) => `backup-${step}`);
  const UP = ['image', ...BACKUP, 'revision', 'ports', 'files', 'ingress', 'runtime'];
  const READY = ['healthy', 'webhook', 'watch'];
  const BACK = ['revision', 'ports', 'files', 'ingress', 'runtime', 'healthy', 'webhook'].map(
    (step) => `rollback-${step}`,
  );
  const after = (steps: readonly string[]) => steps.map((step) => `upgrade.${step}.after`);

  let plane: Killable;
  let tenant: Tenant;

  beforeAll(async () => {
    plane = await startKillable(start, {
      LAPAK_PUBLIC_URL: 'https://shops.example.com',
      LAPAK_TENANT_READY_TIMEOUT: '6',
      LAPAK_UPGRADE_WATCH: '1',
    });
    tenant = await plane.open('s', { image: 'good:1' });
  });
  afterAll(() => plane?.close());

  const upgradeKilledAt = async (image: string, places: readonly string[]): Promise<Operation> =>
    plane.killedAt(places, `/v1/tenants/${tenant.store}/upgrade`, { image, ...(await upgradeWithout()) });

  /** The backup is left out where there is no pg_dump, and so is its copy where none is made. */
  const told = ({ steps }: Operation) =>
    steps.map((step) =>
      BACKUP.includes(step.name) && step.state === 'skipped' ? { ...step, state: 'succeeded' } : step,
    );

  async function expectServing(image: string): Promise<void> {
    const shown = await plane.api.tenant(tenant.store);
    expect(shown).toMatchObject({ state: 'running', image, operation: null });
    expect(await runtimesBelow(tenant.folder)).toHaveLength(1);
    expect((await fetch(`http://127.0.0.1:${shown.ports?.telegram}/readyz`)).status).toBe(200);
    await eventually(async () => {
      const { observed, generation } = await plane.api.tenant(tenant.store);
      expect(observed).toMatchObject({ state: 'running', generation });
    });
  }

  test('an upgrade goes on after a SIGKILL at every step', async () => {
    // Each point within the backup has a test of its own.
    const killed = [...UP, ...READY].filter((step) => step !== 'backup-seal' && step !== 'backup-offsite');
    const operation = await upgradeKilledAt('good:2', after(killed));
    expect(operation).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(told(operation).map(({ name, state }) => `${name} ${state}`)).toEqual(
      [...UP, ...READY].map((name) => `${name} succeeded`),
    );
    await expectServing('good:2');
  });

  test('so does one that has to go back, on the way there and on the way back', async () => {
    const operation = await upgradeKilledAt('never:1', [
      ...after(UP.filter((step) => !BACKUP.includes(step))),
      'upgrade.rollback-revision.before',
      ...after(BACK),
    ]);
    expect(operation).toMatchObject({ state: 'failed', attempt: 1, error: { code: 'UPGRADE_ROLLED_BACK' } });
    expect(operation.error?.message).toContain('no update arrives');
    expect(
      told(operation)
        .filter(({ state }) => state !== 'succeeded')
        .map(({ name, state }) => `${name} ${state}`),
    ).toEqual(['healthy failed', 'webhook skipped', 'watch skipped']);
    await expectServing('good:2');
  });
}
