import type { Activate, BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import { withDeadline } from '../../../kernel/deadline.ts';
import { errorMessage } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Mutex } from '../../../kernel/mutex.ts';
import { forEachConcurrently } from '../../../kernel/semaphore.ts';
import { createDueQueue } from '../../platform/due-queue.ts';
import type { Driver, Observation } from '../drivers/index.ts';
import { selectTenant, selectTenants, type TenantRow, touchObserved } from '../tenants/index.ts';
import type { Orphans } from './orphans.ts';
import type { Assessment, TenantReconciler } from './tenant-reconciler.ts';

export type Reconciler = {
  /** Probes one store now. */
  probeSoon(store: string): void;
  /** Probes every store once. Rejects when the driver or the database does not answer. */
  sweep(signal?: AbortSignal): Promise<void>;
  /** Since when sweeps fail, and why; undefined when the last one came to its end. */
  trouble(): { since: Date; reason: string } | undefined;
  /** The sweep, the probes of single stores, and the work on those that are not where they should be. */
  tasks: readonly BackgroundTask[];
};

/** Stores that are probed side by side: a probe mostly waits for the store's answer, three seconds at most. */
const PROBES_AT_ONCE = 32;
/** Stores that are brought in line side by side: each is work for the engine. No sweep waits for them. */
const RECONCILED_AT_ONCE = 8;
const PAGE = 200;
/** First of the waits, doubling, before another probe of a store that is not yet where it should be. */
const PROBE_AGAIN_MS = 500;
/** What an engine may take for an answer. */
const OBSERVE_DEADLINE_MS = 30_000;

export type ReconcilerDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  driver: Driver;
  /** By tenant id: an operation and the reconciler never work on one store at the same time. */
  locks: Mutex<string>;
  metrics: {
    /** What was done to one store. */
    reconciledOne(actions: readonly string[]): void;
    /** A sweep over all stores came to its end. */
    swept(seconds: number): void;
  };
  tenantReconciler: TenantReconciler;
  orphans: Orphans;
  /** Time between two sweeps. */
  sweepEveryMs: number;
  /** Wake the tasks of these names. */
  activate: { probe: Activate; reconcile: Activate };
};

export function createReconciler(deps: ReconcilerDeps): Reconciler {
  const { db, clock, log, driver, locks, metrics, tenantReconciler, orphans, sweepEveryMs, activate } = deps;
  let trouble: { since: Date; reason: string } | undefined;

  /** By store; the item is how long after this probe the next one comes, if it is needed. */
  const probes = createDueQueue<number>({
    name: 'tenant-probe',
    activate: activate.probe,
    log,
    async work(store, againAfterMs, signal) {
      const tenant = await selectTenant(db, store);
      if (!tenant) return;
      const observe = () => driver.observe(store);
      const seen = await withDeadline(OBSERVE_DEADLINE_MS, 'Looking at a runtime', observe, signal);
      await assess(tenant, seen, againAfterMs, signal);
    },
  });

  /** By tenant id. */
  const repairs = createDueQueue<string>({
    name: 'tenant-reconciler',
    activate: activate.reconcile,
    log,
    concurrency: RECONCILED_AT_ONCE,
    async work(id, store, signal) {
      const done = await locks.tryRun(id, () => tenantReconciler.reconcile(id, signal));
      metrics.reconciledOne(done ?? []);
      // Something was done, or somebody else holds its lock: see what has become of it.
      if (done?.length !== 0) probeAgain(store, PROBE_AGAIN_MS);
    },
  });

  /** A store that is not yet where it should be, or whose lock somebody else holds, is probed again after a while. */
  async function assess(
    tenant: TenantRow,
    seen: Observation,
    againAfterMs: number,
    signal: AbortSignal,
  ): Promise<Assessment | undefined> {
    let assessment: Assessment | undefined;
    try {
      assessment = await locks.tryRun(tenant.id, () => tenantReconciler.assess(tenant, seen, signal));
    } catch (error) {
      if (!signal.aborted) log.error({ store: tenant.store, err: error }, 'a store could not be assessed');
    }
    if (!assessment || assessment.actions.length === 0) {
      if (!assessment?.converged) probeAgain(tenant.store, againAfterMs);
    } else if (!repairs.has(tenant.id)) repairs.set(tenant.id, tenant.store);
    return assessment;
  }

  /** People see it arrive before the next sweep. */
  function probeAgain(store: string, afterMs: number): void {
    if (afterMs <= sweepEveryMs) probes.set(store, afterMs * 2, afterMs);
  }

  async function sweep(signal = new AbortController().signal): Promise<void> {
    const began = performance.now();
    // What runs is looked after, whatever becomes of it.
    const prepared = withDeadline(
      OBSERVE_DEADLINE_MS,
      'Preparing what stores share',
      async () => driver.prepare?.(),
      signal,
    );
    prepared.catch(() => undefined);
    const observed = await withDeadline(
      OBSERVE_DEADLINE_MS,
      'The list of what runs',
      () => driver.observeAll(),
      signal,
    );
    const unknown = new Map(observed.map((one) => [one.store, one]));
    for await (const page of pages(signal)) {
      const stale: string[] = [];
      await forEachConcurrently(PROBES_AT_ONCE, page, async (tenant) => {
        const one = unknown.get(tenant.store) ?? { store: tenant.store, state: 'missing' as const };
        unknown.delete(tenant.store);
        if (signal.aborted) return;
        const assessment = await assess(tenant, one, PROBE_AGAIN_MS, signal);
        if (assessment?.isStale) stale.push(tenant.id);
      });
      if (stale.length > 0) await touchObserved(db, stale, clock.now());
    }
    if (!signal.aborted) await orphans.report([...unknown.keys()]);
    metrics.swept((performance.now() - began) / 1000);
    await prepared;
  }

  async function* pages(signal: AbortSignal): AsyncGenerator<TenantRow[]> {
    let after: string | null = null;
    for (;;) {
      const page: TenantRow[] = await selectTenants(db, { after, limit: PAGE });
      yield page;
      if (page.length < PAGE || signal.aborted) return;
      after = page.at(-1)?.store ?? null;
    }
  }

  const sweepTask: BackgroundTask = {
    name: 'fleet-sweep',
    everyMs: sweepEveryMs,
    retryMs: () => sweepEveryMs,
    async run(signal) {
      try {
        await sweep(signal);
        trouble = undefined;
      } catch (error) {
        signal.throwIfAborted();
        trouble = { since: trouble?.since ?? clock.now(), reason: errorMessage(error) };
        throw error;
      }
    },
  };

  return {
    probeSoon: (store) => probes.set(store, PROBE_AGAIN_MS),
    sweep,
    trouble: () => trouble,
    tasks: [sweepTask, probes.task, repairs.task],
  };
}
