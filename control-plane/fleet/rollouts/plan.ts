import type { RolloutRow, State, StoreState, Tally } from './sql.ts';

/** A rollout and its stores as they are at one moment. */
export type RolloutStatus = {
  rollout: Pick<
    RolloutRow,
    'state' | 'canary' | 'bake_seconds' | 'per_machine' | 'max_failures' | 'wave_count' | 'wave' | 'baked_from'
  >;
  tally: readonly Tally[];
  /** Stores that can be begun now, in their order: of the wave at work, or those that are to be brought back. */
  ready: readonly { position: number; machine: string }[];
  /** Operations of the rollout at work, by machine. */
  running: Readonly<Record<string, number>>;
  /** A store of the canary that is not well. */
  unwell: { store: string; reason: string } | undefined;
  /** When the first store comes due again that was left for later. */
  nextTry: Date | undefined;
};

export type Decision =
  /** Begin these stores. */
  | { kind: 'begin'; positions: number[] }
  /** Stop until somebody decides. */
  | { kind: 'halt'; reason: string }
  /** Make so many stores of later waves a part of the canary, whose own were skipped. */
  | { kind: 'promote'; stores: number }
  /** The canary is through: from now on it has to serve well. */
  | { kind: 'bake' }
  | { kind: 'next-wave' }
  /** Nothing is left to do. */
  | { kind: 'close'; state: State }
  | { kind: 'wait'; until?: Date | undefined };

const CANARY = 0;

/** What a rollout does next. Pure. */
export function planRollout(status: RolloutStatus, now: Date): Decision {
  const { state } = status.rollout;
  const count = counter(status.tally);
  if (state === 'running') return planForward(status, count, now);
  if (state === 'reverting') return begin(status) ?? restUntilDone(status, count, 'succeeded', 'reverted');
  if (state === 'paused' || state === 'halted') return { kind: 'wait' };
  return restUntilDone(status, count, 'running', state);
}

type Count = (states: readonly StoreState[], wave?: number) => number;

function counter(tally: readonly Tally[]): Count {
  return (states, wave) =>
    tally
      .filter((each) => states.includes(each.state) && (wave === undefined || each.wave === wave))
      .reduce((sum, each) => sum + each.count, 0);
}

function planForward(status: RolloutStatus, count: Count, now: Date): Decision {
  const { canary, wave, wave_count: waves } = status.rollout;
  const atCanary = canary > 0 && wave === CANARY;
  const reason = whyHalt(status, count, atCanary);
  if (reason !== undefined) return { kind: 'halt', reason };
  const begun = begin(status);
  if (begun) return begun;
  if (count(['waiting', 'running'], wave) > 0) return { kind: 'wait', until: status.nextTry };
  if (atCanary) {
    const decision = planCanary(status, count, now);
    if (decision) return decision;
  }
  return wave + 1 < waves ? { kind: 'next-wave' } : { kind: 'close', state: 'succeeded' };
}

function whyHalt({ rollout, unwell }: RolloutStatus, count: Count, atCanary: boolean): string | undefined {
  const failed = count(['failed']);
  if (atCanary && failed > 0) return `The canary failed: ${failed} of its stores.`;
  if (atCanary && unwell) return `The canary ${unwell.store} is not well: ${unwell.reason}.`;
  if (!atCanary && failed > rollout.max_failures) {
    return `${failed} stores failed; more than ${rollout.max_failures} are too many.`;
  }
  return undefined;
}

/** Undefined once the canary is whole and has served for long enough. */
function planCanary({ rollout }: RolloutStatus, count: Count, now: Date): Decision | undefined {
  const missing = Math.min(rollout.canary - count(['succeeded'], CANARY), count(['waiting']));
  if (missing > 0) return { kind: 'promote', stores: missing };
  // Nothing comes after it that it could save.
  if (rollout.bake_seconds === 0 || count(['waiting']) === 0) return undefined;
  if (rollout.baked_from === null) return { kind: 'bake' };
  const until = new Date(rollout.baked_from.getTime() + rollout.bake_seconds * 1000);
  return now < until ? { kind: 'wait', until } : undefined;
}

/** As many stores as their machines take at one time. */
function begin({ rollout, ready, running }: RolloutStatus): Decision | undefined {
  const busy = new Map(Object.entries(running));
  const positions: number[] = [];
  for (const { position, machine } of ready) {
    const at = busy.get(machine) ?? 0;
    if (at >= rollout.per_machine) continue;
    busy.set(machine, at + 1);
    positions.push(position);
  }
  return positions.length > 0 ? { kind: 'begin', positions } : undefined;
}

function restUntilDone({ nextTry }: RolloutStatus, count: Count, left: StoreState, state: State): Decision {
  return count(['running', left]) > 0 ? { kind: 'wait', until: nextTry } : { kind: 'close', state };
}

export type RolloutAction = 'pause' | 'resume' | 'abort' | 'revert';

const STATE_AFTER: Readonly<Record<RolloutAction, Partial<Record<State, State>>>> = {
  pause: { running: 'paused', paused: 'paused', halted: 'halted' },
  resume: { running: 'running', paused: 'running', halted: 'running' },
  abort: { running: 'aborted', paused: 'aborted', halted: 'aborted', reverting: 'aborted', aborted: 'aborted' },
  revert: {
    running: 'reverting',
    paused: 'reverting',
    halted: 'reverting',
    succeeded: 'reverting',
    aborted: 'reverting',
    reverting: 'reverting',
    reverted: 'reverted',
  },
};

/** The state that an action leads to, which may be the one that it is in; undefined where it makes no sense. Pure. */
export const stateAfter = (state: State, action: RolloutAction): State | undefined => STATE_AFTER[action][state];

/** Sizes of the waves of `total` stores: the canary where there is one, then parts in per cent of all, then the rest. Pure. */
export function waveSizes(total: number, canary: number, percents: readonly number[]): number[] {
  const wanted = [canary, ...percents.map((percent) => Math.ceil((total * percent) / 100)), total];
  const sizes: number[] = [];
  let left = total;
  for (const size of wanted) {
    const taken = Math.min(size, left);
    if (taken > 0) sizes.push(taken);
    left -= taken;
  }
  return sizes;
}

/** The items in an order that chance decides (Fisher–Yates). @param below a whole number from 0 and below the given one */
export function shuffled<T>(items: readonly T[], below: (end: number) => number): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = below(last + 1);
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}

/** Stores of which at most so many are at work at one time. Every driver of today runs all of them on one machine. */
export const machineOf = (_store: { driver: string }): string => 'local';
