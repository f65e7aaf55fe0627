import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { assertRoom } from '../../platform/free-space.ts';
import { scramVerifier } from '../../platform/postgres/scram.ts';
import { cutOff } from './cut-off.ts';
import { deleteScratch, selectScratchOf } from './scratch-sql.ts';
import {
  allowConnections,
  allowLogin,
  closeToPublic,
  createClosedDatabase,
  createRole,
  dropDatabase,
  dropRole,
  limitRole,
  renameDatabase,
  retireRole,
  revokePublicConnect,
  selectDatabase,
  selectDataFolder,
  selectOpenDatabases,
  selectRole,
} from './sql.ts';

const DATABASE_GONE = '3D000';

const MOST_TRIES = 20;

/**
 * Takes the right to connect from PUBLIC on every database of the cluster, so that a store's role opens its own only.
 * @throws AppError CONFIG_INVALID naming the databases that this role may not close
 */
async function closeToStrangers(db: Db): Promise<void> {
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

/** Names of a tenant's role and database, and the id that marks the role as that tenant's. */
export type TenantDatabase = { tenantId: string; role: string; database: string };

export type Databases = {
  /**
   * Makes role and database, closes both to everybody else, and sets the password. Repeating it converges.
   * @throws AppError TENANT_STATE_CONFLICT when something of these names belongs to somebody else
   */
  ensure(names: TenantDatabase, password: string): Promise<void>;
  /** The role alone, with its password. @throws AppError TENANT_STATE_CONFLICT */
  ensureRole(names: TenantDatabase, password: string): Promise<void>;
  /** Whether the database is there. */
  exists(names: TenantDatabase): Promise<boolean>;
  /**
   * That the disk of the cluster takes so many bytes more. Nothing is known of a disk of another machine.
   * @throws AppError STORAGE_FULL
   */
  assertRoom(needed: number, what: string): Promise<void>;
  /** Renames the database and its role, which can no longer log in. @returns false when there was none of this tenant */
  setAside(names: TenantDatabase, aside: { role: string; database: string }): Promise<boolean>;
  /** Destroys both. @returns false when there was none of this tenant */
  drop(names: TenantDatabase): Promise<boolean>;
};

const markOf = (tenantId: string) => `lapak tenant ${tenantId}`;

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

  return {
    ensureRole,
    exists: async ({ database }) => (await selectDatabase(db, database)) !== undefined,
    async assertRoom(needed, what) {
      const folder = await selectDataFolder(db);
      // One in a container of this machine lies elsewhere than it says.
      if (folder !== undefined && existsSync(folder)) await assertRoom(folder, needed, what);
    },
    async ensure(names, password) {
      await ensureRole(names, password);
      await ensureDatabase(names);
      await closeToStrangers(db);
    },
    async setAside(names, aside) {
      if (!(await isMine(names))) return false;
      const known = await selectDatabase(db, names.database);
      const owned = known?.owner === names.role;
      if (owned) await cutOff(db, names.database);
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
      // The role goes only when nothing is its own any more.
      for (const side of await selectScratchOf(db, names.tenantId)) {
        await dropDatabase(db, side.name);
        await deleteScratch(db, side.name);
      }
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
