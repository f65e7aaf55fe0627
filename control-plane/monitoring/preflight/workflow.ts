import { join } from 'node:path';
import { AppError } from '../../../kernel/errors.ts';
import type { OperationRow, Step, Workflow } from '../../fleet/operations/index.ts';
import { loadSpec, loadTenant, runtimeName, selectTenantById } from '../../fleet/tenants/index.ts';
import { settingsOf } from '../health/index.ts';
import { type Check, checkStep } from './check.ts';
import { loadCheck, logsCheck } from './checks/alert.ts';
import { backupCheck, restoreCheck } from './checks/backup.ts';
import { portsCheck, spaceCheck, timeZoneCheck } from './checks/host.ts';
import { killCheck } from './checks/kill.ts';
import { paidCheck, unpaidCheck } from './checks/payment.ts';
import { tokenCheck, updatesCheck } from './checks/telegram.ts';
import type { RehearsalDeps } from './deps.ts';
import { countOf, linesOf, renderReport, stampOf } from './report.ts';
import { emptyLogs, writeReport } from './store-files.ts';

/**
 * Goes through the checklist before a store opens its doors. Each line is a step that always succeeds and tells what it
 * found; the last one writes the report, and fails when a line did.
 */
export function rehearsalWorkflow(deps: RehearsalDeps): Workflow {
  const checks = [
    tokenCheck(deps),
    updatesCheck(deps),
    portsCheck(),
    timeZoneCheck(deps),
    spaceCheck(deps),
    unpaidCheck(deps),
    paidCheck(deps),
    backupCheck(deps),
    restoreCheck(deps),
    logsCheck(deps),
    loadCheck(deps),
    // Last, since the store is away for a moment.
    killCheck(deps),
  ];
  const steps = [...checks.map((check) => checkStep(deps, check)), reportStep(deps, checks)];
  return {
    steps,
    cancellable: true,
    begin: async () => {},
    async finalize(tx, operation, { state }) {
      const tenant = await selectTenantById(tx, operation.tenant_id);
      if (!tenant) return;
      const folder = join(deps.tenants.deployments, runtimeName(tenant.store, tenant.gateway));
      // What came between a crash of ours and the next try is taken away here, and what was told is ended.
      if (state === 'succeeded') return;
      await emptyLogs(folder).catch(() => {});
      tx.afterCommit(() => deps.health.checkSoon(tenant.id));
    },
  };
}

function reportStep(deps: RehearsalDeps, checks: readonly Check[]): Step {
  const { tenants } = deps;
  const first = checks[0]?.name ?? '';
  return {
    name: 'report',
    timeoutSeconds: 60,
    async run({ operation }) {
      // A retry runs all checks again: what was fixed has to show.
      const lines = linesOf(operation);
      // So do those of a version that kept no findings.
      if (isOfAnEarlierAttempt(operation, first) || lines.length < checks.length)
        return { detail: 'all of it again', backTo: first };
      const tenant = await loadTenant(tenants, operation.tenant_id);
      const { folder } = await loadSpec(tenants, tenant);
      const { timeZone } = settingsOf(tenant.env, tenants.platform.tenantDefaults);
      const stamp = stampOf(operation.started_at ?? operation.created_at, timeZone);
      const name = `rehearsal-${stamp}.md`;
      await writeReport(folder, name, renderReport(tenant.store, operation.id, `${stamp} ${timeZone}`, lines));
      const path = join(folder, 'logs', 'maintenance', name);
      const bad = lines.filter(({ result }) => result === 'failed').map((line) => line.name);
      if (bad.length > 0) {
        throw new AppError('REHEARSAL_FAILED', `Not ready to open: ${bad.join(', ')}. The report: ${path}`);
      }
      return { detail: `${countOf(lines, 'ok')} ok, ${countOf(lines, 'warning')} warnings, ${path}` };
    },
  };
}

function isOfAnEarlierAttempt({ steps, started_at: began }: OperationRow, first: string): boolean {
  const at = steps.find(({ name }) => name === first)?.started_at;
  return at !== null && at !== undefined && began !== null && at < began;
}
