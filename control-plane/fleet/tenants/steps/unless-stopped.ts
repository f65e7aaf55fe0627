import type { Step } from '../../operations/index.ts';
import type { TenantDeps } from '../deps.ts';
import { loadTenant } from '../runtime-spec.ts';

/** The same step, left out for a store that is to stand still. */
export function unlessStopped(deps: TenantDeps, step: Step): Step {
  return {
    ...step,
    async run(context) {
      const tenant = await loadTenant(deps, context.operation.tenant_id);
      if (tenant.desired_state !== 'running') return { skipped: true, detail: 'the store is stopped' };
      return step.run(context);
    },
  };
}
