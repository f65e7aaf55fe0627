import type { Clock } from '../../kernel/clock.ts';
import { errorMessage } from '../../kernel/errors.ts';
import type { Observation } from '../drivers/index.ts';
import { scrub } from '../secrets/index.ts';
import {
  askReadiness,
  bringUp,
  loadSpec,
  type ObservedColumns,
  selectTenantById,
  type TenantParts,
  type TenantRow,
  updateObserved,
  updateState,
} from '../tenants/index.ts';
import { type Action, type Observed, type Plan, plan } from './plan.ts';

export type Mender = {
  /**
   * Brings one store in line with its intent and records what was seen. The caller holds the store's turn.
   */
  mend(tenantId: string, seen: Observation, signal: AbortSignal): Promise<Mended>;
};

/** What was done, and whether the store is where it should be: if not, it is worth another look soon. */
export type Mended = { actions: readonly Action[]; settled: boolean };

const SETTLED: Mended = { actions: [], settled: true };
const FIRST_DELAY_MS = 10_000;
const LONGEST_DELAY_MS = 300_000;
/** How old the time of an unchanged observation may grow. */
const STALE_MS = 60_000;

export function createMender(parts: TenantParts): Mender {
  const { db, clock, driver, log } = parts;
  const hashes = new Map<string, { version: string; specHash: string }>();
  const delays = createDelays(clock);

  /** The hash depends on what the version names, and on secrets, which change with the generation. */
  async function wantedHash(tenant: TenantRow): Promise<string> {
    const version = `${tenant.generation}:${tenant.ports.telegram}:${tenant.ports.pakasir}`;
    const known = hashes.get(tenant.id);
    if (known?.version === version) return known.specHash;
    const complete = tenant.ports.telegram !== undefined && tenant.ports.pakasir !== undefined;
    const specHash = complete ? (await loadSpec(parts, tenant)).specHash : 'none yet';
    hashes.set(tenant.id, { version, specHash });
    return specHash;
  }

  async function planFor(
    tenant: TenantRow,
    seen: Observation,
    signal: AbortSignal,
  ): Promise<Plan & { seen: Observed }> {
    const handsOff = tenant.operation !== null || tenant.provisioned_at === null;
    const asks = !handsOff && tenant.desired_state === 'running' && seen.state === 'running' && tenant.ports.telegram;
    const readiness = asks ? await askReadiness(asks, signal) : undefined;
    const observed = { runtime: seen, readiness };
    if (handsOff) return { actions: [], seen: observed };
    const specHash = await wantedHash(tenant);
    const intent = { desired: tenant.desired_state, specHash, paused: tenant.paused, handsOff };
    return { ...plan(intent, observed), seen: observed };
  }

  async function perform(tenant: TenantRow, action: Action, signal: AbortSignal): Promise<boolean> {
    if (action === 'stop') await driver.stop(tenant.store);
    else if (action === 'ensure') await bringUp(parts, tenant.id, signal);
    else {
      if ((await parts.ports.findLost(tenant.id)).length === 0) return false;
      // Was it the runtime itself, come back in between?
      if ((await driver.observe(tenant.store)).state === 'running') return false;
      await driver.stop(tenant.store);
      await parts.ports.dropLost(tenant.id);
      await bringUp(parts, tenant.id, signal);
    }
    log.info({ store: tenant.store, action }, 'store reconciled');
    return true;
  }

  async function record(tenant: TenantRow, { seen, state }: Plan & { seen: Observed }): Promise<void> {
    const now = columnsOf(seen, clock.now());
    if (isNews(tenant, now)) await updateObserved(db, tenant.id, now);
    if (state) await updateState(db, tenant.id, state.state, state.reason);
  }

  async function tell(tenant: TenantRow, error: unknown): Promise<void> {
    const secrets = Object.values(await parts.secrets.openAll(db, tenant.id));
    const reason = `its runtime cannot be brought in line: ${scrub(errorMessage(error), secrets)}`;
    log.warn({ store: tenant.store, reason }, 'a store could not be brought in line; trying again later');
    await updateState(db, tenant.id, 'failed', reason);
  }

  return {
    async mend(tenantId, first, signal) {
      const tenant = await selectTenantById(db, tenantId);
      if (!tenant) {
        hashes.delete(tenantId);
        delays.clear(tenantId);
        return SETTLED;
      }
      const planned = await planFor(tenant, first, signal);
      if (planned.actions.length === 0) {
        await record(tenant, planned);
        return { actions: [], settled: planned.state?.state !== 'degraded' };
      }
      if (delays.isWaiting(tenantId)) return SETTLED;
      // What was seen may be older than this turn: look again before touching anything.
      const fresh = await planFor(tenant, await driver.observe(tenant.store), signal);
      await record(tenant, fresh);
      const done: Action[] = [];
      try {
        for (const action of fresh.actions) if (await perform(tenant, action, signal)) done.push(action);
        delays.clear(tenantId);
      } catch (error) {
        signal.throwIfAborted();
        delays.postpone(tenantId);
        await tell(tenant, error);
      }
      return { actions: done, settled: done.length === 0 };
    },
  };
}

/** Delays between attempts that failed, doubling. */
function createDelays(clock: Clock) {
  const waits = new Map<string, { until: number; delay: number }>();
  return {
    isWaiting: (id: string) => (waits.get(id)?.until ?? 0) > clock.now().getTime(),
    postpone(id: string) {
      const before = waits.get(id)?.delay;
      const delay = before === undefined ? FIRST_DELAY_MS : Math.min(before * 2, LONGEST_DELAY_MS);
      waits.set(id, { delay, until: clock.now().getTime() + delay });
    },
    clear: (id: string) => waits.delete(id),
  };
}

function columnsOf({ runtime, readiness }: Observed, at: Date): ObservedColumns {
  return {
    state: runtime.state,
    generation: runtime.generation ?? null,
    healthy: readiness?.ready ?? runtime.healthy ?? null,
    id: runtime.id ?? null,
    at,
  };
}

function isNews(tenant: TenantRow, now: ObservedColumns): boolean {
  const before = [tenant.observed_state, tenant.observed_generation, tenant.observed_healthy, tenant.observed_id];
  const age = now.at.getTime() - (tenant.observed_at?.getTime() ?? 0);
  return age >= STALE_MS || [now.state, now.generation, now.healthy, now.id].some((value, i) => value !== before[i]);
}
