import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../../../kernel/db.ts';
import { countKept, queuedWork, withStoreDatabase } from '../../../../tenant-runtime/database/index.ts';
import type { OperationRow } from '../../../fleet/operations/index.ts';
import { createRuntimeClient } from '../../../fleet/runtime-client.ts';
import { databaseName } from '../../../fleet/tenants/index.ts';
import { connectionStringOf } from '../../../recovery/backups/index.ts';
import { targetOf } from '../../../recovery/restores/index.ts';
import type { Check, CheckContext } from '../check.ts';
import type { RehearsalDeps } from '../deps.ts';
import { failed, ok, warning } from '../findings.ts';

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
    async run(context) {
      const { spec, tenant, operation, progress } = context;
      const marked = restartsOf(operation);
      if (marked !== undefined && (await isKilled(deps, context, marked))) {
        // Another place than that of the try that was broken off: the process did not end at one place twice.
        await progress(`killed at its restart ${marked}, taken up again`, markOf(operation, marked));
        await returned(deps, context, marked);
        await deps.health.expectRestart(tenant.id, marked + 1);
        return warning({ kind: 'killed_before' });
      }
      const first = await createRuntimeClient(context.endpoint.telegram, context.signal).readiness();
      if (!first.ready) return failed({ kind: 'not_ready', port: spec.ports.telegram, reason: first.reason });
      // A crash of its own, until now, still counts.
      await deps.health.checkWithin(tenant.id, operation.id);
      const { restarts = 0 } = await driver.observe(spec.store);
      const waited = await inDatabase(deps, context, queuedWork);
      await progress(`killed at its restart ${restarts}, waiting for it to return`, markOf(operation, restarts));
      const began = performance.now();
      await driver.kill(spec.store);
      failpoint('rehearsal.killed');
      await returned(deps, context, restarts);
      await deps.health.expectRestart(tenant.id, restarts + 1);
      const seconds = Math.ceil((performance.now() - began) / 1000);
      const count = waited.deliveries.length + waited.messages.length;
      const known = await inDatabase(deps, context, (db) => countKept(db, waited));
      if (known < count) {
        return failed({ kind: 'work_lost', seconds, lost: count - known, of: count });
      }
      const { deliveries, messages } = waited;
      return ok({ kind: 'killed', seconds, deliveries: deliveries.length, messages: messages.length });
    },
  };
}

/** Data of the step while the runtime is away. */
type Mark = { kind: 'kill'; attempt: number; restarts: number };

const markOf = ({ attempt }: OperationRow, restarts: number): Mark => ({ kind: 'kill', attempt, restarts });

/** The count of restarts at which this attempt was about to kill it; undefined when it was not yet. */
function restartsOf({ steps, attempt }: OperationRow): number | undefined {
  const data = steps.find(({ name }) => name === 'kill')?.data as Partial<Mark> | null | undefined;
  return data?.kind === 'kill' && data.attempt === attempt ? data.restarts : undefined;
}

async function isKilled({ tenants }: RehearsalDeps, { spec }: CheckContext, marked: number): Promise<boolean> {
  const { state, restarts = 0 } = await tenants.driver.observe(spec.store);
  return state !== 'running' || restarts > marked;
}

/** @throws by the signal when it does not return in time */
async function returned({ tenants, backups }: RehearsalDeps, context: CheckContext, marked: number): Promise<void> {
  const { spec, endpoint, signal } = context;
  const runtime = createRuntimeClient(endpoint.telegram, signal);
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
