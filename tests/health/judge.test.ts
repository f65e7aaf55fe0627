import { expect, test } from 'vitest';
import type { Observation } from '../../control-plane/fleet/drivers/index.ts';
import type { Finding } from '../../control-plane/monitoring/health/findings.ts';
import {
  DOWN_MS,
  judge,
  type Memory,
  STABLE_MS,
  STEADY_MS,
  WELL,
} from '../../control-plane/monitoring/health/judge.ts';
import { isOver } from '../../control-plane/monitoring/health/probe.ts';

const START = Date.parse('2026-05-02T03:00:00Z');
const at = (ms: number) => new Date(START + ms);
const finding = (result: Finding['result']): Finding => ({ result, fact: { kind: 'silent' } });
const running = (more: Partial<Observation> = {}): Observation => ({ store: 's', state: 'running', ...more });
const well = { runtime: finding('ok'), intake: finding('ok'), queue: finding('ok') };

/** Judges a series of looks, each a minute after the last; `down` is for how long the runtime is not what it should be. */
function follow(looks: { findings?: object; seen?: Partial<Observation>; after?: number; down?: number }[]) {
  let memory: Memory = WELL;
  let now = 0;
  return looks.map(({ findings = {}, seen = {}, after = 60_000, down }) => {
    now += after;
    const look = { findings: { ...well, ...findings }, seen: running(seen) };
    const judged = judge(memory, look, at(now), down === undefined ? null : at(now - down));
    memory = judged.memory;
    return judged;
  });
}

test('one bad moment is not told, two in a row are, and the first good one ends it', () => {
  const bad = { findings: { queue: finding('fail') } };
  const [first, well1, again, twice, thrice, over] = follow([bad, {}, bad, bad, bad, {}]);
  expect(first).toMatchObject({ failing: [], memory: { failures: { queue: 1 } } });
  expect(well1).toMatchObject({ failing: [], recovered: ['queue'], memory: { failures: {} } });
  expect([again?.failing, twice?.failing, thrice?.failing]).toEqual([[], ['queue'], ['queue']]);
  expect(over).toMatchObject({ failing: [], recovered: ['queue'] });
});

test('what cannot be known neither begins nor ends anything', () => {
  const bad = { findings: { database: finding('fail') } };
  const [, told, unknown] = follow([bad, bad, { findings: { database: finding('unknown') } }]);
  expect(told?.failing).toEqual(['database']);
  expect(unknown).toMatchObject({ failing: ['database'], recovered: [] });
});

test('a dead runtime is told when it stays dead, and is back when it has lived and served for a moment', () => {
  const dead = (down: number) => ({
    findings: { runtime: finding('fail'), intake: finding('unknown') },
    after: 20_000,
    down,
  });
  const back = (ms: number, intake: Finding['result'] = 'ok') => ({
    seen: { startedAt: at(60_000) },
    findings: { intake: finding(intake) },
    after: ms,
  });
  const [first, soon, late, young, deaf, up] = follow([
    dead(0),
    dead(DOWN_MS - 1),
    dead(DOWN_MS),
    back(STEADY_MS - 1),
    back(1, 'fail'),
    back(1),
  ]);
  expect([first?.failing, soon?.failing, late?.failing]).toEqual([[], [], ['runtime']]);
  expect([young, deaf].map((look) => [look?.recovered, look?.memory.failures.runtime])).toEqual([
    [[], 3],
    [[], 3],
  ]);
  expect(up).toMatchObject({ failing: [], recovered: expect.arrayContaining(['runtime']) });
});

test('a crash is counted and wakes nobody when the runtime was back before anybody looked', () => {
  const [crashed, back] = follow([{ seen: { restarts: 1 }, down: DOWN_MS }, { seen: { restarts: 1 } }]);
  expect(crashed).toMatchObject({ failing: [], loop: 'none', memory: { crashes: 1, failures: { runtime: 1 } } });
  expect(back).toMatchObject({ failing: [], recovered: ['runtime'] });
});

test('three crashes without ten good minutes between them are a loop, and ten good minutes end it', () => {
  const crashed = (restarts: number) => ({ seen: { restarts } });
  const [, second, third, soon, over, later] = follow([
    crashed(1),
    { ...crashed(2), after: STABLE_MS - 1 },
    crashed(3),
    { ...crashed(3), after: STABLE_MS - 1 },
    { ...crashed(3), after: 1 },
    crashed(4),
  ]);
  expect([second?.loop, third?.loop, soon?.loop, over?.loop]).toEqual(['none', 'looping', 'looping', 'over']);
  expect(over?.memory.crashes).toBe(0);
  expect(later).toMatchObject({ loop: 'none', memory: { crashes: 1 } });
});

test.each(['fail', 'unknown'] as const)('minutes in which the runtime is %s are not good ones', (result) => {
  const crashed = { seen: { restarts: 3 } };
  const [, hung, up] = follow([
    crashed,
    { ...crashed, findings: { runtime: finding(result) }, after: STABLE_MS },
    crashed,
  ]);
  expect(hung).toMatchObject({ loop: 'looping', memory: { crashes: 3 } });
  expect(up?.loop).toBe('over');
});

test('a driver that counts anew, with another container, has not crashed less', () => {
  const [, , fresh, crash] = follow([
    { seen: { restarts: 2 } },
    {},
    { seen: { restarts: 0 } },
    { seen: { restarts: 1 } },
  ]);
  expect(fresh?.memory.crashes).toBe(2);
  expect(crash?.memory.crashes).toBe(3);
});

test('a value at the edge of its threshold does not go back and forth', () => {
  let over = false;
  const results = [84, 85, 84, 81, 85, 79.5, 84].map((value) => {
    over = isOver(value, 85, over);
    return over;
  });
  expect(results).toEqual([false, true, true, true, true, false, false]);
});
