import { AppError, errorMessage } from '../../../kernel/errors.ts';
import type { Jobs } from '../../../kernel/jobs.ts';
import type { Audit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import type { HealthReport } from '../../api/contract/index.ts';
import type { DriverEvent } from '../../fleet/drivers/index.ts';
import { selectTenant, selectTenantById } from '../../fleet/tenants/index.ts';
import { type Checked, type CheckerParts, createChecker, type Lowered, type Occasion } from './checker.ts';
import { STORE_KINDS } from './incidents.ts';
import { neededFor, STABLE_MS } from './judge.ts';
import { createHealthSchedules, isWatched } from './schedules.ts';
import { settingsOf } from './settings.ts';
import {
  deleteMemory,
  deleteReportsBefore,
  selectInDoubt,
  selectReports,
  updateRestarts,
  updateVerdict,
} from './sql.ts';
import { createTurns } from './turns.ts';

export type Health = {
  /** Checks a store now. @throws AppError TENANT_NOT_FOUND, TENANT_STATE_CONFLICT, DRIVER_UNAVAILABLE */
  check(store: string, caller: Caller): Promise<HealthReport>;
  /** Checks a store within the operation that holds it; undefined where it is not watched. */
  checkWithin(tenantId: string, operationId: string, lowered?: Lowered): Promise<HealthReport | undefined>;
  /** Checks a store soon, also one that is not checked by itself. */
  lookAgain(tenantId: string): void;
  /** The driver restarted a runtime that was killed on purpose: up to this count of restarts none is a crash. */
  excuse(tenantId: string, restarts: number): Promise<void>;
  /** What was found, newest first. @throws AppError TENANT_NOT_FOUND */
  list(store: string, page: { before: number | null; limit: number }): Promise<HealthReport[]>;
  /** Something happened to a runtime: it is looked at soon. */
  noticed(event: DriverEvent): void;
  /** A store was opened, changed, stopped or closed: schedule and incidents follow. */
  follow(store: string): void;
  /** A store's turn has come. Back at once: the check waits for a free place. */
  due(tenantId: string): void;
  /** Forgets what was found 30 days ago. */
  expire(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

export type HealthParts = CheckerParts & {
  audit: Audit;
  jobs: Pick<Jobs<'health'>, 'schedule' | 'unschedule' | 'schedules'>;
  /** Lets the reconciler look at a store: its verdict has changed. */
  nudge(store: string): void;
};

/** Stores that are looked at side by side. */
const AT_ONCE = 8;
const KEEP_MS = 30 * 86_400_000;
/** How long after an event the store is looked at, in milliseconds: what happens next is a part of it. */
const AFTER = { exited: 1_500, started: 3_000, operation: 2_000, down: 10_000, doubt: 30_000 } as const;

export function createHealth(parts: HealthParts): Health {
  const { db, clock, log, audit, alerts, surroundings } = parts;
  const check = createChecker(parts);
  const turns = createTurns<Checked | undefined>(AT_ONCE);
  const schedules = createHealthSchedules({ db, jobs: parts.jobs, defaults: parts.platform.tenantDefaults });
  const timers = new Map<string, NodeJS.Timeout>();
  const following = new Set<Promise<void>>();
  let stopped = true;

  async function run(tenantId: string, occasion: Occasion): Promise<Checked | undefined> {
    const checked = await turns.run(tenantId, async () => (stopped ? undefined : check(tenantId, occasion)));
    if (checked) settle(checked);
    return checked;
  }

  /** By itself: who is not to be looked at by itself is not, and faults of ours are no faults of the store. */
  async function runByItself(tenantId: string, occasion: Occasion): Promise<void> {
    const tenant = await selectTenantById(db, tenantId);
    if (!tenant || stopped || !settingsOf(tenant.env, parts.platform.tenantDefaults).auto) return;
    await run(tenantId, occasion);
  }

  /** The reconciler shows the verdict; a doubt is looked into before the next turn. */
  function settle({ tenant, judged, news }: Checked): void {
    if (news) parts.nudge(tenant.store);
    const { failures, crashedAt } = judged?.memory ?? { failures: {}, crashedAt: null };
    if (!judged) soon(tenant.id, AFTER.doubt, 'again');
    else if (failures.runtime) soon(tenant.id, AFTER.down, 'again');
    else if (Object.entries(failures).some(([name, count]) => count < neededFor(name as 'intake'))) {
      soon(tenant.id, AFTER.doubt, 'again');
    } else if (crashedAt) soon(tenant.id, crashedAt.getTime() + STABLE_MS - clock.now().getTime() + 1_000, 'again');
  }

  function soon(tenantId: string, afterMs: number, occasion: Occasion): void {
    if (stopped) return;
    clearTimeout(timers.get(tenantId));
    const later = () => {
      timers.delete(tenantId);
      track(runByItself(tenantId, occasion), tenantId);
    };
    timers.set(tenantId, setTimeout(later, Math.max(0, afterMs)).unref());
  }

  function track(work: Promise<void>, about: string): void {
    const tracked: Promise<void> = work
      .catch((error) => {
        if (!stopped) log.warn({ about, err: error, reason: errorMessage(error) }, 'a health check failed itself');
      })
      .finally(() => following.delete(tracked));
    following.add(tracked);
  }

  async function followNow(store: string): Promise<void> {
    const tenant = await selectTenant(db, store);
    if (tenant) await schedules.follow(tenant);
    else await schedules.converge();
    if (tenant && isWatched(tenant)) {
      soon(tenant.id, AFTER.operation, 'event');
      return;
    }
    await db.tx(async (tx) => {
      await alerts.letGo(tx, store, STORE_KINDS);
      if (!tenant) return;
      await deleteMemory(tx, tenant.id);
      await updateVerdict(tx, tenant.id, null);
    });
  }

  return {
    async check(store, caller) {
      const { id } = await existing(store);
      const checked = await run(id, 'request');
      if (!checked) {
        throw new AppError('TENANT_STATE_CONFLICT', `The store ${store} is stopped, or an operation is at work on it.`);
      }
      await db.tx(async (tx) => {
        const after = { ok: checked.report.ok };
        await audit.record(tx, caller, { action: 'tenant.check', target: `tenant:${store}`, after, result: 'done' });
        await caller.remember(tx, 200, checked.report);
      });
      return checked.report;
    },
    // A turn of its own: one of the store itself, which finds the operation and sees nothing, must not be joined.
    checkWithin: async (tenantId, operationId, lowered) =>
      (await turns.run(`${tenantId} ${operationId}`, () => check(tenantId, 'request', operationId, lowered)))?.report,
    lookAgain(tenantId) {
      if (!stopped)
        track(
          run(tenantId, 'again').then(() => {}),
          tenantId,
        );
    },
    excuse: (tenantId, restarts) => updateRestarts(db, tenantId, restarts),
    async list(store, page) {
      const rows = await selectReports(db, (await existing(store)).id, page);
      return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
    },
    noticed({ store, kind }) {
      if (kind !== 'exited' && kind !== 'started') return;
      const look = async () => {
        const tenant = await selectTenant(db, store);
        if (tenant && isWatched(tenant)) soon(tenant.id, AFTER[kind], 'event');
      };
      if (!stopped) track(look(), store);
    },
    follow(store) {
      if (!stopped) track(followNow(store), store);
    },
    due: (tenantId) => track(runByItself(tenantId, 'schedule'), tenantId),
    expire: () => deleteReportsBefore(db, new Date(clock.now().getTime() - KEEP_MS)),
    async start() {
      stopped = false;
      surroundings.start();
      await schedules.converge();
      // What an earlier control plane was about to look at again.
      for (const tenantId of await selectInDoubt(db)) soon(tenantId, AFTER.operation, 'again');
    },
    async stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await surroundings.stop();
      await Promise.all(following);
      await turns.idle();
    },
  };

  async function existing(store: string) {
    const tenant = await selectTenant(db, store);
    if (!tenant) throw new AppError('TENANT_NOT_FOUND', `There is no store named ${store.slice(0, 32)}.`);
    return tenant;
  }
}
