import type { TenantState } from '../../api/contract/index.ts';
import { describeExit, type Observation } from '../drivers/index.ts';
import type { Readiness } from '../runtime-client.ts';

/** What is wanted of a store's runtime. */
export type Intent = {
  desired: 'running' | 'stopped' | 'suspended' | 'removed';
  /** Why it is suspended, if it is. */
  suspendedReason?: string | null;
  /** Of the runtime as it should be. */
  specHash: string;
  /** Set by the operator: look, but do not touch. */
  paused: boolean;
  /** An operation is at work, or the store was never opened, or is being closed: not ours to judge. */
  handsOff: boolean;
};

export type Observed = {
  runtime: Observation;
  readiness?: Readiness | undefined;
  /** What the last health check found wrong beyond that, in a sentence. */
  complaint?: string | null;
};

export type Action = 'ensure' | 'stop' | 'replace-ports';

export type Plan = {
  actions: readonly Action[];
  /** The runtime is what the intent says, however well it does; undefined when nobody judged. */
  converged?: boolean;
  /** What people see; undefined to leave it as it is. */
  state?: { state: TenantState; reason: string | null };
};

/** What is to be done so that what is becomes what should be. Pure. */
export function plan(intent: Intent, observed: Observed): Plan {
  if (intent.handsOff || intent.desired === 'removed') return { actions: [] };
  const wanted = intent.desired === 'running' ? toRun(intent, observed) : toRest(intent, intent.desired, observed);
  return intent.paused ? { ...wanted, actions: [] } : wanted;
}

function toRest(intent: Intent, state: 'stopped' | 'suspended', { runtime }: Observed): Plan {
  const rests = runtime.state === 'missing' || runtime.state === 'exited';
  return {
    actions: rests ? [] : ['stop'],
    converged: rests,
    state: { state, reason: (state === 'suspended' && intent.suspendedReason) || null },
  };
}

function toRun(intent: Intent, { runtime, readiness, complaint }: Observed): Plan {
  if (runtime.state === 'missing' || runtime.state === 'exited') {
    return { ...converging('ensure'), state: degraded(`its runtime is not running${ending(runtime)}`) };
  }
  if (runtime.specHash !== intent.specHash) {
    return { ...converging('ensure'), state: degraded('its runtime is of another configuration') };
  }
  if (runtime.state === 'restarting') {
    return { ...converging('replace-ports'), state: degraded(`its runtime is being restarted${ending(runtime)}`) };
  }
  if (runtime.state === 'starting') return { ...converging(), state: degraded('its runtime is starting') };
  const converged = { actions: [], converged: true };
  if (readiness && !readiness.ready) return { ...converged, state: degraded(readiness.reason) };
  if (runtime.healthy === false) return { ...converged, state: degraded('its own health check fails') };
  if (complaint) return { ...converged, state: degraded(complaint) };
  return { ...converged, state: { state: 'running', reason: null } };
}

const converging = (...actions: Action[]) => ({ actions, converged: false });

const degraded = (reason: string) => ({ state: 'degraded' as const, reason });

const ending = ({ exit }: Observation): string => (exit ? `: it ${describeExit(exit)}` : '');
