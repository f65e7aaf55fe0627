import { AppError, errorMessage } from '../../../../kernel/errors.ts';
import type { BackupReason } from '../../../api/contract/index.ts';
import { type OperationRow, runSteps, type Step } from '../../../fleet/operations/index.ts';
import { databaseName, selectTenantById } from '../../../fleet/tenants/index.ts';
import { selectServerVersion } from '../postgres/index.ts';
import { databaseExists, selectBackupOf } from '../sql.ts';
import type { BackupDeps } from './deps.ts';
import { recordFailed } from './record.ts';
import { dumpStep, LONG_SECONDS, offsiteStep, sealStep, verifyStep } from './steps.ts';

/**
 * A whole backup as one step of another operation, which goes on only when the backup is verified.
 * @param unless says why none is taken this time; undefined to take one
 */
export function backupStep(
  deps: BackupDeps,
  reason: BackupReason,
  unless: (operation: OperationRow) => Promise<string | undefined> = async () => undefined,
): Step {
  const steps = [dumpStep(deps), sealStep(deps), verifyStep(deps), offsiteStep(deps)];
  return {
    name: 'backup',
    timeoutSeconds: 2 * LONG_SECONDS,
    async run(context) {
      const why = await unless(context.operation);
      if (why !== undefined) return { skipped: true, detail: why };
      const operation = { ...context.operation, params: { ...context.operation.params, reason } };
      try {
        await runSteps(steps, { ...context, operation });
      } catch (error) {
        if (!context.signal.aborted) await reportFailure(deps, operation, error);
        throw error;
      }
      return { detail: (await selectBackupOf(deps.db, operation.id))?.file ?? '' };
    },
  };
}

async function reportFailure(deps: BackupDeps, operation: OperationRow, error: unknown): Promise<void> {
  const fault = { code: error instanceof AppError ? error.code : 'INTERNAL', message: errorMessage(error) };
  const row = await selectBackupOf(deps.db, operation.id);
  const unfinished = row?.state === 'verified' ? undefined : row;
  await deps.db.tx((tx) => recordFailed(deps, tx, unfinished, fault, operation.tenant_id));
}

/** The backup before an upgrade; left out on request only. */
export function upgradeBackupStep(deps: BackupDeps): Step {
  const step = backupStep(deps, 'before-upgrade', async ({ params }) => wish(params));
  return orHint(step, (store) => `To upgrade without it: lapak tenant upgrade ${store} --without-backup`);
}

/**
 * The last backup of a store that is closed for good. Left out with `purge`, on request, and where there is nothing to dump
 * or nothing to dump it with: without `purge` the database itself is kept too.
 */
export function lastBackupStep(deps: BackupDeps): Step {
  const step = backupStep(deps, 'before-remove', (operation) => whyNone(deps, operation));
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

async function whyNone(deps: BackupDeps, { tenant_id: id, params }: OperationRow): Promise<string | undefined> {
  if (params.purge) return 'nothing is kept';
  const wished = wish(params);
  if (wished !== undefined) return wished;
  const tenant = await selectTenantById(deps.db, id);
  if (!tenant?.provisioned_at) return 'the store was never opened';
  if (!(await databaseExists(deps.db, databaseName(tenant.store)))) return 'there is no database';
  return whyNoTools(deps);
}

async function whyNoTools({ db, tools }: BackupDeps): Promise<string | undefined> {
  try {
    await tools.find((await selectServerVersion(db)).major);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'BACKUP_TOOLS_MISSING') throw error;
    return 'there is no pg_dump here (see lapak doctor)';
  }
}
