import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../../../kernel/db.ts';
import { countKept, queuedWork, withStoreDatabase } from '../../../../tenant-runtime/database/index.ts';
import type { OperationRow } from '../../../fleet/operations/index.ts';
import { createRuntimeClient } from '../../../fleet/runtime-client.ts';
import { databaseName } from '../../../fleet/tenants/index.ts';
import { connectionStringOf } from '../../../recovery/backups/index.ts';
import { targetOf } from '../../../recovery/restores/index.ts';
import { type Check, type CheckContext, failed, ok, warning } from '../check.ts';
import type { RehearsalDeps } from '../deps.ts';

const POLL_MS = 300;
/** What the driver waits after a crash, and more. */
const BACK_OFF_SECONDS = 60;

/**
 * The runtime dies as by a fault of the machine, and what waited in it has to be there when it is back. That is written down
 * first, with the driver's count of restarts: whoever goes on after a crash of ours does not kill it twice, and the watch is
 * told that this one restart is no crash.
 */
export function killCheck(deps: RehearsalDeps): Check {
  const { driver, readyTimeoutSeconds } = deps.tenants;
  const { failpoint } = deps.backups;
  return {
    name: 'kill',
    timeoutSeconds: readyTimeoutSeconds + BACK_OFF_SECONDS,
    remedy: 'Start the store again: lapak tenant restart. What waited is in its database.',
    async run(context) {
      const { spec, tenant, operation, progress } = context;
      const marked = restartsOf(operation);
      if (marked !== undefined && (await isKilled(deps, context, marked))) {
        await progress(`${markOf(operation, marked)}${AGAIN}`);
        await returned(deps, context, marked);
        await deps.health.expectRestart(tenant.id, marked + 1);
        return warning(
          'killed without warning, ready again; the control plane ended meanwhile, so that what waited was not counted',
          'Rehearse again.',
        );
      }
      const first = await createRuntimeClient(spec.ports.telegram, context.signal).readiness();
      if (!first.ready)
        return failed(`it is not ready to begin with: ${first.reason}`, 'Read its log: lapak tenant logs.');
      // A crash of its own, until now, still counts.
      await deps.health.checkWithin(tenant.id, operation.id);
      const { restarts = 0 } = await driver.observe(spec.store);
      const waited = await inDatabase(deps, context, queuedWork);
      await progress(markOf(operation, restarts));
      const began = performance.now();
      await driver.kill(spec.store);
      failpoint('rehearsal.killed');
      await returned(deps, context, restarts);
      await deps.health.expectRestart(tenant.id, restarts + 1);
      const gap = Math.ceil((performance.now() - began) / 1000);
      const count = waited.deliveries.length + waited.messages.length;
      const known = await inDatabase(deps, context, (db) => countKept(db, waited));
      if (known < count) {
        return failed(
          `it returned after ${gap} s, but ${count - known} of ${count} that waited are gone`,
          'Restore the last backup, and report this.',
        );
      }
      const kept = `${waited.deliveries.length} deliveries and ${waited.messages.length} messages that waited are all there or done`;
      return ok(`killed without warning, ready again after ${gap} s; ${kept}. It does not count as a crash`);
    },
  };
}

const markOf = ({ attempt }: OperationRow, restarts: number): string =>
  `killed at its restart ${restarts} in attempt ${attempt}, waiting for it to return`;

/** Another place than that of the try that was broken off: the process did not end at one place twice. */
const AGAIN = ', taken up again';

/** The count of restarts at which this attempt was about to kill it; undefined when it was not yet. */
function restartsOf(operation: OperationRow): number | undefined {
  const detail = operation.steps.find(({ name }) => name === 'kill')?.detail ?? '';
  const [, digits = ''] = /^killed at its restart (\d+) /.exec(detail) ?? [];
  return detail.startsWith(markOf(operation, Number(digits))) ? Number(digits) : undefined;
}

async function isKilled({ tenants }: RehearsalDeps, { spec }: CheckContext, marked: number): Promise<boolean> {
  const { state, restarts = 0 } = await tenants.driver.observe(spec.store);
  return state !== 'running' || restarts > marked;
}

/** @throws by the signal when it does not return in time */
async function returned({ tenants, backups }: RehearsalDeps, context: CheckContext, marked: number): Promise<void> {
  const { spec, signal } = context;
  const runtime = createRuntimeClient(spec.ports.telegram, signal);
  for (;;) {
    const { state, restarts = 0 } = await tenants.driver.observe(spec.store);
    if (state === 'running' && restarts > marked && (await runtime.readiness()).ready) {
      return backups.failpoint('rehearsal.returned');
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function inDatabase<T>(
  deps: RehearsalDeps,
  { operation }: CheckContext,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const target = await targetOf(deps.restores, operation, databaseName(operation.store));
  return withStoreDatabase(connectionStringOf(target), { asker: 'rehearsal' }, work);
}
