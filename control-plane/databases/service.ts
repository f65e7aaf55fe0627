import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../kernel/db.ts';
import { AppError } from '../../kernel/errors.ts';
import { closeToStrangers } from './isolation.ts';
import { scramVerifier } from './scram.ts';
import {
  allowConnections,
  allowLogin,
  closeToPublic,
  createClosedDatabase,
  createRole,
  disconnectAll,
  dropDatabase,
  dropRole,
  limitRole,
  renameDatabase,
  retireRole,
  selectDatabase,
  selectRole,
} from './sql.ts';

/** Names of a tenant's role and database, and the id that marks the role as that tenant's. */
export type TenantDatabase = { tenantId: string; role: string; database: string };

export type Databases = {
  /**
   * Makes role and database, closes both to everybody else, and sets the password. Repeating it converges.
   * @throws AppError TENANT_STATE_CONFLICT when something of these names belongs to somebody else
   */
  ensure(names: TenantDatabase, password: string): Promise<void>;
  /** Renames the database and its role, which can no longer log in. @returns false when there was none of this tenant */
  setAside(names: TenantDatabase, aside: { role: string; database: string }): Promise<boolean>;
  /** Destroys both. @returns false when there was none of this tenant */
  drop(names: TenantDatabase): Promise<boolean>;
};

const markOf = (tenantId: string) => `lapak tenant ${tenantId}`;

/** How often the last connections of a database are cut off before somebody is to look at it. */
const MOST_CUTS = 50;

export function createDatabases(db: Db): Databases {
  /** Whether the role is this tenant's. Without it, nothing of the name is touched. */
  async function isMine({ tenantId, role }: TenantDatabase): Promise<boolean> {
    return (await selectRole(db, role))?.comment === markOf(tenantId);
  }

  async function ensureRole({ tenantId, role }: TenantDatabase, password: string): Promise<void> {
    const known = await selectRole(db, role);
    if (known && known.comment !== markOf(tenantId)) throw foreign(`role ${role}`);
    if (!known) await db.tx((tx) => createRole(tx, role, markOf(tenantId)));
    await limitRole(db, role);
    await allowLogin(db, role, scramVerifier(password));
  }

  async function ensureDatabase({ role, database }: TenantDatabase): Promise<void> {
    const known = await selectDatabase(db, database);
    if (known && known.owner !== role) throw foreign(`database ${database}`);
    if (!known) await createClosedDatabase(db, database, role);
    await closeToPublic(db, database);
    if (!known?.allows_connections) await allowConnections(db, database, true);
  }

  async function empty(database: string): Promise<void> {
    await allowConnections(db, database, false);
    for (let cut = 0; (await disconnectAll(db, database)) > 0; cut++) {
      if (cut === MOST_CUTS) throw new AppError('POSTGRES_UNAVAILABLE', `Connections to ${database} do not end.`);
      await sleep(100);
    }
  }

  return {
    async ensure(names, password) {
      await ensureRole(names, password);
      await ensureDatabase(names);
      await closeToStrangers(db);
    },
    async setAside(names, aside) {
      if (!(await isMine(names))) return false;
      const known = await selectDatabase(db, names.database);
      const owned = known?.owner === names.role;
      if (owned) await empty(names.database);
      await db.tx(async (tx) => {
        if (owned) await renameDatabase(tx, names.database, aside.database);
        await retireRole(tx, names.role, aside.role);
        if (owned) await allowConnections(tx, aside.database, true);
      });
      return owned;
    },
    async drop(names) {
      if (!(await isMine(names))) return false;
      const known = await selectDatabase(db, names.database);
      if (known?.owner === names.role) await dropDatabase(db, names.database);
      await dropRole(db, names.role);
      return true;
    },
  };
}

function foreign(what: string): AppError {
  return new AppError(
    'TENANT_STATE_CONFLICT',
    `The ${what} exists already and does not belong to this store. Rename or drop it, then retry.`,
  );
}
