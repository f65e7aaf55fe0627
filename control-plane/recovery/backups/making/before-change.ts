import { AppError } from '../../../../kernel/errors.ts';
import type { OperationRow, Step } from '../../../fleet/operations/index.ts';
import { databaseName, selectTenantById } from '../../../fleet/tenants/index.ts';
import { selectServerVersion } from '../postgres/index.ts';
import { databaseExists } from '../sql.ts';
import type { BackupParts } from './parts.ts';
import { backupStep } from './within.ts';

/** The backup before an upgrade; left out on request only. */
export function upgradeBackupStep(parts: BackupParts): Step {
  const step = backupStep(parts, 'before-upgrade', async ({ params }) => wish(params));
  return orHint(step, (store) => `To upgrade without it: lapak tenant upgrade ${store} --without-backup`);
}

/**
 * The last backup of a store that is closed for good. Left out with `purge`, on request, and where there is nothing to dump
 * or nothing to dump it with: without `purge` the database itself is kept too.
 */
export function lastBackupStep(parts: BackupParts): Step {
  const step = backupStep(parts, 'before-remove', (operation) => whyNone(parts, operation));
  return orHint(
    step,
    (store) => `To close the store without a last backup: lapak tenant remove ${store} --without-backup`,
  );
}

/** A backup that fails says how to go on without it. */
function orHint(step: Step, hint: (store: string) => string): Step {
  return {
    ...step,
    async run(context) {
      try {
        return await step.run(context);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        throw new AppError(error.code, `${error.message} ${hint(context.operation.store)}`, { cause: error });
      }
    },
  };
}

const wish = ({ withoutBackup }: OperationRow['params']) => (withoutBackup ? 'none was wanted' : undefined);

async function whyNone(parts: BackupParts, { tenant_id: id, params }: OperationRow): Promise<string | undefined> {
  if (params.purge) return 'nothing is kept';
  const wished = wish(params);
  if (wished !== undefined) return wished;
  const tenant = await selectTenantById(parts.db, id);
  if (!tenant?.provisioned_at) return 'the store was never opened';
  if (!(await databaseExists(parts.db, databaseName(tenant.store)))) return 'there is no database';
  return whyNoTools(parts);
}

async function whyNoTools({ db, tools }: BackupParts): Promise<string | undefined> {
  try {
    await tools.find((await selectServerVersion(db)).major);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'BACKUP_TOOLS_MISSING') throw error;
    return 'there is no pg_dump here (see lapak doctor)';
  }
}
