import type { Step } from '../operations/index.ts';
import type { TenantDeps } from './deps.ts';
import { routeIngress, verifyWebhook } from './steps/ingress.ts';
import { allocatePorts, writeFiles } from './steps/prepare.ts';
import { awaitHealthy, ensureRuntime, stopRuntime } from './steps/run.ts';
import { unlessStopped } from './steps/unless-stopped.ts';

/** What stands still while a store's database is replaced, and what brings the store up again as it is wanted. */
export function stepsAround(deps: TenantDeps): { stop: Step; start: readonly Step[] } {
  const run = [routeIngress(deps), ensureRuntime(deps), awaitHealthy(deps), verifyWebhook(deps)];
  return {
    stop: stopRuntime(deps),
    start: [allocatePorts(deps), writeFiles(deps), ...run.map((step) => unlessStopped(deps, step))],
  };
}
