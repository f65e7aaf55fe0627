import { AppError, errorMessage } from '../../../../kernel/errors.ts';
import type { BackupReason } from '../../../api/contract/index.ts';
import {
  type OperationRow,
  runSteps,
  type Step,
  type StepContext,
  withPrefix,
} from '../../../fleet/operations/index.ts';
import { databaseName, selectTenantById } from '../../../fleet/tenants/index.ts';
import { selectServerVersion } from '../postgres/index.ts';
import { databaseExists, selectBackupOf } from '../sql.ts';
import type { BackupDeps } from './deps.ts';
import { recordFailed } from './record.ts';
import { dumpStep, offsiteStep, sealStep, verifyStep } from './steps.ts';

/** What makes a backup, without the pruning of older ones. */
const makingSteps = (deps: BackupDeps): Step[] => [dumpStep(deps), sealStep(deps), verifyStep(deps), offsiteStep(deps)];

type Options = {
  /** Why none is made this time; undefined to make one. */
  unless?(operation: OperationRow): Promise<string | undefined>;
  /** How to go on without one when it fails. */
  hint?(store: string): string;
};

/** A backup as steps of another operation, which goes on only when the backup is verified. */
export function backupSteps(deps: BackupDeps, reason: BackupReason, { unless, hint }: Options = {}): Step[] {
  return makingSteps(deps).map((making) => {
    const step = withPrefix('backup-', making);
    return {
      ...step,
      async run(context) {
        const why = await unless?.(context.operation);
        if (why !== undefined) return { skipped: true, detail: why };
        const operation = withReason(context.operation, reason);
        try {
          return await step.run({ ...context, operation });
        } catch (error) {
          if (!context.signal.aborted) await reportFailure(deps, operation, error);
          if (!hint || !(error instanceof AppError)) throw error;
          throw new AppError(error.code, `${error.message} ${hint(operation.store)}`, { cause: error });
        }
      },
    };
  });
}

/** Makes a backup within one step, which reports of it in its own way. @returns the name of its file */
export async function makeBackup(deps: BackupDeps, reason: BackupReason, context: StepContext): Promise<string> {
  const operation = withReason(context.operation, reason);
  try {
    await runSteps(makingSteps(deps), { ...context, operation });
  } catch (error) {
    if (!context.signal.aborted) await reportFailure(deps, operation, error);
    throw error;
  }
  return (await selectBackupOf(deps.db, operation.id))?.file ?? '';
}

const withReason = (operation: OperationRow, reason: BackupReason): OperationRow => ({
  ...operation,
  params: { ...operation.params, reason },
});

async function reportFailure(deps: BackupDeps, operation: OperationRow, error: unknown): Promise<void> {
  const fault = { code: error instanceof AppError ? error.code : 'INTERNAL', message: errorMessage(error) };
  const row = await selectBackupOf(deps.db, operation.id);
  const unfinished = row?.state === 'verified' ? undefined : row;
  await deps.db.tx((tx) => recordFailed(deps, tx, unfinished, fault, operation.tenant_id));
}

/** The backup before an upgrade; left out on request only. */
export const upgradeBackupSteps = (deps: BackupDeps): Step[] =>
  backupSteps(deps, 'before-upgrade', {
    unless: async ({ params }) => wish(params),
    hint: (store) => `To upgrade without it: lapak tenant upgrade ${store} --without-backup`,
  });

/**
 * The last backup of a store that is closed for good. Left out with `purge`, on request, and where there is nothing to dump
 * or nothing to dump it with: without `purge` the database itself is kept too.
 */
export const lastBackupSteps = (deps: BackupDeps): Step[] =>
  backupSteps(deps, 'before-remove', {
    unless: (operation) => whyNone(deps, operation),
    hint: (store) => `To close the store without a last backup: lapak tenant remove ${store} --without-backup`,
  });

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
