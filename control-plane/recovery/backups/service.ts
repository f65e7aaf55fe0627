import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Audit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import type { Backup, Operation } from '../../api/contract/index.ts';
import type { NewOperationInput, Operations } from '../../fleet/operations/index.ts';
import { requireTenant } from '../../fleet/tenants/index.ts';
import { type BackupRow, countManualOfDay, selectBackup, selectBackups, selectLastGood } from './sql.ts';
import { listStandings } from './standings.ts';

/** No verified backup of a day is pruned: without a limit, a key that may make them could fill the disk. */
const MOST_MANUAL_A_DAY = 24;

export type Backups = {
  /** @throws AppError TENANT_NOT_FOUND, TENANT_STATE_CONFLICT before the store was opened, OPERATION_IN_PROGRESS, BACKUP_LIMIT_REACHED */
  create(store: string, caller: Caller): Promise<Operation>;
  /** Newest first; also of a store that was removed. @throws AppError TENANT_NOT_FOUND */
  list(filter: Parameters<typeof selectBackups>[1]): Promise<(Backup & { seq: number })[]>;
  /** How safe the data of each store is. @throws AppError BAD_REQUEST */
  standings(query: Parameters<typeof listStandings>[1]): ReturnType<typeof listStandings>;
  /** @throws AppError BACKUP_NOT_FOUND */
  show(id: string): Promise<Backup>;
  verify(id: string, caller: Caller): Promise<Operation>;
  /** When the newest verified backup of a store was begun; null when there is none. */
  lastGood(store: string): Promise<Date | null>;
  prune(store: string, caller: Caller): Promise<Operation>;
};

export function createBackups(deps: { db: Db; clock: Clock; audit: Audit; operations: Operations }): Backups {
  const { db, clock, audit, operations } = deps;

  async function begin(tx: Tx, input: NewOperationInput, action: string): Promise<Operation> {
    const operation = await operations.schedule(tx, input);
    const target = `tenant:${input.store}`;
    const { backupId } = input.params ?? {};
    await audit.record(tx, input.caller, {
      action,
      target,
      ...(backupId ? { after: { backupId } } : {}),
      result: 'accepted',
    });
    await input.caller.remember(tx, 202, { operation });
    return operation;
  }

  return {
    create: (store, caller) =>
      db.tx(async (tx) => {
        const tenant = await requireTenant(tx, store);
        if (tenant.provisioned_at === null) {
          throw new AppError(
            'TENANT_STATE_CONFLICT',
            `The store ${store} was never opened; there is nothing to back up.`,
          );
        }
        const params = { reason: 'manual' } as const;
        const input = { tenantId: tenant.id, store, kind: 'backup', params, caller } as const;
        const operation = await begin(tx, input, 'backup.create');
        // A store has one operation at a time, so nobody else is between this count and the backup.
        if ((await countManualOfDay(tx, tenant.id)) >= MOST_MANUAL_A_DAY) {
          throw new AppError(
            'BACKUP_LIMIT_REACHED',
            `The store ${store} has ${MOST_MANUAL_A_DAY} backups by hand of the last 24 hours. Use the newest of them, or wait; those of the schedule and before changes go on.`,
          );
        }
        return operation;
      }),
    async list(filter) {
      const rows = await selectBackups(db, filter);
      if (rows.length === 0) await db.tx((tx) => requireTenant(tx, filter.store));
      return rows.map((row) => ({ ...toBackup(row), seq: row.seq }));
    },
    standings: (query) => listStandings(db, query, clock.now()),
    async show(id) {
      const row = await selectBackup(db, id);
      if (!row) throw new AppError('BACKUP_NOT_FOUND', 'There is no backup with this id.');
      return toBackup(row);
    },
    lastGood: (store) => selectLastGood(db, store),
    verify: (id, caller) =>
      db.tx(async (tx) => {
        const row = await selectBackup(tx, id);
        if (!row) throw new AppError('BACKUP_NOT_FOUND', 'There is no backup with this id.');
        const about = { tenantId: row.tenant_id, store: row.store };
        return begin(tx, { ...about, kind: 'verify-backup', params: { backupId: id }, caller }, 'backup.verify');
      }),
    prune: (store, caller) =>
      db.tx(async (tx) => {
        const { id: tenantId } = await requireTenant(tx, store);
        return begin(tx, { tenantId, store, kind: 'prune-backups', caller }, 'backup.prune');
      }),
  };
}

const time = (date: Date | null) => date?.toISOString() ?? null;

/** The backup as the API shows it. */
function toBackup(row: BackupRow): Backup {
  return {
    id: row.id,
    store: row.store,
    file: row.file,
    reason: row.reason,
    state: row.state,
    operation: row.operation_id,
    size: row.size,
    sha256: row.sha256,
    rows: row.row_counts,
    migration: row.migration,
    image: row.image,
    local: row.local_path === null ? null : { path: row.local_path, verifiedAt: time(row.local_verified_at) },
    offsite:
      row.offsite_state === 'none'
        ? null
        : {
            place: row.offsite_place,
            state: row.offsite_state,
            verifiedAt: time(row.offsite_verified_at),
            error: row.offsite_error,
          },
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    startedAt: row.started_at.toISOString(),
    finishedAt: time(row.finished_at),
  };
}
