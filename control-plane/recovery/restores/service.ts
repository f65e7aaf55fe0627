import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Audit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import type { Operation } from '../../api/contract/index.ts';
import type { Operations } from '../../fleet/operations/index.ts';
import { selectTenantById } from '../../fleet/tenants/index.ts';
import { selectBackup } from '../backups/index.ts';

export type Restores = {
  /**
   * Puts a backup in the place of its store's database. Without `withoutBackup` what is now is backed up first.
   * @throws AppError BACKUP_NOT_FOUND, TENANT_NOT_FOUND, TENANT_STATE_CONFLICT, OPERATION_IN_PROGRESS
   */
  restore(backupId: string, how: { withoutBackup: boolean }, caller: Caller): Promise<Operation>;
};

export function createRestores(deps: { db: Db; audit: Audit; operations: Operations }): Restores {
  const { db, audit, operations } = deps;
  return {
    restore: (backupId, { withoutBackup }, caller) =>
      db.tx(async (tx) => {
        const row = await selectBackup(tx, backupId);
        if (!row) throw new AppError('BACKUP_NOT_FOUND', 'There is no backup with this id.');
        if (row.state !== 'made' && row.state !== 'verified') {
          throw new AppError('BACKUP_NOT_FOUND', `The backup ${row.file} cannot be restored: it is ${row.state}.`);
        }
        const { tenant_id: tenantId } = row;
        await operations.assertFree(tx, tenantId);
        const tenant = await selectTenantById(tx, tenantId);
        if (!tenant) {
          throw new AppError(
            'TENANT_NOT_FOUND',
            `The store ${row.store} of this backup was removed. Open it again first.`,
          );
        }
        if (tenant.desired_state === 'removed') {
          throw new AppError('TENANT_STATE_CONFLICT', `The store ${tenant.store} is being closed. Retry its removal.`);
        }
        const { store, desired_state: previousDesiredState, state: previousState } = tenant;
        const params = { backupId, withoutBackup, previousDesiredState, previousState };
        const operation = await operations.schedule(tx, { tenantId, store, kind: 'restore', params, caller });
        await audit.record(tx, caller, {
          action: 'backup.restore',
          target: `tenant:${store}`,
          after: { backupId, file: row.file, withoutBackup },
          result: 'accepted',
        });
        await caller.remember(tx, 202, { operation });
        return operation;
      }),
  };
}
