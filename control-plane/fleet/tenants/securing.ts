import type { BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Db } from '../../../kernel/db.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Mutex } from '../../../kernel/mutex.ts';
import type { Databases } from '../databases/index.ts';
import { databaseName, roleName } from './naming.ts';
import { selectSlugs, selectTenant } from './sql.ts';

const HOUR_MS = 3_600_000;

/** Takes for the platform the databases that roles of stores own: those of before, and those that a person made anew. */
export function securingTask(deps: {
  db: Db;
  databases: Pick<Databases, 'ownedByStores' | 'secure'>;
  /** By tenant id. */
  locks: Mutex<string>;
  log: Log;
}): BackgroundTask {
  const { db, databases, locks, log } = deps;

  async function secure(store: string): Promise<void> {
    const tenant = await selectTenant(db, store);
    if (!tenant) return;
    const names = { tenantId: tenant.id, role: roleName(store), database: databaseName(store) };
    // One that an operation works on is taken the next time, or by the operation.
    await locks.tryRun(tenant.id, () => databases.secure(names));
  }

  return {
    name: 'store-databases',
    everyMs: HOUR_MS,
    async run(signal) {
      const owned = new Set(await databases.ownedByStores());
      if (owned.size === 0) return;
      for (const store of (await selectSlugs(db)).filter((slug) => owned.has(databaseName(slug)))) {
        if (signal.aborted) return;
        await secure(store).catch((error) =>
          log.warn({ store, err: error }, 'the database of a store was not secured'),
        );
      }
    },
  };
}
