import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Audit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import type { Drill, Operation } from '../../api/contract/index.ts';
import type { Operations } from '../../fleet/operations/index.ts';
import { requireTenant } from '../../fleet/tenants/index.ts';
import type { DrillSchedule } from './schedule.ts';
import { selectDrills, selectNewestVerified } from './sql.ts';

export type Drills = {
  /** Drills the newest verified backup of a store now. @throws AppError TENANT_NOT_FOUND, BACKUP_NOT_FOUND */
  start(store: string, caller: Caller): Promise<Operation>;
  /** Lets every store that has a backup wait for its drill. @returns their names */
  startAll(caller: Caller): Promise<{ stores: string[] }>;
  list(store: string | null, limit: number): Promise<Drill[]>;
};

export function createDrills(deps: {
  db: Db;
  audit: Audit;
  operations: Operations;
  schedule: Pick<DrillSchedule, 'request'>;
}): Drills {
  const { db, audit, operations, schedule } = deps;
  return {
    start: (store, caller) =>
      db.tx(async (tx) => {
        const tenant = await requireTenant(tx, store);
        const backupId = await selectNewestVerified(tx, tenant.id);
        if (!backupId) {
          throw new AppError('BACKUP_NOT_FOUND', `The store ${store} has no verified backup yet. Make one first.`);
        }
        const params = { backupId };
        const operation = await operations.schedule(tx, { tenantId: tenant.id, store, kind: 'drill', params, caller });
        const target = `tenant:${store}`;
        await audit.record(tx, caller, { action: 'backup.drill', target, after: params, result: 'accepted' });
        await caller.remember(tx, 202, { operation });
        return operation;
      }),
    async startAll(caller) {
      const answer = { stores: await schedule.request('all') };
      await db.tx(async (tx) => {
        await audit.record(tx, caller, { action: 'backup.drill', target: 'stores', after: answer, result: 'accepted' });
        await caller.remember(tx, 202, answer);
      });
      return answer;
    },
    async list(store, limit) {
      const rows = await selectDrills(db, store, limit);
      return rows.map((row) => ({
        operation: row.operation_id,
        store: row.store,
        backup: row.backup_id,
        result: row.result,
        detail: row.detail,
        rows: row.rows,
        seconds: row.seconds,
        at: row.at.toISOString(),
      }));
    },
  };
}
