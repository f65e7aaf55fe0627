import type { Observation } from '../drivers/index.ts';
import { isWebhook } from './environment.ts';
import type { TenantParts } from './parts.ts';
import { loadSpec, loadTenant } from './runtime-spec.ts';
import { isPortInUse } from './steps/run.ts';

/** Ports may be lost more than once, but not for ever. */
const MOST_TRIES = 3;

/** What the steps of a start do, in one go: for the reconciler, which starts again what should run. */
export async function bringUp(parts: TenantParts, tenantId: string, signal: AbortSignal): Promise<Observation> {
  for (let tries = 1; ; tries++) {
    await parts.ports.ensure(tenantId);
    const tenant = await loadTenant(parts, tenantId);
    const spec = await loadSpec(parts, tenant);
    await parts.writeDeployment(spec);
    if (isWebhook(tenant.mode, parts.platform.publicUrl)) await parts.ingress.put(tenant.store, spec.ports);
    try {
      return await parts.driver.ensure(spec, signal);
    } catch (error) {
      if (!isPortInUse(error) || tries === MOST_TRIES) throw error;
      await parts.ports.dropLost(tenantId);
    }
  }
}
