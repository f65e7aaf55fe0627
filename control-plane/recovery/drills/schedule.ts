import type { Activate, BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import type { Jobs } from '../../../kernel/jobs.ts';
import { SYSTEM } from '../../api/caller.ts';
import type { Operations } from '../../fleet/operations/index.ts';
import { countRunning, deleteRequest, lockDue, requestDrills, selectNewestVerified } from './sql.ts';

export type DrillSchedule = {
  /** Starts the drills whose turn has come, a few at a time. */
  task: BackgroundTask;
  /** Tonight's share of the stores, and those that have waited for a week. @returns their names */
  request(which: 'share' | 'all'): Promise<string[]>;
};

const MOST_AT_ONCE = 2;
const TICK_MS = 60_000;
/** A sixth each night drills everything in six; a night may be missed. */
const SHARE = 1 / 6;
const WEEK_MS = 6 * 86_400_000 + 12 * 3_600_000;

export function createDrillSchedule(deps: {
  db: Db;
  clock: Clock;
  operations: Operations;
  jobs: Pick<Jobs<'drills'>, 'work'>;
  /** Wakes the task `drill-schedule`. */
  activate: Activate;
}): DrillSchedule {
  const { db, clock, operations, jobs, activate } = deps;

  async function request(which: 'share' | 'all'): Promise<string[]> {
    const now = clock.now();
    const share = which === 'all' ? 1 : SHARE;
    const stores = await requestDrills(db, { now, before: new Date(now.getTime() - WEEK_MS), share });
    activate();
    return stores;
  }

  async function pump(): Promise<void> {
    while ((await countRunning(db)) < MOST_AT_ONCE) {
      const begun = await db.tx(async (tx) => {
        const due = await lockDue(tx);
        if (!due) return false;
        const { tenant_id: tenantId, store } = due;
        const backupId = await selectNewestVerified(tx, tenantId);
        if (backupId)
          await operations.schedule(tx, { tenantId, store, kind: 'drill', params: { backupId }, caller: SYSTEM });
        await deleteRequest(tx, tenantId);
        return true;
      });
      if (!begun) return;
    }
  }

  jobs.work('drills', async () => void (await request('share')));

  return { task: { name: 'drill-schedule', run: pump, everyMs: TICK_MS, retryMs: () => TICK_MS }, request };
}
