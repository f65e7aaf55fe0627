import type { Clock } from '../../kernel/clock.ts';
import type { Db } from '../../kernel/db.ts';
import { errorMessage } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Driver, Observation } from '../drivers/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { TenantLocks } from '../tenant-locks.ts';
import { selectTenant, selectTenants, type TenantRow } from '../tenants/index.ts';
import { inParallel } from './in-parallel.ts';
import type { Mended, Mender } from './mender.ts';

export type Reconciler = {
  /** Looks at every store now, then on every event of the driver and every 20 seconds. */
  start(): void;
  /** Looks at one store soon. */
  nudge(store: string): void;
  stop(): Promise<void>;
};

const SWEEP_EVERY_MS = 20_000;
/** Stores that are looked at side by side. */
const AT_ONCE = 8;
const PAGE = 200;
/** First of the looks, doubling, at a store that is not yet where it should be. */
const LOOK_AGAIN_MS = 500;

export type ReconcilerParts = {
  db: Db;
  clock: Clock;
  log: Log;
  driver: Driver;
  locks: TenantLocks;
  metrics: Metrics;
  mender: Mender;
};

export function createReconciler(parts: ReconcilerParts): Reconciler {
  const { db, log, driver, locks, metrics, mender } = parts;
  const stopping = new AbortController();
  const reported = new Set<string>();
  const atWork = new Set<Promise<void>>();
  const visits = new Map<string, NodeJS.Timeout>();
  let timer: NodeJS.Timeout | undefined;

  /** One that is not yet where it should be, or whose turn somebody else has, is looked at again after a while. */
  async function look(tenant: TenantRow, seen: Observation, againAfterMs: number): Promise<readonly string[]> {
    let mended: Mended | undefined;
    try {
      mended = await locks.tryRun(tenant.id, () => mender.mend(tenant.id, seen, stopping.signal));
    } catch (error) {
      if (!stopping.signal.aborted) log.error({ store: tenant.store, err: error }, 'a store could not be reconciled');
    }
    if (!mended?.settled) lookAgain(tenant.store, againAfterMs);
    return mended?.actions ?? [];
  }

  /** People see it arrive before the next sweep. */
  function lookAgain(store: string, afterMs: number): void {
    if (afterMs > SWEEP_EVERY_MS || stopping.signal.aborted) return;
    clearTimeout(visits.get(store));
    const next = () => {
      visits.delete(store);
      track(visit(store, afterMs * 2));
    };
    visits.set(store, setTimeout(next, afterMs));
  }

  async function sweep(): Promise<void> {
    const began = parts.clock.now().getTime();
    const unknown = new Map((await driver.observeAll()).map((seen) => [seen.store, seen]));
    const actions: string[] = [];
    for await (const page of pages()) {
      await inParallel(AT_ONCE, page, async (tenant) => {
        const seen = unknown.get(tenant.store) ?? { store: tenant.store, state: 'missing' as const };
        unknown.delete(tenant.store);
        if (!stopping.signal.aborted) actions.push(...(await look(tenant, seen, LOOK_AGAIN_MS)));
      });
    }
    report([...unknown.keys()]);
    metrics.reconciled((parts.clock.now().getTime() - began) / 1000, actions);
  }

  async function* pages(): AsyncGenerator<TenantRow[]> {
    let after: string | null = null;
    for (;;) {
      const page: TenantRow[] = await selectTenants(db, { state: null, text: null, after, limit: PAGE });
      yield page;
      if (page.length < PAGE) return;
      after = page.at(-1)?.store ?? null;
    }
  }

  /** A runtime of ours without a tenant may belong to another control plane: it is told, never touched. */
  function report(unknown: readonly string[]): void {
    metrics.unknownRuntimes(unknown.length);
    for (const store of unknown) {
      if (reported.has(store)) continue;
      reported.add(store);
      log.warn({ store }, 'a runtime belongs to no store that is known here; it is left alone');
    }
  }

  async function visit(store: string, againAfterMs: number): Promise<void> {
    const tenant = await selectTenant(db, store);
    if (tenant) metrics.reconciledOne(await look(tenant, await driver.observe(store), againAfterMs));
  }

  function track(work: Promise<void>): Promise<void> {
    const tracked: Promise<void> = work
      .catch((error) => {
        if (!stopping.signal.aborted) log.error({ err: error, reason: errorMessage(error) }, 'reconciling failed');
      })
      .finally(() => atWork.delete(tracked));
    atWork.add(tracked);
    return tracked;
  }

  async function follow(): Promise<void> {
    for await (const event of driver.events(stopping.signal)) nudge(event.store);
  }

  function nudge(store: string): void {
    if (!stopping.signal.aborted) track(visit(store, LOOK_AGAIN_MS));
  }

  async function again(): Promise<void> {
    await track(sweep());
    if (!stopping.signal.aborted) timer = setTimeout(again, SWEEP_EVERY_MS);
  }

  return {
    start() {
      track(follow());
      void again();
    },
    nudge,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      for (const visit of visits.values()) clearTimeout(visit);
      await Promise.all(atWork);
    },
  };
}
