import type { Step } from '../../operations/index.ts';
import type { TenantParts } from '../parts.ts';
import { loadTenant } from '../runtime-spec.ts';

/** The same step, left out for a store that is to stand still. */
export function unlessStopped(parts: TenantParts, step: Step): Step {
  return {
    ...step,
    async run(context) {
      const tenant = await loadTenant(parts, context.operation.tenant_id);
      if (tenant.desired_state !== 'running') return { skipped: true, detail: 'the store is stopped' };
      return step.run(context);
    },
  };
}
