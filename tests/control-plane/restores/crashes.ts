import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backup, Tenant } from '../../../control-plane/api/contract/index.ts';
import { createDb } from '../../../kernel/db.ts';
import { type Killable, startKillable } from '../support/killable.ts';
import type { StartServer } from '../support/server-process.ts';
import { asStore, backUp, stock, units } from './support.ts';

/** A dozen starts, one after the other, may take their time on a busy machine. */
const TIMEOUT_MS = 900_000;

/**
 * @param start how the control plane is run, in this process or in one of its own
 * @param where it is killed: at each place with a restore of its own, or at all of them in turn with two restores
 */
export function describeRestoreCrashes(start: StartServer, where: 'each' | 'in turn'): void {
  /*
   * The control plane is killed with SIGKILL in the middle of a restore. At that moment the store's database is the old one or
   * the new one, whole; the next start goes on with it.
   */
  let plane: Killable;
  let tenant: Tenant;
  let backup: Backup;

  beforeAll(async () => {
    plane = await startKillable(start);
    tenant = await plane.open('k');
    await stock(tenant);
    backup = await backUp(plane.api, tenant.store);
  });
  afterAll(() => plane?.close());

  /** What is in the store's database, read as the superuser: the store itself may be locked out for the moment. */
  async function productName(): Promise<string> {
    await plane.cluster.query(`ALTER DATABASE ${tenant.database} ALLOW_CONNECTIONS true`);
    const db = createDb({ connectionString: plane.databaseUrl(tenant.database), max: 1 });
    try {
      const [row] = await db.query<{ name: string }>('SELECT name FROM products');
      return row?.name ?? '';
    } finally {
      await db.close();
    }
  }

  const OLD = [
    'backup-dump.before',
    'backup-offsite.after',
    'scratch',
    'load.after',
    'count.after',
    'stop.after',
    'carry-over.after',
    'swap.before',
  ];
  const NEW = ['swap.after', 'runtime.after', 'healthy.after'];
  const places = [...OLD.map((place) => ({ place, whose: 'old' })), ...NEW.map((place) => ({ place, whose: 'new' }))];

  // Of a step that was at work at two ends of the process there is no third try: the two of loading have a restore each.
  const isLater = ({ place, whose }: { place: string; whose: string }) => place === 'scratch' || whose === 'new';
  const courses =
    where === 'each'
      ? places.map((place) => [place])
      : [places.filter((place) => !isLater(place)), places.filter(isLater)];

  test.each(courses.map((course) => [course.map(({ place }) => place).join(', '), course] as const))(
    'killed at %s the store is the old one or the new one, and the restore goes on',
    async (_, course) => {
      await asStore(tenant, (db) => db.query("UPDATE products SET name = 'Sekarang'"));
      await asStore(tenant, (db) => db.query('DELETE FROM stock_units WHERE id > 3'));
      const [first] = course;
      const without = first?.place.startsWith('backup') ? '' : '?withoutBackup=true';
      const operation = await plane.begin(`restore.${first?.place}`, `/v1/backups/${backup.id}/restore${without}`);
      for (const [index, { whose }] of course.entries()) {
        await plane.died();
        expect(await productName()).toBe(whose === 'old' ? 'Sekarang' : 'Akun');
        const next = course[index + 1];
        await plane.start(next && `restore.${next.place}`);
      }
      expect(await plane.api.ended(operation)).toMatchObject({ state: 'succeeded', attempt: 1 });
      expect(await productName()).toBe('Akun');
      expect(await units(tenant)).toHaveLength(5);
      expect(await plane.api.tenant(tenant.store)).toMatchObject({ state: 'running', operation: null });
      const left = await plane.cluster.query(
        "SELECT datname FROM pg_database WHERE starts_with(datname, $1 || '__restore_')",
        [tenant.database],
      );
      expect(left).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test('a drill that was killed leaves nothing behind, and is gone on with', async () => {
    const operation = await plane.killedAt(['drill.scratch'], `/v1/tenants/${tenant.store}/drills`);
    expect(operation).toMatchObject({ state: 'succeeded' });
    const left = await plane.cluster.query(
      "SELECT datname FROM pg_database WHERE starts_with(datname, $1 || '__drill_')",
      [tenant.database],
    );
    expect(left).toEqual([]);
  });
}
