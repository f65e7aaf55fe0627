import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../../kernel/errors.ts';
import { storable } from '../../../../kernel/text.ts';
import { describeExit, type RuntimeSpec } from '../../drivers/index.ts';
import type { Step, StepContext, StepResult } from '../../operations/index.ts';
import { createRuntimeClient } from '../../runtime-client.ts';
import type { TenantDeps } from '../deps.ts';
import { databaseName, roleName } from '../naming.ts';
import { loadSpec, loadTenant } from '../runtime-spec.ts';
import type { TenantRow } from '../sql.ts';
import { LONGEST_LINE, logTail } from './log-tail.ts';

const LOOK_EVERY_MS = 300;
const LONGEST_REFUSAL = 300;

/** Starts the runtime, or replaces one of another spec. A port that was lost to another program is replaced first. */
export function ensureRuntime(deps: TenantDeps): Step {
  return {
    name: 'runtime',
    timeoutSeconds: 180,
    async run({ operation, signal }) {
      const tenant = await loadTenant(deps, operation.tenant_id);
      await assertDatabase(deps, tenant);
      const spec = await loadSpec(deps, tenant);
      try {
        const seen = await deps.driver.ensure(spec, signal);
        return { detail: seen.id ? `${seen.state}, ${seen.id.slice(0, 12)}` : seen.state };
      } catch (error) {
        if (isPortInUse(error)) return replaceLostPorts(deps, tenant.id, error);
        throw error;
      }
    },
  };
}

/** A runtime without its database starts and never gets ready: that is known before it is waited for. */
async function assertDatabase({ databases }: TenantDeps, { id: tenantId, store }: TenantRow): Promise<void> {
  const database = databaseName(store);
  if (await databases.exists({ tenantId, role: roleName(store), database })) return;
  throw new AppError(
    'DATABASE_MISSING',
    `The store ${store} has no database: ${database} does not exist. Restore a backup: lapak backup list ${store}, then lapak backup restore <id>.`,
  );
}

export function isPortInUse(error: unknown): error is AppError {
  return error instanceof AppError && error.details?.reason === 'port_in_use';
}

async function replaceLostPorts(deps: TenantDeps, tenantId: string, error: AppError): Promise<StepResult> {
  const lost = await deps.ports.dropLost(tenantId);
  if (lost.length === 0) throw error;
  return { detail: `lost to another program: ${lost.join(', ')}`, backTo: 'ports' };
}

export type Patience = {
  /** A runtime that has ended more often than this since it was made is given up before the time is over. */
  mostRestarts: number;
};

/** Waits until the runtime says that it serves. */
export function awaitHealthy(deps: TenantDeps, { mostRestarts }: Patience = { mostRestarts: Infinity }): Step {
  return {
    name: 'healthy',
    timeoutSeconds: deps.readyTimeoutSeconds,
    async run(context) {
      const tenant = await loadTenant(deps, context.operation.tenant_id);
      const spec = await loadSpec(deps, tenant);
      const runtime = createRuntimeClient(deps.driver.endpoint(spec).telegram, context.signal);
      let reason = 'it did not start';
      try {
        for (;;) {
          const answer = await runtime.readiness();
          const seen = await deps.driver.observe(spec.store);
          if (answer.ready && seen.state === 'running' && seen.healthy !== false) return { detail: 'ready' };
          reason = answer.ready ? `its runtime is ${seen.state}` : answer.reason;
          if (answer.checks?.telegram?.refused) throw refusedByTelegram(spec.store, answer.checks.telegram.detail);
          if (seen.exit && seen.state !== 'running') reason = `its runtime ${describeExit(seen.exit)}`;
          if ((seen.restarts ?? 0) > mostRestarts) throw await unhealthy(deps, spec, reason, seen.restarts);
          if (seen.state !== 'running' && seen.state !== 'starting') {
            const detour = await lookForLostPorts(deps, tenant.id, spec);
            if (detour) return detour;
          }
          // Crashed ones are restarting; this one was stopped, or the machine rebooted, after the step that started it.
          if (seen.state === 'missing' || seen.state === 'exited') {
            return { detail: 'it was stopped meanwhile', backTo: 'runtime' };
          }
          await waitAWhile(context, reason);
        }
      } catch (error) {
        if (!context.signal.aborted) throw error;
        throw await unhealthy(deps, spec, reason);
      }
    },
  };
}

async function waitAWhile({ progress, signal }: StepContext, reason: string): Promise<void> {
  await progress(`waiting: ${reason}`.slice(0, LONGEST_LINE));
  await sleep(LOOK_EVERY_MS, undefined, { signal });
}

/** A runtime that is down holds no port; who holds one then is another program. */
async function lookForLostPorts(
  deps: TenantDeps,
  tenantId: string,
  spec: RuntimeSpec,
): Promise<StepResult | undefined> {
  const lost = await deps.ports.findLost(tenantId);
  if (lost.length === 0) return undefined;
  // Stopped first, so that a restart of its own cannot be mistaken for the other program.
  await deps.driver.stop(spec.store);
  const dropped = await deps.ports.dropLost(tenantId);
  return { detail: `lost to another program: ${dropped.join(', ') || 'nothing any more'}`, backTo: 'ports' };
}

/** Telegram's own words: it will say the same however long one waits. */
function refusedByTelegram(store: string, detail: string): AppError {
  const words = storable(detail.slice(0, LONGEST_REFUSAL));
  return new AppError(
    'TELEGRAM_REFUSED',
    `Telegram refuses to serve the store ${store}. ${words}. Where it speaks of the webhook, correct LAPAK_PUBLIC_URL and its DNS, or let the store poll: lapak tenant config set ${store} --mode polling.`,
  );
}

async function unhealthy(
  deps: TenantDeps,
  { store }: RuntimeSpec,
  reason: string,
  restarts?: number,
): Promise<AppError> {
  const tail = await logTail(deps.driver, store);
  const within =
    restarts === undefined ? `was not ready within ${deps.readyTimeoutSeconds} seconds` : `ended ${restarts} times`;
  return new AppError('RUNTIME_UNHEALTHY', `The store ${store} ${within}: ${reason}.${tail}`);
}

export function stopRuntime(deps: TenantDeps): Step {
  return {
    name: 'stop',
    timeoutSeconds: 120,
    async run({ operation }) {
      await deps.driver.stop(operation.store);
      return { detail: 'stopped' };
    },
  };
}
