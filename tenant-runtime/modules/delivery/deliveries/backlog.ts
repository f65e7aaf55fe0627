import type { Clock } from '../../../../kernel/clock.ts';
import type { Db } from '../../../../kernel/db.ts';
import type { Backlog } from '../../../http/health.ts';
import { pendingStats } from './sql.ts';

/** What waits to be delivered. However often it is asked, the database of an idle store is asked seldom. */
export function createBacklog(deps: { db: Db; clock: Clock; freshMs: number }): () => Promise<Backlog> {
  let last: { backlog: Backlog; at: number } | undefined;
  return async () => {
    const at = deps.clock.now().getTime();
    if (last && at - last.at < deps.freshMs) return last.backlog;
    const { count, oldestSeconds } = await pendingStats(deps.db);
    last = { backlog: { waiting: count, oldestSeconds: Math.round(oldestSeconds) }, at };
    return last.backlog;
  };
}
