import type { Db } from '../../../kernel/db.ts';
import type { Log } from '../../../kernel/log.ts';
import type { AlertSink } from '../../platform/alerting.ts';
import type { Driver, Observation } from '../drivers/index.ts';
import { selectSlugs, selectTenant } from '../tenants/index.ts';

/** Runtimes of ours without a store. One may belong to another control plane: it is told, never touched. */
export type Orphans = {
  /** What runs now without a store. */
  list(): Promise<Observation[]>;
  /** Tells the owners of those that are new and of those that are gone, given what a sweep found no store for. */
  report(candidates: readonly string[]): Promise<void>;
};

const KEY = 'orphan:';

export function createOrphans(deps: {
  db: Db;
  driver: Driver;
  alerts: AlertSink;
  metrics: { unknownRuntimes(count: number): void };
  log: Log;
}): Orphans {
  const { db, driver, alerts, metrics, log } = deps;
  let known = new Set<string>();

  /** Looked at again: a store may have been opened or closed while the sweep went by. */
  async function confirmed(store: string): Promise<Observation | undefined> {
    const seen = await driver.observe(store);
    return seen.state !== 'missing' && !(await selectTenant(db, store)) ? seen : undefined;
  }

  return {
    async list() {
      const seen = await driver.observeAll();
      const slugs = new Set(await selectSlugs(db));
      return seen.filter(({ store }) => !slugs.has(store));
    },
    async report(candidates) {
      const found = (await Promise.all(candidates.map(confirmed))).filter((seen) => seen !== undefined);
      metrics.unknownRuntimes(found.length);
      for (const { store } of found) {
        if (!known.has(store))
          log.warn({ store }, 'a runtime belongs to no store that is known here; it is left alone');
      }
      known = new Set(found.map(({ store }) => store));
      const incidents = found.map((seen) => ({
        kind: 'orphan_runtime' as const,
        key: `${KEY}${seen.store}`,
        severity: 'warn' as const,
        detail: `${seen.store}: ${seen.state}${seen.id ? `, ${seen.id.slice(0, 12)}` : ''}`,
      }));
      await db.tx((tx) => alerts.converge(tx, KEY, incidents));
    },
  };
}
