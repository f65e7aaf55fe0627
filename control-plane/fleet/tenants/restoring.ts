import type { Step } from '../operations/index.ts';
import type { TenantParts } from './parts.ts';
import { routeIngress, verifyWebhook } from './steps/ingress.ts';
import { allocatePorts, writeFiles } from './steps/prepare.ts';
import { awaitHealthy, ensureRuntime, stopRuntime } from './steps/run.ts';
import { unlessStopped } from './steps/unless-stopped.ts';

/** What stands still while a store's database is replaced, and what brings the store up again as it is wanted. */
export function stepsAround(parts: TenantParts): { stop: Step; start: readonly Step[] } {
  const run = [routeIngress(parts), ensureRuntime(parts), awaitHealthy(parts), verifyWebhook(parts)];
  return {
    stop: stopRuntime(parts),
    start: [allocatePorts(parts), writeFiles(parts), ...run.map((step) => unlessStopped(parts, step))],
  };
}
