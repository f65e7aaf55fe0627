import type { Observation } from '../drivers/index.ts';
import type { TenantDeps } from './deps.ts';
import { isWebhook } from './environment.ts';
import { loadSpec, loadTenant } from './runtime-spec.ts';
import { isPortInUse } from './steps/run.ts';

/** Ports may be lost more than once, but not for ever. */
const MOST_TRIES = 3;

/** What the steps of a start do, in one go: for the reconciler, which starts again what should run. */
export async function bringUp(deps: TenantDeps, tenantId: string, signal: AbortSignal): Promise<Observation> {
  for (let tries = 1; ; tries++) {
    await deps.ports.ensure(tenantId);
    const tenant = await loadTenant(deps, tenantId);
    const spec = await loadSpec(deps, tenant);
    await deps.writeDeployment(spec);
    if (isWebhook(tenant.mode, deps.platform.publicUrl))
      await deps.ingress.put(tenant.store, deps.driver.endpoint(spec));
    try {
      return await deps.driver.ensure(spec, signal);
    } catch (error) {
      if (!isPortInUse(error) || tries === MOST_TRIES) throw error;
      await deps.ports.dropLost(tenantId);
    }
  }
}
