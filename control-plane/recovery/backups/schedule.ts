import type { Activate, BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Jobs } from '../../../kernel/jobs.ts';
import { convergeSchedules, type WantedSchedule } from '../../../kernel/schedules.ts';
import { SYSTEM } from '../../api/caller.ts';
import { STALE_AFTER_HOURS } from '../../api/contract/index.ts';
import type { Operations } from '../../fleet/operations/index.ts';
import type { Inbox } from '../../platform/inbox.ts';
import type { BackupDeps } from './making/deps.ts';
import {
  type BackedUp,
  countScheduled,
  deleteRequest,
  insertRequest,
  lockDueRequest,
  selectBackedUp,
} from './schedule-sql.ts';
import { backupSettings } from './settings.ts';

export type BackupSchedule = {
  task: BackgroundTask;
  /** Stores with a good backup, and those whose last one is too old. */
  summary(): Promise<{ good: number; overdue: number }>;
};

/** Backups that run side by side by themselves: other operations keep their places, and the disk is shared. */
const MOST_AT_ONCE = 2;
/** Backups that wait for their stores' databases leave their places to others, as long as there are no more than this. */
const MOST_STALLED = 4;
const TICK_MS = 30_000;
const OVERDUE_MS = STALE_AFTER_HOURS * 3_600_000;
const LOOK_EVERY_MS = 600_000;
/** A turn that comes late, because nobody looked, has as long for a good backup as one that comes in time. */
const TURN_MS = OVERDUE_MS - 24 * 3_600_000;
/** Of the incidents of overdue backups, before the store's id. */
const KEY = 'backup_overdue:';
/** Two ticks further apart than this: the machine slept, or its clock was set. */
const GAP_MS = 300_000;
/** By then schedules have asked for what was missed in between. */
const MISSED_ASKED_MS = 180_000;

export function createBackupSchedule(
  deps: BackupDeps & {
    jobs: Pick<Jobs<'backups'>, 'work' | 'schedule' | 'unschedule' | 'schedules'>;
    operations: Operations;
    /** Stores, by tenant id, of which something changed: their hour, or that an operation lets go of them. */
    changed: Inbox<string>;
    /** Wakes the task `backup-schedule`. */
    activate: Activate;
  },
): BackupSchedule {
  const { db, clock, jobs, operations, alerts, changed, activate } = deps;
  let tickedAt = 0;
  let lookAt = 0;
  const settings = (store: BackedUp) => backupSettings(store, deps);

  jobs.work('backups', async ({ tenantId }) => {
    await insertRequest(db, String(tenantId), clock.now());
    activate();
  });

  const wanted = async (tenantId: string | null): Promise<WantedSchedule[]> =>
    (await selectBackedUp(db, tenantId, clock.now())).flatMap((store) => {
      const { automatic, time: dailyAt, timeZone } = settings(store);
      return automatic ? [{ key: store.id, recurrence: { dailyAt, timeZone }, data: { tenantId: store.id } }] : [];
    });

  /** Brings the schedules of the stores that changed in line with them. */
  async function follow(): Promise<void> {
    for (const tenantId of changed.take()) {
      await convergeSchedules(jobs, 'backups', () => wanted(tenantId), tenantId);
    }
  }

  /** Starts the backups whose turn has come, a few at a time. */
  async function pump(): Promise<void> {
    while ((await countScheduled(db, deps.stalled.ids().slice(0, MOST_STALLED))) < MOST_AT_ONCE) {
      const begun = await db.tx(async (tx) => {
        const due = await lockDueRequest(tx, clock.now());
        if (!due) return false;
        await operations.schedule(tx, {
          tenantId: due.tenant_id,
          store: due.store,
          kind: 'backup',
          params: { reason: 'scheduled' },
          caller: SYSTEM,
        });
        await deleteRequest(tx, due.tenant_id);
        return true;
      });
      if (!begun) return;
    }
  }

  function isOverdue(store: BackedUp, now: number): boolean {
    const last = store.last_good_at ?? store.provisioned_at;
    return settings(store).automatic && now - last.getTime() > OVERDUE_MS;
  }

  const hasItsTurn = ({ turn_since: since }: BackedUp, now: number) =>
    since !== null && now - since.getTime() < TURN_MS;

  /** Tells the owners of stores without a good backup for more than a day. */
  async function look(): Promise<void> {
    const now = clock.now().getTime();
    const overdue = (await selectBackedUp(db, null, new Date(now))).filter((store) => isOverdue(store, now));
    // It may be over in a moment: neither news.
    const inTurn = overdue.filter((store) => hasItsTurn(store, now));
    const told = overdue.filter((store) => !hasItsTurn(store, now));
    // One by one a large fleet that is well took seconds of a core.
    await db.tx((tx) => alerts.converge(tx, KEY, told.map(incidentOf), inTurn.map(keyOf)));
  }

  const task: BackgroundTask = {
    name: 'backup-schedule',
    everyMs: TICK_MS,
    retryMs: () => TICK_MS,
    async run() {
      const now = clock.now().getTime();
      const isGap = Math.abs(now - tickedAt) > GAP_MS;
      // Until this run has come to its end, nobody knows what was left out: all of it is looked at next.
      tickedAt = 0;
      await pump();
      await follow();
      if (isGap || now >= lookAt) {
        await convergeSchedules(jobs, 'backups', () => wanted(null));
        if (!isGap) await look();
        lookAt = now + (isGap ? MISSED_ASKED_MS : LOOK_EVERY_MS);
      }
      tickedAt = now;
    },
  };

  return {
    task,
    async summary() {
      const stores = await selectBackedUp(db, null, clock.now());
      const overdue = stores.filter((store) => isOverdue(store, clock.now().getTime())).length;
      return { good: stores.filter((store) => store.last_good_at !== null).length, overdue };
    },
  };
}

const keyOf = ({ id }: BackedUp): string => `${KEY}${id}`;

const incidentOf = (store: BackedUp) => ({
  kind: 'backup_overdue' as const,
  key: keyOf(store),
  severity: 'error' as const,
  about: { tenantId: store.id, store: store.store, storeName: store.store_name },
  detail: `last good backup: ${store.last_good_at?.toISOString() ?? 'none'}`,
});
