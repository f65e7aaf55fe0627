import { backoffMs } from '../../../kernel/backoff.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { withDeadline } from '../../../kernel/deadline.ts';
import { AppError, errorMessage } from '../../../kernel/errors.ts';
import { storable } from '../../../kernel/text.ts';
import { scrub } from '../../platform/secrets/index.ts';
import type { Observation } from '../drivers/index.ts';
import { createRuntimeClient } from '../runtime-client.ts';
import {
  bringUp,
  endpointOf,
  loadSpec,
  markUnsettled,
  type ObservedColumns,
  selectTenantById,
  type TenantDeps,
  type TenantRow,
  updateObserved,
  updateState,
} from '../tenants/index.ts';
import { type Action, type Observed, type Plan, plan } from './plan.ts';

const RETRY = { firstMs: 20_000, maxMs: 300_000 };

/** Waits after attempts that failed, by store. */
function createDelays(clock: Clock) {
  const waits = new Map<string, { until: number; failures: number }>();
  return {
    isWaiting: (id: string) => (waits.get(id)?.until ?? 0) > clock.now().getTime(),
    postpone(id: string) {
      const failures = (waits.get(id)?.failures ?? 0) + 1;
      waits.set(id, { failures, until: clock.now().getTime() + backoffMs(failures, RETRY) });
    },
    clear: (id: string) => waits.delete(id),
  };
}

/** The caller of either holds the store's lock. */
export type TenantReconciler = {
  /** Judges and records what was observed of a store, and touches nothing. `known` is its row as it was read lately. */
  assess(known: TenantRow, seen: Observation, signal: AbortSignal): Promise<Assessment>;
  /** Observes the store again, and brings it in line with its intent. @returns what was done */
  reconcile(tenantId: string, signal: AbortSignal): Promise<readonly Action[]>;
};

/**
 * What there is to do, and whether the store is where it should be: if not, it is worth another probe soon. `isStale` when
 * nothing changed, and when it was last seen is worth recording.
 */
export type Assessment = { actions: readonly Action[]; converged: boolean; isStale: boolean };

const CONVERGED: Assessment = { actions: [], converged: true, isStale: false };
/** The engine may take so long for all that one store needs. */
const ACTION_DEADLINE_MS = 300_000;
const OBSERVE_DEADLINE_MS = 30_000;
/** How old the time of an unchanged observation may grow. */
const STALE_MS = 60_000;

export function createTenantReconciler(deps: TenantDeps): TenantReconciler {
  const { db, clock, driver, log } = deps;
  const hashes = new Map<string, { version: string; specHash: string }>();
  const delays = createDelays(clock);

  /** The hash depends on what the version names, and on secrets, which change with the generation. */
  async function wantedHash(tenant: TenantRow): Promise<string> {
    const version = `${tenant.generation}:${tenant.ports.telegram}:${tenant.ports.pakasir}`;
    const known = hashes.get(tenant.id);
    if (known?.version === version) return known.specHash;
    const complete = tenant.ports.telegram !== undefined && tenant.ports.pakasir !== undefined;
    const specHash = complete ? (await loadSpec(deps, tenant)).specHash : 'none yet';
    hashes.set(tenant.id, { version, specHash });
    return specHash;
  }

  async function planFor(
    tenant: TenantRow,
    seen: Observation,
    signal: AbortSignal,
  ): Promise<Plan & { seen: Observed }> {
    const handsOff = tenant.operation !== null || tenant.provisioned_at === null;
    const asks = !handsOff && tenant.desired_state === 'running' && seen.state === 'running';
    const endpoint = asks ? endpointOf(driver, tenant) : undefined;
    const readiness = endpoint && (await createRuntimeClient(endpoint.telegram, signal).readiness());
    const observed = { runtime: seen, readiness, complaint: tenant.health_reason };
    if (handsOff) return { actions: [], seen: observed };
    const specHash = await wantedHash(tenant);
    const { suspended_reason: suspendedReason } = tenant;
    const intent = { desired: tenant.desired_state, suspendedReason, specHash, paused: tenant.paused, handsOff };
    return { ...plan(intent, observed), seen: observed };
  }

  async function perform(tenant: TenantRow, action: Action, signal: AbortSignal): Promise<boolean> {
    if (action === 'stop') await driver.stop(tenant.store);
    else if (action === 'ensure') await bringUp(deps, tenant.id, signal);
    else {
      if ((await deps.ports.findLost(tenant.id)).length === 0) return false;
      // Was it the runtime itself, come back in between?
      if ((await driver.observe(tenant.store)).state === 'running') return false;
      await driver.stop(tenant.store);
      await deps.ports.dropLost(tenant.id);
      await bringUp(deps, tenant.id, signal);
    }
    log.info({ store: tenant.store, action }, 'store reconciled');
    return true;
  }

  async function record(tenant: TenantRow, planned: Plan & { seen: Observed }): Promise<void> {
    await updateObserved(db, tenant.id, columnsOf(tenant, planned, clock.now()));
    // What an attempt failed of says more than what is seen again until one succeeds.
    const isRetried = tenant.state === 'failed' && planned.actions.length > 0;
    if (planned.state && !isRetried) await updateState(db, tenant.id, planned.state.state, planned.state.reason);
  }

  /** Without the secrets to look for, nothing of the text may be told; only that they do not open. */
  async function reasonOf(tenant: TenantRow, error: unknown): Promise<string> {
    try {
      return storable(scrub(errorMessage(error), Object.values(await deps.secrets.openAll(db, tenant.id))));
    } catch (fault) {
      if (fault instanceof AppError && fault.code === 'SECRET_UNREADABLE') return fault.message;
      throw fault;
    }
  }

  async function recordFailure(tenant: TenantRow, error: unknown): Promise<void> {
    const reason = `its runtime cannot be brought in line: ${await reasonOf(tenant, error)}`;
    // Once, and not with each attempt: the watchdog's incident tells whoever does not read the log.
    if (tenant.state !== 'failed' || tenant.reason !== reason)
      log.warn({ store: tenant.store, reason }, 'a store could not be brought in line; trying again later');
    await updateState(db, tenant.id, 'failed', reason);
    await markUnsettled(db, tenant.id, clock.now());
  }

  /** Undefined, and recorded, when not even that can be known: a store whose secrets do not open, for one. */
  async function planOrRecordFailure(tenant: TenantRow, seen: Observation, signal: AbortSignal) {
    try {
      return await planFor(tenant, seen, signal);
    } catch (error) {
      signal.throwIfAborted();
      await recordFailure(tenant, error);
      return undefined;
    }
  }

  /**
   * Most stores of a sweep are as they were: their rows are not read again one by one. Undefined when there is something to
   * record or to do, which the row as it is now decides.
   */
  async function assessQuiet(known: TenantRow, seen: Observation, signal: AbortSignal) {
    const planned = await planOrRecordFailure(known, seen, signal);
    if (!planned) return CONVERGED;
    const { actions, state } = planned;
    const at = clock.now();
    const isQuiet = actions.length === 0 && !isNews(known, columnsOf(known, planned, at));
    if (!isQuiet || (state && isOtherState(known, state))) return undefined;
    const isStale = at.getTime() - (known.observed_at?.getTime() ?? 0) >= STALE_MS;
    return { actions, converged: state?.state !== 'degraded', isStale };
  }

  async function performAll(tenant: TenantRow, actions: readonly Action[], signal: AbortSignal): Promise<Action[]> {
    const done: Action[] = [];
    try {
      for (const action of actions) {
        const what = `The engine's part in "${action}"`;
        // A stop waits until the engine is done with it: only the deadline gives it up.
        const work = (deadline: AbortSignal) => perform(tenant, action, AbortSignal.any([deadline, signal]));
        if (await withDeadline(ACTION_DEADLINE_MS, what, work)) done.push(action);
      }
      delays.clear(tenant.id);
    } catch (error) {
      signal.throwIfAborted();
      delays.postpone(tenant.id);
      await recordFailure(tenant, error);
    }
    return done;
  }

  return {
    async assess(known, seen, signal) {
      const tenantId = known.id;
      const quiet = await assessQuiet(known, seen, signal);
      if (quiet) return quiet;
      const tenant = await selectTenantById(db, tenantId);
      if (!tenant) {
        hashes.delete(tenantId);
        delays.clear(tenantId);
        return CONVERGED;
      }
      const planned = await planOrRecordFailure(tenant, seen, signal);
      if (!planned) return CONVERGED;
      if (planned.actions.length > 0 && delays.isWaiting(tenantId)) return CONVERGED;
      await record(tenant, planned);
      return { actions: planned.actions, converged: planned.state?.state !== 'degraded', isStale: false };
    },
    async reconcile(tenantId, signal) {
      const tenant = await selectTenantById(db, tenantId);
      if (!tenant) return [];
      // What was seen may be older than this turn: look again before touching anything.
      const fresh = await planFor(
        tenant,
        await withDeadline(OBSERVE_DEADLINE_MS, 'Looking at its runtime', () => driver.observe(tenant.store), signal),
        signal,
      );
      await record(tenant, fresh);
      return performAll(tenant, fresh.actions, signal);
    },
  };
}

/** A runtime that is as it should be is of the newest generation, whichever it was made in. */
function columnsOf(tenant: TenantRow, { seen, converged }: Plan & { seen: Observed }, at: Date): ObservedColumns {
  const { runtime, readiness } = seen;
  const since = converged === undefined ? tenant.unsettled_since : (tenant.unsettled_since ?? at);
  return {
    state: runtime.state,
    generation: converged ? tenant.generation : (runtime.generation ?? null),
    healthy: readiness?.ready ?? runtime.healthy ?? null,
    id: runtime.id ?? null,
    at,
    unsettledSince: converged ? null : since,
  };
}

function isNews(tenant: TenantRow, now: ObservedColumns): boolean {
  const before = [tenant.observed_state, tenant.observed_generation, tenant.observed_healthy, tenant.observed_id];
  const isOther = [now.state, now.generation, now.healthy, now.id].some((value, i) => value !== before[i]);
  return isOther || (now.unsettledSince === null) !== (tenant.unsettled_since === null);
}

const isOtherState = (tenant: TenantRow, { state, reason }: NonNullable<Plan['state']>): boolean =>
  tenant.state !== state || tenant.reason !== reason;
