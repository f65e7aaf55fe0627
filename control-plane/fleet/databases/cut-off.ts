import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { allowConnections, disconnectAll } from './sql.ts';

/** How often the last connections of a database are cut off before somebody is to look at it. */
const MOST_CUTS = 50;

/** Lets nobody in any more, and cuts off who is there. @throws AppError POSTGRES_UNAVAILABLE */
export async function cutOff(db: Db, database: string): Promise<void> {
  await allowConnections(db, database, false);
  for (let cut = 0; (await disconnectAll(db, database)) > 0; cut++) {
    if (cut === MOST_CUTS) throw new AppError('POSTGRES_UNAVAILABLE', `Connections to ${database} do not end.`);
    await sleep(100);
  }
}
