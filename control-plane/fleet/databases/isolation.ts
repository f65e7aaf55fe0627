import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { revokePublicConnect, selectOpenDatabases } from './sql.ts';

const DATABASE_GONE = '3D000';
const MOST_TRIES = 20;

/**
 * Takes the right to connect from PUBLIC on every database of the cluster, so that a store's role opens its own only.
 * @throws AppError CONFIG_INVALID naming the databases that this role may not close
 */
export async function closeToStrangers(db: Db): Promise<void> {
  const open = await selectOpenDatabases(db);
  for (const database of open) await close(db, database);
  const left = await selectOpenDatabases(db, open);
  if (left.length === 0) return;
  throw new AppError(
    'CONFIG_INVALID',
    `DATABASE_URL: expected a role that may revoke CONNECT from PUBLIC on ${left.join(', ')}; run that as their owner`,
  );
}

/** Two that change the same catalogue row at once: one of them is told so, and looks again. */
async function close(db: Db, database: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await revokePublicConnect(db, database);
      return;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code === DATABASE_GONE) return;
      if (!message.includes('tuple concurrently') || tries === MOST_TRIES) throw error;
      await sleep(20 * tries);
    }
  }
}
