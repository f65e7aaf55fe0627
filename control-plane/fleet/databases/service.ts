import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { assertRoom, roomLeft } from '../../platform/free-space.ts';
import { destroyDatabase, destroyRole, disarmRole, emptyDatabase } from './clearing.ts';
import {
  admitOnly,
  type Cluster,
  giveSchemas,
  isOf,
  markOf,
  STORE_SCHEMAS,
  type TenantDatabase,
  takeDatabase,
} from './ownership.ts';
import { renameRole, revokeMemberships, selectRole } from './role-sql.ts';
import { createRoles, foreign } from './roles.ts';
import { deleteScratch, selectScratchOf } from './scratch-sql.ts';
import {
  allowConnections,
  createClosedDatabase,
  renameDatabase,
  revokePublicConnect,
  selectDatabase,
  selectDataFolder,
  selectOpenDatabases,
  selectOwnedByStores,
} from './sql.ts';

const DATABASE_GONE = '3D000';

const MOST_TRIES = 20;

/**
 * Takes the right to connect from PUBLIC on every database of the cluster, so that a store's role opens its own only.
 * @throws AppError CONFIG_INVALID naming the databases that this role may not close
 */
async function closeToStrangers(db: Db): Promise<void> {
  const open = await selectOpenDatabases(db);
  for (const database of open) await closeToPublic(db, database);
  const left = await selectOpenDatabases(db, open);
  if (left.length === 0) return;
  throw new AppError(
    'CONFIG_INVALID',
    `DATABASE_URL: expected a role that may revoke CONNECT from PUBLIC on ${left.join(', ')}; run that as their owner`,
  );
}

/** What is said where another changes the same row of the catalogue at that moment, or drops the database. */
const CHANGED_MEANWHILE = /tuple concurrently|cache lookup failed for database/;

/** Looks again where it met another; of a database that is gone then, nothing is left to close. */
export async function closeToPublic(db: Db, database: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await revokePublicConnect(db, database);
      return;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code === DATABASE_GONE) return;
      if (!CHANGED_MEANWHILE.test(message) || tries === MOST_TRIES) throw error;
      await sleep(20 * tries);
    }
  }
}

export type Databases = {
  /**
   * Makes role and database, closes both to everybody else, and sets the password. Repeating it converges.
   * @throws AppError TENANT_STATE_CONFLICT when something of these names belongs to somebody else
   */
  ensure(names: TenantDatabase, password: string): Promise<void>;
  /** The role alone, with its password. @throws AppError TENANT_STATE_CONFLICT */
  ensureRole(names: TenantDatabase, password: string): Promise<void>;
  /**
   * Takes a database that is there for the platform, with what its store set and granted on it, and lets in the store's role
   * alone. Changes nothing where it is so already.
   * @returns false when there is none of this tenant
   */
  secure(names: TenantDatabase): Promise<boolean>;
  /** Names of databases that roles of stores own, as all did before the platform took them. */
  ownedByStores(): Promise<string[]>;
  /** Whether the database is there. */
  exists(names: TenantDatabase): Promise<boolean>;
  /**
   * That the disk of the cluster takes so many bytes more. Nothing is known of a disk of another machine.
   * @throws AppError STORAGE_FULL
   */
  assertRoom(needed: number, what: string): Promise<void>;
  /** Bytes that the disk of the cluster takes beside what is spared for the stores; undefined when it is of another machine. */
  room(): Promise<number | undefined>;
  /**
   * Renames the database and its role. Nobody can log in as it, and nobody but the platform can enter the database.
   * @returns false when there was none of this tenant
   */
  setAside(names: TenantDatabase, aside: { role: string; database: string }): Promise<boolean>;
  /** Destroys both. @returns false when there was none of this tenant */
  drop(names: TenantDatabase): Promise<boolean>;
};

export function createDatabases(cluster: Cluster): Databases {
  const { db } = cluster;
  const { isMine, ensureRole } = createRoles(db);

  const selectOwn = async (names: TenantDatabase, database = names.database) => {
    const known = await selectDatabase(db, database);
    return known && isOf(known, names) ? known : undefined;
  };

  async function secure(names: TenantDatabase): Promise<boolean> {
    const { tenantId, role, database } = names;
    const own = await selectOwn(names);
    if (!own) return false;
    if (await isMine(names)) await revokeMemberships(db, role);
    await takeDatabase(cluster, database, markOf(tenantId));
    await admitOnly(db, database, [{ role, privileges: ['CONNECT', 'TEMPORARY'] }]);
    if (!own.allows_connections) await allowConnections(db, database, true);
    await giveSchemas(cluster, names, STORE_SCHEMAS);
    return true;
  }

  async function ensureDatabase(names: TenantDatabase): Promise<void> {
    const { tenantId, database } = names;
    const known = await selectDatabase(db, database);
    if (known && !isOf(known, names)) {
      // One that was made and not marked before a crash lets nobody in.
      const [me] = await db.query<{ name: string }>('SELECT current_user AS name');
      if (known.allows_connections || known.owner !== me?.name) throw foreign(`database ${database}`);
    }
    if (!known) await createClosedDatabase(db, database);
    if (!known || !isOf(known, names)) await takeDatabase(cluster, database, markOf(tenantId));
    await secure(names);
  }

  /** One in a container of this machine lies elsewhere than it says. */
  async function folderHere(): Promise<string | undefined> {
    const folder = await selectDataFolder(db);
    return folder !== undefined && existsSync(folder) ? folder : undefined;
  }

  return {
    ensureRole,
    secure,
    ownedByStores: () => selectOwnedByStores(db),
    exists: async ({ database }) => (await selectDatabase(db, database)) !== undefined,
    async assertRoom(needed, what) {
      const folder = await folderHere();
      if (folder !== undefined) await assertRoom(folder, needed, what);
    },
    async room() {
      const folder = await folderHere();
      return folder === undefined ? undefined : roomLeft(folder);
    },
    async ensure(names, password) {
      await ensureRole(names, password);
      await ensureDatabase(names);
      await closeToStrangers(db);
    },
    async setAside(names, aside) {
      const mark = markOf(names.tenantId);
      const mine = await isMine(names);
      if (mine) await disarmRole(cluster, names.role);
      const own = (await selectOwn(names)) !== undefined;
      if (own) {
        await takeDatabase(cluster, names.database, mark);
        await emptyDatabase(cluster, names.database);
        await admitOnly(db, names.database, []);
        await renameDatabase(db, names.database, aside.database);
      }
      if (mine) await renameRole(db, names.role, aside.role);
      // Repeated after a crash, the last of it is done on what has its new name already.
      const kept = (await selectOwn({ ...names, role: aside.role }, aside.database)) !== undefined;
      if (kept) await allowConnections(db, aside.database, true);
      return own || kept;
    },
    async drop(names) {
      const mine = await isMine(names);
      if (mine) await disarmRole(cluster, names.role);
      for (const side of await selectScratchOf(db, names.tenantId)) {
        await destroyDatabase(cluster, side.name);
        if (await selectRole(db, side.name)) await destroyRole(cluster, side.name);
        await deleteScratch(db, side.name);
      }
      const own = (await selectOwn(names)) !== undefined;
      if (own) await destroyDatabase(cluster, names.database);
      if (mine) await destroyRole(cluster, names.role);
      return mine || own;
    },
  };
}
