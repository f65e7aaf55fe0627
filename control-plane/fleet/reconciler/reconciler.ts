import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import { errorMessage } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import type { TenantLocks } from '../../platform/tenant-locks.ts';
import type { Driver, DriverEvent, Observation } from '../drivers/index.ts';
import { selectTenant, selectTenants, type TenantRow } from '../tenants/index.ts';
import type { Looked, Mender } from './mender.ts';
import type { Orphans } from './orphans.ts';
import { within } from './within.ts';

/** Lets so many through at one time; the others wait in the order of their coming. */
type Gate = { pass<T>(work: () => Promise<T>): Promise<T> };

export type Reconciler = {
  /** Looks at every store now, then on every event of the driver and every so often. */
  start(): void;
  /** Looks at one store soon. */
  nudge(store: string): void;
  /** Looks at every store once. Rejects when the driver or the database does not answer. */
  sweep(): Promise<void>;
  /** Since when sweeps fail, and why; undefined when the last one came to its end. */
  trouble(): { since: Date; reason: string } | undefined;
  stop(): Promise<void>;
};

/** Stores that are looked at side by side: a look mostly waits for the store's answer, three seconds at most. */
const LOOKS_AT_ONCE = 32;
/** Stores that are brought in line side by side: each is work for the engine. No sweep waits for them. */
const MENDS_AT_ONCE = 8;
const PAGE = 200;
/** First of the looks, doubling, at a store that is not yet where it should be. */
const LOOK_AGAIN_MS = 500;
/** What an engine may take for an answer. */
const OBSERVE_WITHIN_MS = 30_000;

export type ReconcilerParts = {
  db: Db;
  clock: Clock;
  log: Log;
  driver: Driver;
  locks: TenantLocks;
  metrics: {
    /** What was done to one store. */
    reconciledOne(actions: readonly string[]): void;
    /** A sweep over all stores came to its end. */
    swept(seconds: number): void;
  };
  mender: Mender;
  orphans: Orphans;
  /** Time between two sweeps. */
  sweepEveryMs: number;
  /** Hears what happens to runtimes, after the reconciler was told. */
  noticed(event: DriverEvent): void;
};

export function createReconciler(parts: ReconcilerParts): Reconciler {
  const { db, clock, log, driver, locks, metrics, mender, orphans, sweepEveryMs } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  const gate = createGate(MENDS_AT_ONCE);
  /** Stores that are being brought in line or wait for it. */
  const inHand = new Set<string>();
  const atWork = new Set<Promise<void>>();
  const visits = new Map<string, NodeJS.Timeout>();
  let timer: NodeJS.Timeout | undefined;
  let trouble: { since: Date; reason: string } | undefined;

  /** One that is not yet where it should be, or whose turn somebody else has, is looked at again after a while. */
  async function look(tenant: TenantRow, seen: Observation, againAfterMs: number): Promise<void> {
    let looked: Looked | undefined;
    try {
      looked = await locks.tryRun(tenant.id, () => mender.look(tenant.id, seen, signal));
    } catch (error) {
      if (!signal.aborted) log.error({ store: tenant.store, err: error }, 'a store could not be looked at');
    }
    if (looked && looked.actions.length > 0) void track(mend(tenant));
    else if (!looked?.settled) lookAgain(tenant.store, againAfterMs);
  }

  async function mend({ id, store }: TenantRow): Promise<void> {
    if (inHand.has(id)) return;
    inHand.add(id);
    try {
      const done = await gate.pass(async () => (signal.aborted ? [] : locks.tryRun(id, () => mender.mend(id, signal))));
      metrics.reconciledOne(done ?? []);
      // Something was done, or somebody else has its turn: see what has become of it.
      if (done?.length !== 0) lookAgain(store, LOOK_AGAIN_MS);
    } finally {
      inHand.delete(id);
    }
  }

  /** People see it arrive before the next sweep. */
  function lookAgain(store: string, afterMs: number): void {
    if (afterMs > sweepEveryMs || signal.aborted) return;
    clearTimeout(visits.get(store));
    const next = () => {
      visits.delete(store);
      void track(visit(store, afterMs * 2));
    };
    visits.set(store, setTimeout(next, afterMs));
  }

  async function sweep(): Promise<void> {
    const began = performance.now();
    const seen = await within(OBSERVE_WITHIN_MS, 'The list of what runs', driver.observeAll());
    const unknown = new Map(seen.map((one) => [one.store, one]));
    for await (const page of pages()) {
      await inParallel(LOOKS_AT_ONCE, page, async (tenant) => {
        const one = unknown.get(tenant.store) ?? { store: tenant.store, state: 'missing' as const };
        unknown.delete(tenant.store);
        if (!signal.aborted) await look(tenant, one, LOOK_AGAIN_MS);
      });
    }
    if (!signal.aborted) await orphans.report([...unknown.keys()]);
    metrics.swept((performance.now() - began) / 1000);
  }

  async function* pages(): AsyncGenerator<TenantRow[]> {
    let after: string | null = null;
    for (;;) {
      const page: TenantRow[] = await selectTenants(db, { state: null, text: null, after, limit: PAGE });
      yield page;
      if (page.length < PAGE || signal.aborted) return;
      after = page.at(-1)?.store ?? null;
    }
  }

  async function visit(store: string, againAfterMs: number): Promise<void> {
    const tenant = await selectTenant(db, store);
    if (!tenant) return;
    await look(tenant, await within(OBSERVE_WITHIN_MS, 'Looking at a runtime', driver.observe(store)), againAfterMs);
  }

  function track(work: Promise<void>): Promise<void> {
    const tracked: Promise<void> = work
      .catch((error) => {
        if (!signal.aborted) log.error({ err: error, reason: errorMessage(error) }, 'reconciling failed');
      })
      .finally(() => atWork.delete(tracked));
    atWork.add(tracked);
    return tracked;
  }

  async function follow(): Promise<void> {
    for await (const event of driver.events(signal)) {
      nudge(event.store);
      parts.noticed(event);
    }
  }

  function nudge(store: string): void {
    if (!signal.aborted) void track(visit(store, LOOK_AGAIN_MS));
  }

  async function sweepOrNote(): Promise<void> {
    try {
      await sweep();
      trouble = undefined;
    } catch (error) {
      trouble = { since: trouble?.since ?? clock.now(), reason: errorMessage(error) };
      throw error;
    }
  }

  async function again(): Promise<void> {
    await track(sweepOrNote());
    if (!signal.aborted) timer = setTimeout(again, sweepEveryMs);
  }

  return {
    start() {
      void track(follow());
      void again();
    },
    nudge,
    sweep,
    trouble: () => trouble,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      for (const visit of visits.values()) clearTimeout(visit);
      await Promise.all(atWork);
    },
  };
}

/**
 * Calls `work` for every item, at most `width` at a time. Rejects with the first fault, and at once: a fault ends only the
 * lane that it happened in, and the others go on with the items that are left.
 */
export async function inParallel<T>(
  width: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

function createGate(width: number): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return {
    async pass(work) {
      if (inside < width) inside += 1;
      // Whoever leaves hands its place on.
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else inside -= 1;
      }
    },
  };
}
