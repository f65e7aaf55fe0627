import { AppError, errorMessage } from '../../../kernel/errors.ts';
import { storable } from '../../../kernel/text.ts';
import { REHEARSAL_RESULTS } from '../../api/contract/index.ts';
import type { RuntimeSpec } from '../../fleet/drivers/index.ts';
import type { Step, StepContext } from '../../fleet/operations/index.ts';
import { loadSpec, loadTenant, type TenantRow } from '../../fleet/tenants/index.ts';
import { scrub } from '../../platform/secrets/index.ts';
import type { RehearsalDeps } from './deps.ts';

export type Result = (typeof REHEARSAL_RESULTS)[number];

/** What one check found, and how to fix it. */
export type Finding = { result: Result; found: string; remedy?: string };

export const ok = (found: string): Finding => ({ result: 'ok', found });
export const warning = (found: string, remedy: string): Finding => ({ result: 'warning', found, remedy });
export const failed = (found: string, remedy: string): Finding => ({ result: 'failed', found, remedy });
export const leftOut = (found: string): Finding => ({ result: 'left out', found });

export type CheckContext = StepContext & { tenant: TenantRow; spec: RuntimeSpec };

export type Check = {
  name: string;
  timeoutSeconds: number;
  /** How to fix what stops it before it has found anything. */
  remedy: string;
  run(context: CheckContext): Promise<Finding>;
};

const MARK = ' To mend: ';
const LONGEST = 1_000;

/** The finding as the detail of its step. */
export function formatFinding({ result, found, remedy }: Finding): string {
  return `${result}: ${found}${remedy === undefined ? '' : `${MARK}${remedy}`}`;
}

/** The same, fit to be kept and shown, whatever the store said. Cut last, so that no part of a secret is left. Pure. */
export function detailOf(finding: Finding, secrets: readonly string[]): string {
  const found = storable(scrub(finding.found, secrets).slice(0, LONGEST));
  return scrub(formatFinding({ ...finding, found }), secrets);
}

/** The finding that a step's detail tells; undefined when it tells none. */
export function findingOf(detail: string | null): Finding | undefined {
  const result = REHEARSAL_RESULTS.find((each) => detail?.startsWith(`${each}: `));
  if (detail === null || result === undefined) return undefined;
  const text = detail.slice(result.length + 2);
  const at = text.lastIndexOf(MARK);
  return at < 0 ? { result, found: text } : { result, found: text.slice(0, at), remedy: text.slice(at + MARK.length) };
}

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
        finding = await check.run({ ...context, tenant, spec });
      } catch (error) {
        const late = signal.reason instanceof AppError && signal.reason.code === 'DEADLINE_EXCEEDED';
        if (signal.aborted && !late) throw error;
        const code = error instanceof AppError ? ` (${error.code})` : '';
        const why = late ? `not done within ${check.timeoutSeconds} seconds` : `${errorMessage(error)}${code}`;
        finding = failed(why, check.remedy);
      }
      const secrets = Object.values(await deps.tenants.secrets.openAll(deps.tenants.db, operation.tenant_id));
      return { detail: detailOf(finding, secrets), skipped: finding.result === 'left out' };
    },
  };
}
