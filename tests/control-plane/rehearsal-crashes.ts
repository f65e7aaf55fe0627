import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { createDb } from '../../kernel/db.ts';
import { migrate } from '../../kernel/migrate.ts';
import { type Killable, startKillable } from './support/killable.ts';
import { backupsAvailable } from './support/pg-tools.ts';
import { runtimesBelow } from './support/processes.ts';
import type { StartServer } from './support/server-process.ts';

const available = await backupsAvailable();

/** @param start how the control plane is run, in this process or in one of its own */
export function describeRehearsalCrashes(start: StartServer): void {
  /*
   * One rehearsal whose control plane is killed with SIGKILL again and again: after the effect of a line and before it is recorded,
   * and in the middle of those lines that put something into the world. Lines that only read stand for each other, and so does
   * one payment for the other: Pakasir takes a question in four seconds.
   */
  const after = (...lines: string[]) => lines.map((line) => `rehearse.${line}.after`);
  const PLACES = [
    ...after('updates', 'unpaid payment', 'backup'),
    'drill.scratch',
    ...after('restore'),
    'rehearsal.raised',
    'rehearsal.lowered',
    'rehearsal.killed',
    'rehearsal.returned',
    ...after('report'),
  ];
  const MINUTES = 60_000;
  const pakasir = { slug: 'latihan', apiKey: 'key-of-a-sandbox-project' };

  let plane: Killable;
  let tenant: Tenant;

  const filler = () => join(tenant.folder, 'logs', 'rehearsal.fill');
  const openIncidents = () => control<{ key: string }>('SELECT key FROM incidents WHERE closed_at IS NULL');

  async function control<T>(text: string, values: unknown[] = []): Promise<T[]> {
    const db = createDb({ connectionString: plane.databaseUrl(plane.env.LAPAK_CONTROL_DATABASE as string), max: 1 });
    try {
      return await db.query<T>(text, values);
    } finally {
      await db.close();
    }
  }

  const detailOf = ({ steps }: Operation, line: string) => steps.find(({ name }) => name === line)?.detail;

  describe.runIf(available)('a rehearsal that is killed', () => {
    beforeAll(async () => {
      plane = await startKillable(start, {
        LAPAK_PUBLIC_URL: 'https://shops.example.com',
        LAPAK_TENANT_READY_TIMEOUT: '60',
        // Only who cancels ends what was told: nothing else looks at the store.
        ENABLE_AUTO_HEALTHCHECK: 'false',
        HEALTH_CPU_THRESHOLD: '100',
        HEALTH_MEMORY_THRESHOLD: '100',
        HEALTH_DISK_THRESHOLD: '100',
      });
      plane.sandbox.pakasir.createProject({ ...pakasir, sandbox: true });
      plane.sandbox.pakasir.rates.setStrict(true);
      tenant = await plane.open('z', { pakasir });
      // The fake runtime keeps no tables; a real one makes them as the role of its store.
      const role = `lapak_${tenant.store}`;
      await migrate(`${plane.databaseUrl(tenant.database)}?options=-c%20role%3D${role}`, 'migrations/tenant');
    }, 5 * MINUTES);
    afterAll(() => plane?.close());

    test('at its lines goes on, ends, and leaves nothing behind', { timeout: 10 * MINUTES }, async () => {
      const operation = await plane.killedAt(PLACES, `/v1/tenants/${tenant.store}/rehearse`);
      expect(operation).toMatchObject({ kind: 'rehearse', state: 'succeeded', attempt: 1, error: null });
      expect(detailOf(operation, 'updates')).toBe(
        `ok: Telegram posts to https://shops.example.com/${tenant.store}/telegram without a fault; 0 updates wait at Telegram`,
      );
      expect(detailOf(operation, 'unpaid payment')).toMatch(/^ok: .*its order was left to an earlier try$/);
      expect(detailOf(operation, 'paid payment')).toMatch(/^warning: .*paid by simulation, and Pakasir says so/);
      expect(detailOf(operation, 'alert')).toMatch(/^ok: /);
      expect(detailOf(operation, 'memory and disk')).toMatch(/^ok: /);
      expect(detailOf(operation, 'kill')).toMatch(/^warning: killed without warning, ready again; .* not counted/);

      expect(existsSync(filler())).toBe(false);
      const scratch = await plane.cluster.query('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
        `${tenant.database}__`,
      ]);
      expect(scratch).toEqual([]);
      expect(await runtimesBelow(tenant.folder)).toHaveLength(1);
      const transactions = plane.sandbox.pakasir.ledger.list().map(({ status }) => status);
      expect(transactions.sort()).toEqual(['canceled', 'completed']);
    });

    test('was one kill, which is no crash, and its incidents are over', { timeout: 5 * MINUTES }, async () => {
      await expect
        .poll(async () => (await plane.api.call('POST', `/v1/tenants/${tenant.store}/health`)).status, {
          timeout: MINUTES,
        })
        .toBe(200);
      const memory = await control<{ restarts: number; crashes: number }>(
        'SELECT restarts, crashes FROM tenant_health h JOIN tenants t ON t.id = h.tenant_id WHERE t.store = $1',
        [tenant.store],
      );
      expect(memory).toEqual([{ restarts: 1, crashes: 0 }]);
      expect(await openIncidents()).toEqual([]);
    });

    test('while the logs are filled, and then cancelled, takes everything back', { timeout: 5 * MINUTES }, async () => {
      // Nothing is paid this time: Pakasir refuses at once.
      plane.sandbox.pakasir.createProject({ ...pakasir, apiKey: 'another-key-than-the-store' });
      const id = await plane.begin('rehearsal.raised', `/v1/tenants/${tenant.store}/rehearse`);
      await plane.died();
      expect(existsSync(filler())).toBe(true);
      expect(await openIncidents()).toEqual([{ key: expect.stringMatching(/^health:.*:logs$/) }]);
      await control('UPDATE operations SET cancel_requested = true WHERE id = $1', [id]);
      await plane.start();
      expect(await plane.api.ended(id)).toMatchObject({ state: 'cancelled' });
      expect(existsSync(filler())).toBe(false);
      await expect.poll(openIncidents, { timeout: MINUTES }).toEqual([]);
    });
  });
}
