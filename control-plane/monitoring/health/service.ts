import type { Activate, BackgroundTask } from '../../../kernel/background-tasks.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Jobs } from '../../../kernel/jobs.ts';
import type { Audit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import type { HealthHistory, HealthReport } from '../../api/contract/index.ts';
import type { DriverEvent } from '../../fleet/drivers/index.ts';
import { requireTenant, selectTenant, selectTenantById } from '../../fleet/tenants/index.ts';
import { createDueQueue } from '../../platform/due-queue.ts';
import { createInbox } from '../../platform/inbox.ts';
import { type Checked, type CheckerDeps, createChecker, type Lowered, type Occasion } from './checker.ts';
import type { Findings } from './findings.ts';
import { healthHistory } from './history.ts';
import { STORE_KINDS } from './incidents.ts';
import { neededFor, STABLE_MS } from './judge.ts';
import { createHealthSchedules, isWatched } from './schedules.ts';
import { settingsOf } from './settings.ts';
import { createSingleFlight } from './single-flight.ts';
import {
  deleteMemory,
  deleteReportsBefore,
  selectInDoubt,
  selectReports,
  updateRestarts,
  updateVerdict,
} from './sql.ts';

export type Health = {
  /** Checks a store now. @throws AppError TENANT_NOT_FOUND, TENANT_STATE_CONFLICT, DRIVER_UNAVAILABLE */
  check(store: string, caller: Caller): Promise<HealthReport>;
  /** Checks a store within the operation that holds it; undefined where it is not watched. */
  checkWithin(tenantId: string, operationId: string, lowered?: Lowered): Promise<Findings | undefined>;
  /** Checks a store soon, also one that is not checked by itself. */
  checkSoon(tenantId: string): void;
  /** The driver restarted a runtime that was killed on purpose: up to this count of restarts none is a crash. */
  expectRestart(tenantId: string, restarts: number): Promise<void>;
  /** What was found, newest first. @throws AppError TENANT_NOT_FOUND */
  list(store: string, page: { before: number | null; limit: number }): Promise<HealthReport[]>;
  /** Thirty days by the store's own days. @throws AppError TENANT_NOT_FOUND */
  history(store: string): Promise<HealthHistory>;
  /** Something happened to a runtime: its store is checked soon. */
  noticed(event: DriverEvent): void;
  /** A store was opened, changed, stopped or closed: schedule and incidents follow. */
  follow(store: string): void;
  /** Brings the schedules of all stores in line with them. */
  followAll(): Promise<void>;
  /** A store's turn has come. Back at once: the check waits for a free place. */
  due(tenantId: string): void;
  /** Forgets what was found 30 days ago. */
  expire(): Promise<void>;
  tasks: readonly BackgroundTask[];
};

export type HealthDeps = CheckerDeps & {
  audit: Audit;
  jobs: Pick<Jobs<'health'>, 'schedule' | 'unschedule' | 'schedules'>;
  /** The verdict of a store has changed: the reconciler shows it. */
  onVerdict(store: string): void;
  /** Wake the tasks of these names. */
  activate: { checks: Activate; schedules: Activate };
};

/** Stores that are checked side by side. */
const AT_ONCE = 8;
const KEEP_MS = 30 * 86_400_000;
/** How long after an event the store is checked, in milliseconds: what happens next is a part of it. */
const AFTER = { exited: 1_500, started: 3_000, operation: 2_000, down: 10_000, doubt: 30_000 } as const;

/** A check that is to be made; `always` also of a store that is not checked by itself. */
type DueCheck = { of: { id: string } | { store: string }; occasion: Occasion; always?: boolean };

export function createHealth(deps: HealthDeps): Health {
  const { db, clock, log, audit, alerts, activate } = deps;
  const check = createChecker(deps);
  const checks = createSingleFlight<Checked | undefined>(AT_ONCE);
  const schedules = createHealthSchedules({ db, jobs: deps.jobs, defaults: deps.platform.tenantDefaults });
  const due = createDueQueue<DueCheck>({ name: 'health-checks', activate: activate.checks, log, work: makeDueCheck });
  const changed = createInbox<string>(activate.schedules);
  /** Stores whose schedule and incidents may be out of line. */
  const following = new Set<string>();
  let isFirst = true;

  async function run(tenantId: string, occasion: Occasion, signal?: AbortSignal): Promise<Checked | undefined> {
    const checked = await checks.run(tenantId, async () => (signal?.aborted ? undefined : check(tenantId, occasion)));
    if (checked) followUp(checked);
    return checked;
  }

  /** By itself: who is not to be checked by itself is not, and faults of ours are no faults of the store. */
  async function makeDueCheck(_: string, { of, occasion, always }: DueCheck, signal: AbortSignal): Promise<void> {
    const tenant = await ('id' in of ? selectTenantById(db, of.id) : selectTenant(db, of.store));
    if (!tenant || !(always || settingsOf(tenant.env, deps.platform.tenantDefaults).auto)) return;
    await run(tenant.id, occasion, signal);
  }

  /** The reconciler shows the verdict; a doubt is looked into before the next turn. */
  function followUp({ tenant, judged, news }: Checked): void {
    if (news) deps.onVerdict(tenant.store);
    const { failures, crashedAt } = judged?.memory ?? { failures: {}, crashedAt: null };
    if (!judged) soon(tenant.store, AFTER.doubt, 'again');
    else if (failures.runtime) soon(tenant.store, AFTER.down, 'again');
    else if (Object.entries(failures).some(([name, count]) => count < neededFor(name as 'intake'))) {
      soon(tenant.store, AFTER.doubt, 'again');
    } else if (crashedAt) soon(tenant.store, crashedAt.getTime() + STABLE_MS - clock.now().getTime() + 1_000, 'again');
  }

  function soon(store: string, afterMs: number, occasion: Occasion): void {
    due.set(store, { of: { store }, occasion }, afterMs);
  }

  async function follow(store: string): Promise<void> {
    const tenant = await selectTenant(db, store);
    if (tenant) await schedules.follow(tenant);
    else await schedules.converge();
    if (tenant && isWatched(tenant)) {
      soon(store, AFTER.operation, 'event');
      return;
    }
    await db.tx(async (tx) => {
      await alerts.closeUnresolved(tx, store, STORE_KINDS);
      if (!tenant) return;
      await deleteMemory(tx, tenant.id);
      await updateVerdict(tx, tenant.id, null);
    });
  }

  /** One store's trouble holds up no other; what failed is tried again by the next run. */
  async function followChanged(): Promise<void> {
    for (const store of changed.take()) following.add(store);
    let fault: unknown;
    for (const store of following) {
      try {
        await follow(store);
        following.delete(store);
      } catch (error) {
        fault ??= error;
      }
    }
    if (fault !== undefined) throw fault;
  }

  async function followAll(): Promise<void> {
    await schedules.converge();
    // What an earlier control plane was about to check again.
    for (const store of await selectInDoubt(db)) soon(store, AFTER.operation, 'again');
  }

  return {
    async check(store, caller) {
      const { id } = await requireTenant(db, store);
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
    // A flight of its own: one of the store itself, which finds the operation and sees nothing, must not be joined.
    checkWithin: async (tenantId, operationId, lowered) =>
      (await checks.run(`${tenantId} ${operationId}`, () => check(tenantId, 'request', operationId, lowered)))
        ?.findings,
    checkSoon: (id) => due.set(`again:${id}`, { of: { id }, occasion: 'again', always: true }),
    expectRestart: (tenantId, restarts) => updateRestarts(db, tenantId, restarts),
    async list(store, page) {
      const rows = await selectReports(db, (await requireTenant(db, store)).id, page);
      return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
    },
    async history(store) {
      const { id: tenantId, env } = await requireTenant(db, store);
      const { timeZone } = settingsOf(env, deps.platform.tenantDefaults);
      return healthHistory(db, { tenantId, timeZone, now: clock.now() });
    },
    noticed({ store, kind }) {
      if (kind === 'exited' || kind === 'started') soon(store, AFTER[kind], 'event');
    },
    follow: changed.add,
    followAll,
    due: (id) => due.set(`due:${id}`, { of: { id }, occasion: 'schedule' }),
    expire: () => deleteReportsBefore(db, new Date(clock.now().getTime() - KEEP_MS)),
    tasks: [
      { ...due.task, onStop: () => Promise.all([due.task.onStop?.(), checks.idle()]).then(() => {}) },
      {
        name: 'health-schedules',
        async run() {
          if (isFirst) await followAll();
          isFirst = false;
          await followChanged();
        },
      },
    ],
  };
}
