import { AppError, errorMessage } from '../../../kernel/errors.ts';
import type { Endpoint, RuntimeSpec } from '../../fleet/drivers/index.ts';
import type { Step, StepContext } from '../../fleet/operations/index.ts';
import { loadSpec, loadTenant, type TenantRow } from '../../fleet/tenants/index.ts';
import { scrubTexts } from '../../platform/secrets/index.ts';
import type { RehearsalDeps } from './deps.ts';
import { type Fact, type Finding, failed } from './findings.ts';
import { findingText } from './messages.ts';

export type CheckContext = StepContext & { tenant: TenantRow; spec: RuntimeSpec; endpoint: Endpoint };

export type Check = {
  name: string;
  timeoutSeconds: number;
  run(context: CheckContext): Promise<Finding>;
};

const LONGEST_TEXT = 1_000;

/**
 * A check as a step. What fails in it is its finding, never the end of the rehearsal; only who cancels the operation or
 * stops the control plane ends it.
 */
export function checkStep(deps: RehearsalDeps, check: Check): Step {
  return {
    name: check.name,
    timeoutSeconds: check.timeoutSeconds,
    async run(context) {
      const { operation, signal } = context;
      let finding: Finding;
      try {
        const tenant = await loadTenant(deps.tenants, operation.tenant_id);
        const spec = await loadSpec(deps.tenants, tenant);
        finding = await check.run({ ...context, tenant, spec, endpoint: deps.tenants.driver.endpoint(spec) });
      } catch (error) {
        const late = signal.reason instanceof AppError && signal.reason.code === 'DEADLINE_EXCEEDED';
        if (signal.aborted && !late) throw error;
        finding = failed(late ? { kind: 'too_slow', seconds: check.timeoutSeconds } : faultOf(error));
      }
      const secrets = Object.values(await deps.tenants.secrets.openAll(deps.tenants.db, operation.tenant_id));
      const data = scrubTexts(finding, secrets, LONGEST_TEXT);
      return { data, detail: findingText(check.name, data), skipped: finding.result === 'left out' };
    },
  };
}

const faultOf = (error: unknown): Fact => ({
  kind: 'fault',
  message: errorMessage(error),
  ...(error instanceof AppError && { code: error.code }),
});
