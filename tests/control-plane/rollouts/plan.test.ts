import { expect, test } from 'vitest';
import {
  planRollout,
  type RolloutStatus,
  shuffled,
  stateAfter,
  waveSizes,
} from '../../../control-plane/fleet/rollouts/plan.ts';
import { layOut } from '../../../control-plane/fleet/rollouts/request.ts';
import type { StoreState } from '../../../control-plane/fleet/rollouts/sql.ts';

/** A sequence of its own for each seed (mulberry32). */
function randomOf(seed: number) {
  let state = seed;
  return (end: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * end);
  };
}
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed + 1);

test('waves hold every store once, the canary first', () => {
  for (const seed of SEEDS) {
    const random = randomOf(seed);
    const total = random(500) + 1;
    const canary = random(5);
    const percents = Array.from({ length: random(4) }, () => random(100) + 1).sort((a, b) => a - b);
    const sizes = waveSizes(total, canary, percents);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(total);
    expect(sizes.every((size) => size > 0)).toBe(true);
    if (canary > 0) expect(sizes[0]).toBe(Math.min(canary, total));
  }
  expect(waveSizes(100, 1, [10, 50])).toEqual([1, 10, 50, 39]);
  expect(waveSizes(1, 0, [])).toEqual([1]);
});

test('stores come in an order that chance decides, running ones first into the canary', () => {
  const items = Array.from({ length: 30 }, (_, n) => n);
  for (const seed of SEEDS) {
    const order = shuffled(items, randomOf(seed));
    expect([...order].sort((a, b) => a - b)).toEqual(items);
    expect(order).not.toEqual(items);
  }
  const firsts = new Set(SEEDS.map((seed) => shuffled(items, randomOf(seed))[0]));
  expect(firsts.size).toBeGreaterThan(20);

  const found = items.map((n) => ({
    id: `${n}`,
    store: `s${n}`,
    driver: 'process',
    opened: n !== 7,
    running: n >= 25,
  }));
  const orders = Array.from({ length: 8 }, () => layOut(found, { canary: 2, waves: [50] }));
  for (const { rows, waveCount } of orders) {
    expect(rows).toHaveLength(30);
    expect(rows.slice(0, 2).every(({ store, wave }) => Number(store.slice(1)) >= 25 && wave === 0)).toBe(true);
    expect(waveCount).toBe(3);
    expect(rows.at(-1)).toMatchObject({ store: 's7', detail: expect.any(String) });
  }
  expect(new Set(orders.map(({ rows }) => rows.map(({ store }) => store).join())).size).toBeGreaterThan(1);
});

type World = { machine: string; wave: number; state: StoreState }[];

/**
 * Plays a rollout over stores that succeed, fail or have to be skipped as chance wills, and asserts at each moment what must
 * never happen.
 */
function play(seed: number) {
  const random = randomOf(seed);
  const total = random(40) + 1;
  const canary = random(4);
  const sizes = waveSizes(total, canary, [10, 50]);
  const waves = sizes.flatMap((size, wave) => Array<number>(size).fill(wave));
  const world: World = waves.map((wave) => ({ wave, machine: `m${random(2)}`, state: 'waiting' }));
  const badness = random(4);
  const rollout: RolloutStatus['rollout'] = {
    state: 'running',
    canary: Math.min(canary, total),
    bake_seconds: random(2) * 30,
    per_machine: random(3) + 1,
    max_failures: random(3),
    wave_count: sizes.length,
    wave: 0,
    baked_from: null,
  };
  let now = new Date(0);
  let resumes = random(3);
  const count = (...states: StoreState[]) => world.filter(({ state }) => states.includes(state)).length;
  for (let round = 0; round < 2000; round++) {
    const running: Record<string, number> = {};
    for (const each of world) if (each.state === 'running') running[each.machine] = (running[each.machine] ?? 0) + 1;
    const tally = world.map(({ wave, state }) => ({ wave, state, count: 1 }));
    const ready = world.flatMap(({ wave, machine, state }, position) =>
      state === 'waiting' && wave === rollout.wave ? [{ position, machine }] : [],
    );
    const decision = planRollout({ rollout, tally, ready, running, unwell: undefined, nextTry: undefined }, now);
    if (decision.kind === 'close' || (decision.kind === 'halt' && resumes === 0)) return { decision, rollout, count };
    if (decision.kind === 'halt') {
      resumes -= 1;
      for (const store of world)
        if (store.state === 'failed') Object.assign(store, { state: 'waiting', wave: rollout.wave });
      rollout.baked_from = null;
    } else if (decision.kind === 'begin') {
      for (const position of decision.positions) {
        const store = world[position] as World[number];
        expect([store.state, store.wave]).toEqual(['waiting', rollout.wave]);
        store.state = random(10) === 0 ? 'skipped' : 'running';
      }
      for (const machine of ['m0', 'm1']) {
        const busy = world.filter((each) => each.machine === machine && each.state === 'running').length;
        expect(busy).toBeLessThanOrEqual(rollout.per_machine);
      }
    } else if (decision.kind === 'promote') {
      const next = world.filter(({ state, wave }) => state === 'waiting' && wave > 0).slice(0, decision.stores);
      for (const store of next) store.wave = 0;
    } else if (decision.kind === 'bake') rollout.baked_from = now;
    else if (decision.kind === 'next-wave') {
      if (rollout.wave === 0 && rollout.canary > 0 && count('waiting') > 0) {
        const proved = world.filter(({ wave, state }) => wave === 0 && state === 'succeeded').length;
        expect(proved).toBeGreaterThanOrEqual(rollout.canary);
        const baked = rollout.baked_from === null ? 0 : now.getTime() - rollout.baked_from.getTime();
        expect(baked).toBeGreaterThanOrEqual(rollout.bake_seconds * 1000);
      }
      expect(
        world.some(({ wave, state }) => wave <= rollout.wave && (state === 'waiting' || state === 'running')),
      ).toBe(false);
      rollout.wave += 1;
    } else {
      now = decision.until ?? now;
      const busy = world.filter(({ state }) => state === 'running');
      const ends = busy[random(Math.max(1, busy.length))];
      if (ends) ends.state = random(10) < badness ? 'failed' : 'succeeded';
      else expect(decision.until).toBeDefined();
    }
  }
  throw new Error(`the rollout of seed ${seed} comes to no end`);
}

test('every rollout comes to an end: all stores done, or halted for what failed', () => {
  const ends = SEEDS.map(play);
  for (const { decision, rollout, count } of ends) {
    if (decision.kind === 'close') {
      expect(decision.state).toBe('succeeded');
      expect(count('waiting', 'running')).toBe(0);
      expect(count('failed')).toBeLessThanOrEqual(rollout.max_failures);
    } else if (rollout.wave === 0 && rollout.canary > 0) expect(count('failed')).toBeGreaterThan(0);
    else expect(count('failed')).toBe(rollout.max_failures + 1);
  }
  expect(new Set(ends.map(({ decision }) => decision.kind))).toEqual(new Set(['close', 'halt']));
});

const ROLLOUT: RolloutStatus['rollout'] = {
  state: 'running',
  canary: 1,
  bake_seconds: 30,
  per_machine: 2,
  max_failures: 2,
  wave_count: 2,
  wave: 0,
  baked_from: null,
};
const statusOf = (over: Partial<RolloutStatus['rollout']>, more: Partial<RolloutStatus> = {}): RolloutStatus => ({
  rollout: { ...ROLLOUT, ...over },
  tally: [
    { wave: 0, state: 'succeeded', count: 1 },
    { wave: 1, state: 'waiting', count: 5 },
  ],
  ready: [],
  running: {},
  unwell: undefined,
  nextTry: undefined,
  ...more,
});
const at = (seconds: number) => new Date(seconds * 1000);

test('the canary bakes for its time, and one that falls ill meanwhile halts it', () => {
  expect(planRollout(statusOf({}), at(0))).toEqual({ kind: 'bake' });
  expect(planRollout(statusOf({ baked_from: at(10) }), at(39))).toEqual({ kind: 'wait', until: at(40) });
  expect(planRollout(statusOf({ baked_from: at(10) }), at(40))).toEqual({ kind: 'next-wave' });
  const ill = { unwell: { store: 'ani', reason: 'no update arrives' } };
  expect(planRollout(statusOf({ baked_from: at(10) }, ill), at(39))).toEqual({
    kind: 'halt',
    reason: 'The canary ani is not well: no update arrives.',
  });
});

test('paused and halted ones begin nothing; what goes back brings back all that is done', () => {
  const ready = [
    { position: 1, machine: 'a' },
    { position: 2, machine: 'a' },
    { position: 3, machine: 'a' },
    { position: 4, machine: 'b' },
  ];
  for (const state of ['paused', 'halted'] as const) {
    expect(planRollout(statusOf({ state }, { ready }), at(0))).toEqual({ kind: 'wait' });
  }
  const begun = planRollout(statusOf({ state: 'reverting' }, { ready, running: { a: 1 } }), at(0));
  expect(begun).toEqual({ kind: 'begin', positions: [1, 4] });
  const left = (state: StoreState) => ({ tally: [{ wave: 0, state, count: 1 }] });
  expect(planRollout(statusOf({ state: 'reverting' }, left('running')), at(0))).toMatchObject({ kind: 'wait' });
  expect(planRollout(statusOf({ state: 'reverting' }, left('reverted')), at(0))).toEqual({
    kind: 'close',
    state: 'reverted',
  });
  expect(planRollout(statusOf({ state: 'aborted' }, left('running')), at(0))).toMatchObject({ kind: 'wait' });
  expect(planRollout(statusOf({ state: 'aborted' }, left('skipped')), at(0))).toEqual({
    kind: 'close',
    state: 'aborted',
  });
});

test('a turn that was taken already leads nowhere else', () => {
  for (const turn of ['pause', 'resume', 'abort', 'revert'] as const) {
    for (const state of ['running', 'paused', 'halted', 'reverting', 'succeeded', 'aborted', 'reverted'] as const) {
      const after = stateAfter(state, turn);
      if (after !== undefined) expect([state, turn, stateAfter(after, turn)]).toEqual([state, turn, after]);
    }
  }
  expect(stateAfter('succeeded', 'resume')).toBeUndefined();
  expect(stateAfter('reverting', 'pause')).toBeUndefined();
  expect(stateAfter('reverted', 'abort')).toBeUndefined();
});
