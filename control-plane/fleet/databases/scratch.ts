import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import { cutOff } from './cut-off.ts';
import { deleteScratch, insertScratch, selectDroppable } from './scratch-sql.ts';
import type { TenantDatabase } from './service.ts';
import {
  allowConnections,
  closeToPublic,
  commentDatabase,
  createClosedDatabase,
  dropDatabase,
  renameDatabase,
  selectDatabase,
  selectDatabaseComment,
  takeDatabase,
} from './sql.ts';

/** A database beside a store's own, and the operation that it is there for. */
export type ScratchDatabase = { name: string; store: string; operationId: string };

/** Databases beside those of the stores. Each has a row before it is made and until it is dropped: none is forgotten. */
export type ScratchDatabases = {
  /** An empty one that only the store's role may enter. What was there of this name is dropped. The role has to be there. */
  makeScratch(names: TenantDatabase, side: ScratchDatabase, purpose: 'restore' | 'drill'): Promise<void>;
  /**
   * Puts the scratch database in the place of the store's own, which is archived; both in one transaction. Who was
   * connected is cut off. Repeating it changes nothing.
   * @returns `lost` when there is neither the scratch database nor a sign that it was put in place
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

const markOf = (operationId: string) => `lapak operation ${operationId}`;

export function createScratchDatabases({ db, clock }: { db: Db; clock: Clock }): ScratchDatabases {
  const exists = async (name: string) => (await selectDatabase(db, name)) !== undefined;

  async function drop(name: string): Promise<void> {
    await dropDatabase(db, name);
    await deleteScratch(db, name);
  }

  return {
    async makeScratch({ tenantId, role }, { name, store, operationId }, purpose) {
      const row = { name, tenant_id: tenantId, store, purpose, operation_id: operationId };
      await insertScratch(db, { ...row, made_at: clock.now(), drop_after: null });
      await dropDatabase(db, name);
      await createClosedDatabase(db, name, role);
      await closeToPublic(db, name);
      await commentDatabase(db, name, markOf(operationId));
      await allowConnections(db, name, true);
    },
    async swap({ tenantId, database }, scratch, { name, store, operationId }) {
      // The mark goes with the database when it gets another name.
      if ((await selectDatabaseComment(db, database)) === markOf(operationId)) return 'swapped';
      if (!(await exists(scratch))) return 'lost';
      await cutOff(db, scratch);
      const former = await exists(database);
      if (former) await cutOff(db, database);
      const at = clock.now();
      const base = { name, tenant_id: tenantId, store, purpose: 'kept' as const, operation_id: operationId };
      await db.tx(async (tx) => {
        if (former) {
          await insertScratch(tx, { ...base, made_at: at, drop_after: new Date(at.getTime() + ARCHIVED_MS) });
          await renameDatabase(tx, database, name);
          // What can be gone back to is not in the hands of what may have to be gone back from.
          await takeDatabase(tx, name);
          await allowConnections(tx, name, true);
        }
        await renameDatabase(tx, scratch, database);
        await allowConnections(tx, database, true);
        await deleteScratch(tx, scratch);
      });
      return former ? 'swapped' : 'first';
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
