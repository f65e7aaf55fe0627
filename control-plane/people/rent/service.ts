import type { Activate, BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Audit } from '../../api/audit/index.ts';
import { type Caller, SYSTEM } from '../../api/caller.ts';
import type { Operation } from '../../api/contract/index.ts';
import { type Operations, wayBack } from '../../fleet/operations/index.ts';
import type { RentPolicy } from '../../fleet/tenants/index.ts';
import type { Alerts } from '../../monitoring/alerts/index.ts';
import type { Sellers } from '../sellers/index.ts';
import { endOf } from './calendar.ts';
import { aheadText, dueText, extendedText } from './copy.ts';
import { courseOf, isLater, nextAfter, overAt, type RentStage, type RentTerms, stageAt } from './course.ts';
import { type RentSettings, TOPIC } from './notices.ts';
import { lockRent, type RentRow, selectRentDue, updatePaidUntil, updateRentDue, updateRentProgress } from './sql.ts';

export type Rent = RentPolicy & {
  /** Reminds, suspends and resumes what is due. Stores that an operation holds are left for the next time. */
  task: BackgroundTask;
};

export type RentDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  operations: Operations;
  audit: Audit;
  alerts: Alerts;
  sellers: Sellers;
  settings: RentSettings;
  /** Wakes the task `rent`. */
  activate: Activate;
};

const PAGE = 100;
const RETRY_MS = 60_000;

export function createRent(deps: RentDeps): Rent {
  const { db, clock, log, operations, audit, sellers, settings } = deps;

  const zoneOf = (row: RentRow) => row.time_zone ?? settings.timeZone;
  const termsOf = (row: RentRow, paidUntil: Date): RentTerms => ({
    paidUntil,
    timeZone: zoneOf(row),
    graceDays: settings.graceDays,
  });
  const wordingOf = (row: RentRow) => ({ storeName: row.store_name, contact: settings.contact });

  /** Takes the store's turn, which comes before its row's lock; false while an operation holds the store. */
  async function takeTurn(tx: Tx, id: string): Promise<boolean> {
    try {
      await operations.assertFree(tx, id);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'OPERATION_IN_PROGRESS') return false;
      throw error;
    }
  }

  async function schedule(
    tx: Tx,
    row: RentRow,
    kind: 'suspend' | 'resume',
    caller: Caller,
    reason?: string,
  ): Promise<Operation> {
    const operation = await operations.schedule(tx, {
      tenantId: row.id,
      store: row.store,
      kind,
      params: {
        ...(reason === undefined ? {} : { suspension: { for: 'rent' as const, reason } }),
        ...wayBack(row),
      },
      caller,
    });
    const after = { reason: reason ?? 'the rent was extended' };
    await audit.record(tx, caller, {
      action: `tenant.${kind}`,
      target: `tenant:${row.store}`,
      after,
      result: 'accepted',
    });
    return operation;
  }

  const standsForRent = (row: RentRow) => row.desired_state === 'suspended' && row.suspended_for === 'rent';

  const enqueue = (tx: Tx, row: RentRow, cause: string, text: string) =>
    sellers.enqueue(tx, { tenantId: row.id, chatIds: row.admin_ids, cause, topic: TOPIC, text });

  /** What sellers hear of a stage. Of the last they hear when the store stands still. */
  async function remind(tx: Tx, row: RentRow, terms: RentTerms, stage: RentStage): Promise<void> {
    if (stage === 'over') return;
    const text = stage === 'due' ? dueText(terms, wordingOf(row)) : aheadText(terms, wordingOf(row), clock.now());
    await enqueue(tx, row, `${terms.paidUntil.toISOString()}:${stage}`, text);
  }

  async function suspend(tx: Tx, row: RentRow, { paidUntil, graceDays }: RentTerms): Promise<void> {
    const until = paidUntil.toISOString();
    await schedule(tx, row, 'suspend', SYSTEM, `the rent ran out on ${until}, and ${graceDays} days of grace after it`);
    await deps.alerts.notify(tx, {
      kind: 'rent',
      key: `rent:${row.id}:${until}`,
      severity: 'warn',
      about: { tenantId: row.id, store: row.store, storeName: row.store_name },
      detail: `suspended: paid until ${until}, ${graceDays} days of grace are over\nlapak tenant rent ${row.store} --extend 30d`,
    });
  }

  /** One store, in one transaction. */
  async function visit(tx: Tx, id: string): Promise<void> {
    if (!(await takeTurn(tx, id))) return;
    const row = await lockRent(tx, id);
    const now = clock.now();
    if (!row?.rent_next_at || row.rent_next_at > now || row.desired_state === 'removed') return;
    const terms = row.paid_until ? termsOf(row, row.paid_until) : undefined;
    const course = terms ? courseOf(terms) : [];
    const stage = stageAt(course, now);
    if (terms && stage && isLater(stage, row.rent_told)) await remind(tx, row, terms, stage);
    const told = stage && isLater(stage, row.rent_told) ? stage : row.rent_told;
    if (terms && stage === 'over') {
      const stands = row.desired_state === 'suspended';
      if (!stands) await suspend(tx, row, terms);
      // Until it stands still it stays due: a suspension that was cancelled is made again.
      await updateRentProgress(tx, id, { nextAt: stands ? null : row.rent_next_at, told });
      return;
    }
    if (standsForRent(row)) await schedule(tx, row, 'resume', SYSTEM);
    await updateRentProgress(tx, id, { nextAt: nextAfter(course, now), told });
  }

  async function sweep(): Promise<void> {
    for (let after: string | null = null; ; ) {
      const due: string[] = await selectRentDue(db, clock.now(), after, PAGE);
      for (const id of due) {
        await db
          .tx((tx) => visit(tx, id))
          .catch((error) => log.error({ tenantId: id, err: error }, 'the rent of a store could not be looked at'));
      }
      after = due.at(-1) ?? null;
      if (due.length < PAGE) return;
    }
  }

  return {
    task: { name: 'rent', run: sweep, retryMs: () => RETRY_MS },
    async set(tx, tenantId, given, caller) {
      const free = await takeTurn(tx, tenantId);
      const row = await lockRent(tx, tenantId);
      if (!row) return undefined;
      const now = clock.now();
      const paidUntil = given === null ? null : momentGiven(given, zoneOf(row));
      const terms = paidUntil && termsOf(row, paidUntil);
      const stage = terms && stageAt(courseOf(terms), now);
      // A reminder whose day has passed is not sent for a term that was not known then.
      const told = stage?.startsWith('ahead') ? stage : null;
      await updatePaidUntil(tx, tenantId, { paidUntil, nextAt: now, told, at: now });
      await sellers.forget(tx, tenantId, TOPIC);
      if (terms && terms.paidUntil > now && paidUntil?.getTime() !== row.paid_until?.getTime()) {
        await enqueue(
          tx,
          row,
          `${terms.paidUntil.toISOString()}:set:${now.toISOString()}`,
          extendedText(terms, wordingOf(row)),
        );
      }
      await audit.record(tx, caller, {
        action: 'tenant.rent',
        target: `tenant:${row.store}`,
        before: { paidUntil: row.paid_until },
        after: { paidUntil },
        result: 'done',
      });
      tx.afterCommit(deps.activate);
      return free && stage !== 'over' && standsForRent(row) ? schedule(tx, row, 'resume', caller) : undefined;
    },
    recalculate: (tx, tenantId) => updateRentDue(tx, tenantId, clock.now()),
    assertPaid({ store, paid_until: paidUntil }) {
      if (paidUntil === null || overAt({ paidUntil, graceDays: settings.graceDays }) > clock.now()) return;
      const until = paidUntil.toISOString();
      throw new AppError(
        'TENANT_STATE_CONFLICT',
        `The store ${store} is paid until ${until}, and its grace is over. Extend its rent; that resumes it.`,
      );
    },
  };
}

function momentGiven(given: string, timeZone: string): Date {
  return /^\d{4}-\d{2}-\d{2}$/.test(given) ? endOf(given, timeZone) : new Date(given);
}
