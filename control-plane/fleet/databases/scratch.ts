import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import { randomSecret } from '../../../kernel/ids.ts';
import { scramVerifier } from '../../platform/postgres/scram.ts';
import { destroyDatabase, destroyRole, emptyDatabase } from './clearing.ts';
import { admitOnly, type Cluster, giveSchemas, markOf, type TenantDatabase, takeDatabase } from './ownership.ts';
import { allowLogin, createDeputy, limitDeputy, selectRole } from './role-sql.ts';
import {
  deleteScratch,
  insertScratch,
  insertSwap,
  selectDroppable,
  selectScratch,
  selectSwap,
  updateScratchOid,
} from './scratch-sql.ts';
import {
  allowConnections,
  commentDatabase,
  createClosedDatabase,
  renameDatabase,
  selectDatabase,
  selectSize,
} from './sql.ts';

/** A database beside a store's own, and the operation that it is there for. */
export type ScratchDatabase = { name: string; store: string; operationId: string };

/** Databases beside those of the stores. Each has a row before it is made and until it is dropped: none is forgotten. */
export type ScratchDatabases = {
  /**
   * An empty one that the store cannot enter: a role of the database's own name does, and works as the store's. What was there
   * of this name is dropped.
   * @param temporary bytes that the temporary files of its sessions may take
   * @throws AppError DATABASE_MISSING when the store's role is not there
   */
  makeScratch(
    names: TenantDatabase,
    side: ScratchDatabase,
    purpose: 'restore' | 'drill',
    temporary: number,
  ): Promise<void>;
  /** Bytes that it takes; undefined when it is not there. */
  size(scratch: string): Promise<number | undefined>;
  /** Who may enter it. @returns name and new password of its role */
  admit(scratch: string): Promise<{ role: string; password: string }>;
  /**
   * Puts the scratch database in the place of the store's own, which is archived, and writes down which one it put there; all in
   * one transaction. Who was connected is cut off. Repeating it changes nothing.
   * @returns `lost` when there is neither the scratch database that was made nor the one that was put in place
   */
  swap(names: TenantDatabase, scratch: string, archived: ScratchDatabase): Promise<'swapped' | 'first' | 'lost'>;
  /** Lets connections in again, should a swap have been broken off. */
  reopen(names: TenantDatabase): Promise<void>;
  drop(name: string): Promise<void>;
  /** Drops those whose time has passed, and what operations that were killed left. @returns their names */
  sweep(): Promise<string[]>;
};

/** How long the database that a restore replaced can be gone back to. */
const ARCHIVED_MS = 7 * 86_400_000;

export function createScratchDatabases(cluster: Cluster & { clock: Clock }): ScratchDatabases {
  const { db, clock } = cluster;
  const exists = async (name: string) => (await selectDatabase(db, name)) !== undefined;

  async function dropBoth(name: string): Promise<void> {
    await destroyDatabase(cluster, name);
    if (await selectRole(db, name)) await destroyRole(cluster, name);
  }

  async function drop(name: string): Promise<void> {
    await dropBoth(name);
    await deleteScratch(db, name);
  }

  return {
    async makeScratch(names, { name, store, operationId }, purpose, temporary) {
      const { tenantId, role } = names;
      if (!(await selectRole(db, role))) {
        throw new AppError(
          'DATABASE_MISSING',
          `The cluster has no role ${role}, and with it no database of the store ${store}. A restore makes both: lapak backup list ${store}, then lapak backup restore <id>.`,
        );
      }
      const row = { name, tenant_id: tenantId, store, purpose, operation_id: operationId };
      await insertScratch(db, { ...row, made_at: clock.now(), drop_after: null });
      await dropBoth(name);
      await createClosedDatabase(db, name);
      await commentDatabase(db, name, markOf(tenantId));
      await db.tx(async (tx) => {
        await createDeputy(tx, name, role);
        await limitDeputy(tx, name, temporary);
      });
      await admitOnly(db, name, [
        { role: name, privileges: ['CONNECT'] },
        // What is loaded makes its schemas.
        { role, privileges: ['CREATE', 'TEMPORARY'] },
      ]);
      await allowConnections(db, name, true);
      await giveSchemas(cluster, { ...names, database: name }, ['public']);
      await updateScratchOid(db, name, (await selectDatabase(db, name))?.oid ?? 0);
    },
    size: (scratch) => selectSize(db, scratch),
    async admit(scratch) {
      const password = randomSecret(24);
      await allowLogin(db, scratch, scramVerifier(password));
      return { role: scratch, password };
    },
    async swap(names, scratch, { name, store, operationId }) {
      const { tenantId, role, database } = names;
      const swap = await selectSwap(db, operationId);
      const present = await selectDatabase(db, database);
      if (swap !== undefined && present?.oid === swap) {
        if (await selectRole(db, scratch)) await destroyRole(cluster, scratch);
        return 'swapped';
      }
      const loaded = await selectDatabase(db, scratch);
      if (!loaded || loaded.oid !== (await selectScratch(db, scratch))?.oid) return 'lost';
      await emptyDatabase(cluster, scratch);
      if (present) {
        await takeDatabase(cluster, database, markOf(tenantId));
        await emptyDatabase(cluster, database);
      }
      const at = clock.now();
      const base = { name, tenant_id: tenantId, store, purpose: 'kept' as const, operation_id: operationId };
      await db.tx(async (tx) => {
        if (present) {
          await insertScratch(tx, { ...base, made_at: at, drop_after: new Date(at.getTime() + ARCHIVED_MS) });
          await renameDatabase(tx, database, name);
          await admitOnly(tx, name, []);
          await allowConnections(tx, name, true);
        }
        await renameDatabase(tx, scratch, database);
        await admitOnly(tx, database, [{ role, privileges: ['CONNECT', 'TEMPORARY'] }]);
        await allowConnections(tx, database, true);
        await deleteScratch(tx, scratch);
        await insertSwap(tx, { operation_id: operationId, oid: loaded.oid, at });
      });
      await destroyRole(cluster, scratch);
      return present ? 'swapped' : 'first';
    },
    async reopen({ database }) {
      if (await exists(database)) await allowConnections(db, database, true);
    },
    drop,
    async sweep() {
      const names = (await selectDroppable(db, clock.now())).map((row) => row.name);
      for (const name of names) await drop(name);
      return names;
    },
  };
}
