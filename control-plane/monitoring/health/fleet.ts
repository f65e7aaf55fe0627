import type { Db } from '../../../kernel/db.ts';
import type { Driver } from '../../fleet/drivers/index.ts';
import { selectWatchedStores } from './sql.ts';

/** So many stores, and so large a share of all, do not die of themselves at the same time. */
const LEAST = 3;
const SHARE = 0.5;

/** Says that a large part of all stores is down at once, as after a restart of the engine; undefined when it is not. */
export async function fleetDown(parts: { db: Db; driver: Driver }): Promise<string | undefined> {
  const alive = new Set(
    (await parts.driver.observeAll()).filter(({ state }) => state === 'running').map(({ store }) => store),
  );
  const watched = await selectWatchedStores(parts.db);
  const down = watched.filter((store) => !alive.has(store)).length;
  if (down < LEAST || down < watched.length * SHARE) return undefined;
  return `${down} of ${watched.length} stores are not running.`;
}
