import { shortId } from '../../../kernel/ids.ts';
import { cutOff } from './cut-off.ts';
import { type Cluster, inDatabase } from './ownership.ts';
import {
  disconnectRole,
  dropOwned,
  dropRole,
  forbidLogin,
  renameRole,
  revokeMemberships,
  selectDependents,
  selectRole,
} from './role-sql.ts';
import {
  allowConnections,
  dropDatabase,
  ownDatabase,
  resetDatabase,
  rollbackPrepared,
  selectDatabase,
  selectPrepared,
} from './sql.ts';

const DEPENDENT_OBJECTS = '2BP01';

/** Nobody is in a database and nothing of theirs holds it, whatever its owner did to stay. Connections are not allowed afterwards. */
export async function emptyDatabase(cluster: Cluster, database: string): Promise<void> {
  const { db } = cluster;
  const prepared = await selectPrepared(db, database);
  if (prepared.length > 0) {
    await allowConnections(db, database, true);
    await inDatabase(cluster, database, async (inside) => {
      for (const gid of prepared) await rollbackPrepared(inside, gid);
    });
  }
  await cutOff(db, database);
}

export async function destroyDatabase(cluster: Cluster, database: string): Promise<void> {
  const { db } = cluster;
  if (!(await selectDatabase(db, database))) return;
  await db.tx(async (tx) => {
    await ownDatabase(tx, database);
    await resetDatabase(tx, database);
  });
  await emptyDatabase(cluster, database);
  await dropDatabase(db, database);
}

/** Nobody works as this role any more, nor as its member. */
export async function disarmRole({ db }: Cluster, role: string): Promise<void> {
  if (!(await selectRole(db, role))) return;
  await forbidLogin(db, role);
  await disconnectRole(db, role);
  await revokeMemberships(db, role);
}

/**
 * Drops a role. Other stores may have granted it something in their own databases, which holds it: that is taken from it there.
 * What cannot be reached keeps a role that nobody can log in as, under a name that is nobody's.
 */
export async function destroyRole(cluster: Cluster, role: string): Promise<void> {
  const { db } = cluster;
  await disarmRole(cluster, role);
  for (const database of [...(await selectDependents(db, role)), undefined]) {
    if (await isDropped(cluster, role)) return;
    if (database === undefined) await dropOwned(db, role);
    // Another store may hold a lock there. What stays is not dropped below, and no reason to stop here.
    else await inDatabase(cluster, database, (inside) => dropOwned(inside, role)).catch(() => {});
  }
  if (await isDropped(cluster, role)) return;
  await renameRole(db, role, `lapak_left__${shortId(12).toLowerCase()}`);
}

async function isDropped({ db }: Cluster, role: string): Promise<boolean> {
  try {
    await dropRole(db, role);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== DEPENDENT_OBJECTS) throw error;
    return false;
  }
}
