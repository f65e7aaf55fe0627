import type { Tx } from '../../../kernel/db.ts';
import type { OperationRow, Outcome, Step, Workflow } from '../../fleet/operations/index.ts';
import { selectTenantById } from '../../fleet/tenants/index.ts';
import { selectBackup } from '../backups/index.ts';
import { checkStep, countStep, loadStep, type RestoreDeps, scratchName } from '../restores/index.ts';
import { insertDrill } from './sql.ts';

/**
 * Restores a backup beside its store and counts what is in it. The store goes on; its turn for changes is held, so that
 * nothing prunes the backup or removes the role meanwhile. Who needs the turn cancels the drill.
 */
export function drillWorkflow(deps: RestoreDeps, drilled: (result: 'passed' | 'failed') => void): Workflow {
  return {
    steps: [checkStep(deps), loadStep(deps), countStep(deps), dropStep(deps)],
    cancellable: true,
    begin: async () => {},
    finalize: (tx, operation, outcome) => finalize(deps, drilled, tx, operation, outcome),
  };
}

function dropStep(deps: RestoreDeps): Step {
  return {
    name: 'drop',
    timeoutSeconds: 120,
    async run({ operation }) {
      await deps.scratchDatabases.drop(scratchName(operation));
      return { detail: 'dropped' };
    },
  };
}

async function finalize(
  { backups, scratchDatabases }: RestoreDeps,
  drilled: (result: 'passed' | 'failed') => void,
  tx: Tx,
  operation: OperationRow,
  outcome: Outcome,
): Promise<void> {
  const { id, tenant_id: tenantId, store, params, started_at: started } = operation;
  // What it leaves is dropped at once, and by the next sweep should that fail.
  if (outcome.state !== 'succeeded') tx.afterCommit(() => void scratchDatabases.sweep().catch(() => {}));
  if (outcome.state === 'cancelled') return;
  const tenant = await selectTenantById(tx, tenantId);
  const backup = await selectBackup(tx, params.backupId ?? '');
  if (!tenant || !backup) return;
  const passed = outcome.state === 'succeeded';
  const at = backups.clock.now();
  const rows = passed ? Object.values(backup.row_counts ?? {}).reduce((sum, count) => sum + count, 0) : null;
  const detail = outcome.state === 'failed' ? `${outcome.code}: ${outcome.message}` : `${rows} rows of ${backup.file}`;
  const result = passed ? 'passed' : 'failed';
  const seconds = (at.getTime() - (started ?? at).getTime()) / 1000;
  await insertDrill(tx, {
    operation_id: id,
    tenant_id: tenantId,
    store,
    backup_id: backup.id,
    result,
    detail,
    rows,
    seconds,
    at,
  });
  const key = `drill_failed:${tenantId}`;
  const about = { tenantId, store, storeName: tenant.store_name };
  if (passed) await backups.alerts.clear(tx, key);
  else await backups.alerts.raise(tx, { kind: 'drill_failed', key, severity: 'error', about, detail });
  tx.afterCommit(() => drilled(result));
}
