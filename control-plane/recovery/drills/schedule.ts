import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import type { Jobs } from '../../../kernel/jobs.ts';
import type { Log } from '../../../kernel/log.ts';
import { SYSTEM } from '../../api/caller.ts';
import type { SideDatabases } from '../../fleet/databases/index.ts';
import type { Operations } from '../../fleet/operations/index.ts';
import { countRunning, deleteRequest, lockDue, requestDrills, selectNewestVerified } from './sql.ts';

export type DrillSchedule = {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** An operation ended: there may be room for the next drill. */
  nudge(): void;
  /** Tonight's share of the stores, and those that have waited for a week. @returns their names */
  request(which: 'share' | 'all'): Promise<string[]>;
  /** Starts the drills whose turn has come, a few at a time. */
  pump(): Promise<void>;
};

const MOST_AT_ONCE = 2;
const TICK_MS = 60_000;
/** A sixth each night drills everything in six; a night may be missed. */
const SHARE = 1 / 6;
const WEEK_MS = 6 * 86_400_000 + 12 * 3_600_000;
/** After the backups of the day, in the small hours of Indonesia. */
const NIGHTLY = { key: 'nightly', cron: '17 3 * * *', timezone: 'Asia/Jakarta' };

export function createDrillSchedule(parts: {
  db: Db;
  clock: Clock;
  log: Log;
  sides: SideDatabases;
  operations: Operations;
  jobs: Pick<Jobs<'drills'>, 'work' | 'schedule'>;
}): DrillSchedule {
  const { db, clock, log, sides, operations, jobs } = parts;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<unknown> = Promise.resolve();

  function soon(work: () => Promise<unknown>): void {
    working = working.then(work).catch((error) => log.warn({ err: error }, 'looking after drills failed'));
  }

  async function request(which: 'share' | 'all'): Promise<string[]> {
    const now = clock.now();
    const share = which === 'all' ? 1 : SHARE;
    const stores = await requestDrills(db, { now, before: new Date(now.getTime() - WEEK_MS), share });
    soon(pump);
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

  return {
    request,
    pump,
    nudge: () => soon(pump),
    async start() {
      await jobs.schedule('drills', NIGHTLY, {});
      soon(async () => {
        const left = await sides.sweep();
        if (left.length > 0) log.info({ databases: left }, 'databases beside those of the stores were dropped');
      });
      soon(pump);
      timer = setInterval(() => soon(pump), TICK_MS);
    },
    async stop() {
      clearInterval(timer);
      await working;
    },
  };
}
