import { availableParallelism } from 'node:os';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Driver, DriverEvent, RuntimeSpec } from '../../control-plane/drivers/driver.ts';
import { ensureAndDie, ensureAndLinger } from './control-plane.ts';
import {
  answers,
  eventually,
  type Fake,
  lifeOf,
  makeSpec,
  reachableBeyondLoopback,
  say,
  TOKEN,
  whoAnswers,
} from './stores.ts';

/** What a driver's own test file gives to the contract. */
export type Subject = {
  kind: Driver['kind'];
  /** JSON for `driver-process.ts`, by which another process makes the same driver over the same state. */
  setup: Record<string, unknown>;
  image: string;
  create(): Driver;
  /** Places within `ensure` of a changed spec where the control plane is killed. */
  killPoints: readonly string[];
  /** Runtimes of the store that exist now, counted past the driver. */
  count(store: string): Promise<number>;
  /** Checks that the limits of the spec are in force for the runtime that answers. */
  expectLimits(spec: RuntimeSpec, answer: Fake): Promise<void>;
  /** Everything that the platform shows to others about the runtime: argv, environment, inspection. */
  visible(spec: RuntimeSpec): Promise<string>;
};

/** What every driver promises. */
export function describeContract(subject: Subject): void {
  let driver: Driver;
  let specs: RuntimeSpec[] = [];

  async function newSpec(env: Record<string, string> = {}): Promise<RuntimeSpec> {
    const spec = await makeSpec(subject.image, env);
    specs.push(spec);
    return spec;
  }

  beforeAll(() => {
    driver = subject.create();
  });
  afterEach(async () => {
    for (const spec of specs) await driver.remove(spec.store);
    specs = [];
  });
  afterAll(() => driver.close());

  test('a store that nobody started is missing', async () => {
    expect(await driver.observe('nobody')).toEqual({ store: 'nobody', state: 'missing' });
  });

  test('ensure starts a store, and again leaves it alone', async () => {
    const spec = await newSpec();
    const first = await driver.ensure(spec);
    expect(first).toMatchObject({ store: spec.store, specHash: spec.specHash, generation: 1 });
    const answer = await whoAnswers(spec);
    const again = await driver.ensure(spec);
    expect(again.id).toBe(first.id);
    expect((await whoAnswers(spec)).run).toBe(answer.run);
    expect(await driver.observeAll()).toContainEqual(expect.objectContaining({ store: spec.store, id: first.id }));
  });

  test('many calls at once start one runtime', async () => {
    const spec = await newSpec();
    const seen = await Promise.all(Array.from({ length: 5 }, () => driver.ensure(spec)));
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
    expect(await subject.count(spec.store)).toBe(1);
  });

  test('a changed spec replaces the runtime, the old one first', async () => {
    const spec = await newSpec({ FAKE_GRACE_MS: '700' });
    const before = await driver.ensure(spec);
    await whoAnswers(spec);
    const changed = { ...spec, specHash: 'changed', generation: 2 };
    const after = await driver.ensure(changed);
    expect(after).toMatchObject({ specHash: 'changed', generation: 2 });
    expect(after.id).not.toBe(before.id);
    await eventually(async () => (await lifeOf(spec)).length === 3);
    expect((await lifeOf(spec)).map(({ what }) => what)).toEqual(['start', 'end', 'start']);
    expect(await subject.count(spec.store)).toBe(1);
  });

  test('a runtime that crashes comes back, and how it ended is known', async () => {
    const spec = await newSpec();
    const leave = new AbortController();
    driver.events(leave.signal);
    await driver.ensure(spec);
    const { run } = await whoAnswers(spec);
    await say(spec, '/crash').catch(() => {});
    await eventually(async () => (await answers(spec)) && (await whoAnswers(spec)).run !== run);
    const seen = await driver.observe(spec.store);
    expect(seen.restarts).toBe(1);
    expect(seen.exit?.code).toBe(7);
    leave.abort();
  });

  test('stop lets the runtime finish, and keeps it stopped', async () => {
    const spec = await newSpec({ FAKE_GRACE_MS: '500' });
    await driver.ensure(spec);
    await whoAnswers(spec);
    await driver.stop(spec.store);
    expect((await lifeOf(spec)).map(({ what }) => what)).toEqual(['start', 'end']);
    expect(await driver.observe(spec.store)).toMatchObject({
      state: 'exited',
      specHash: spec.specHash,
      exit: { code: 0 },
    });
    expect(await answers(spec)).toBe(false);
    expect(await linesOf(driver, spec)).toContain('SIGTERM seen');
    await driver.ensure(spec);
    await whoAnswers(spec);
  });

  test('a runtime that ignores SIGTERM is killed after the grace', async () => {
    const spec = await newSpec({ FAKE_STUBBORN: 'true' });
    await driver.ensure(spec);
    await whoAnswers(spec);
    const since = performance.now();
    await driver.stop(spec.store, { graceSeconds: 1 });
    expect(performance.now() - since).toBeGreaterThan(900);
    expect(await answers(spec)).toBe(false);
    expect(await linesOf(driver, spec)).toContain('SIGTERM seen');
  });

  test('stopping and removing what is not there is no fault', async () => {
    await driver.stop('nobody');
    await driver.remove('nobody');
  });

  test('remove leaves no runtime, twice', async () => {
    const spec = await newSpec();
    await driver.ensure(spec);
    await driver.remove(spec.store);
    await driver.remove(spec.store);
    expect(await driver.observe(spec.store)).toEqual({ store: spec.store, state: 'missing' });
    expect(await subject.count(spec.store)).toBe(0);
  });

  test('logs give the last lines, whole', async () => {
    const spec = await newSpec();
    await driver.ensure(spec);
    await whoAnswers(spec);
    // The engine cuts what is longer than 16 KiB; it must come out whole.
    const long = 'é'.repeat(12_000);
    for (const path of ['/say/one', '/say-long/12000', '/say/three']) await say(spec, path);
    await eventually(async () => (await linesOf(driver, spec)).includes('three'));
    expect(await linesOf(driver, spec, 2)).toEqual([long, 'three']);
  });

  test('followed logs arrive as they are written, through a crash, until the caller leaves', async () => {
    const spec = await newSpec();
    await driver.ensure(spec);
    const { run } = await whoAnswers(spec);
    const leave = new AbortController();
    const lines: string[] = [];
    const following = (async () => {
      for await (const line of driver.logs(spec.store, { follow: true, tail: 0, signal: leave.signal }))
        lines.push(line);
    })();
    // The first line is said until it is heard: following begins at some moment after the call.
    await eventually(async () => {
      await say(spec, '/say/before');
      return lines.includes('before');
    });
    await say(spec, '/crash').catch(() => {});
    await eventually(async () => (await answers(spec)) && (await whoAnswers(spec)).run !== run);
    await say(spec, '/say/after');
    await eventually(async () => lines.includes('after'));
    leave.abort();
    await following;
    expect(lines.filter((line) => line === 'after')).toEqual(['after']);
  });

  test('limits are in force', async () => {
    const spec = await newSpec();
    await driver.ensure(spec);
    await subject.expectLimits(spec, await whoAnswers(spec));
  });

  test('what a runtime takes is measured', async () => {
    expect(await driver.usage('nobody')).toBeUndefined();
    const spec = await newSpec();
    await driver.ensure(spec);
    await whoAnswers(spec);
    await say(spec, '/burn');
    const busy = await driver.usage(spec.store);
    expect(busy?.memoryBytes).toBeGreaterThan(10 * 1024 * 1024);
    expect(busy?.memoryBytes).toBeLessThan(spec.limits.memoryMb * 1024 * 1024);
    // However busy the machine is, it got something; and no more than there is.
    expect(busy?.cpus).toBeGreaterThan(0.01);
    expect(busy?.cpus).toBeLessThanOrEqual(availableParallelism() * 1.1);
    await driver.stop(spec.store);
    expect(await driver.usage(spec.store)).toBeUndefined();
  });

  test('ports are bound on loopback only', async () => {
    const spec = await newSpec();
    await driver.ensure(spec);
    await whoAnswers(spec);
    expect(await reachableBeyondLoopback(spec)).toEqual([]);
  });

  test('a port of another program is named', async () => {
    const holder = await newSpec();
    await driver.ensure(holder);
    await whoAnswers(holder);
    const spec = { ...(await newSpec()), ports: { ...holder.ports } };
    await expect(driver.ensure(spec)).rejects.toMatchObject({
      code: 'RUNTIME_UNHEALTHY',
      details: { reason: 'port_in_use', port: expect.toBeOneOf(Object.values(holder.ports)) },
    });
  });

  test('a store without its bot.env is refused by name', async () => {
    const spec = { ...(await newSpec()), folder: '/nowhere' };
    await expect(driver.ensure(spec)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('secrets of bot.env are read by the runtime and seen by nobody else', async () => {
    const spec = await newSpec();
    await driver.ensure(spec);
    expect((await whoAnswers(spec)).store).toBe(spec.store);
    const shown = await subject.visible(spec);
    expect(shown).toContain('bot.env');
    expect(shown).not.toContain(TOKEN);
  });

  test('events tell of start, crash, return and removal', async () => {
    const spec = await newSpec();
    const leave = new AbortController();
    const seen: DriverEvent[] = [];
    const watching = (async () => {
      for await (const event of driver.events(leave.signal)) if (event.store === spec.store) seen.push(event);
    })();
    const kinds = () => seen.map(({ kind }) => kind).filter((kind) => kind !== 'healthy' && kind !== 'unhealthy');
    await driver.ensure(spec);
    await whoAnswers(spec);
    await say(spec, '/crash').catch(() => {});
    await eventually(() => kinds().length >= 3);
    await driver.remove(spec.store);
    await eventually(() => kinds().includes('removed'));
    leave.abort();
    await watching;
    expect(kinds()).toEqual(['started', 'exited', 'started', 'exited', 'removed']);
  });

  test('a cancelled ensure starts nothing', async () => {
    const spec = await newSpec();
    await expect(driver.ensure(spec, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await subject.count(spec.store)).toBe(0);
  });

  test('it says what it runs on', async () => {
    expect((await driver.ping()).version).toMatch(/\d+\.\d+/);
  });

  test('stores survive the control plane and are taken over by the next one', async () => {
    const spec = await newSpec();
    await driver.close();
    await ensureAndLinger(subject.setup, spec, async (first) => {
      const { run } = await whoAnswers(spec);
      first.kill('SIGKILL');
      await first.exited;
      driver = subject.create();
      const seen = await driver.observe(spec.store);
      expect(seen).toMatchObject({ specHash: spec.specHash, generation: 1 });
      expect((await driver.ensure(spec)).id).toBe(seen.id);
      expect((await whoAnswers(spec)).run).toBe(run);
    });
    // What was adopted is watched like what was started.
    const { run } = await whoAnswers(spec);
    await say(spec, '/crash').catch(() => {});
    await eventually(async () => (await answers(spec)) && (await whoAnswers(spec)).run !== run);
    await driver.stop(spec.store);
    expect(await answers(spec)).toBe(false);
  });

  test.each(subject.killPoints)('a control plane killed at %s leaves one runtime', async (point) => {
    const spec = await newSpec();
    await driver.ensure(spec);
    await whoAnswers(spec);
    await driver.close();
    const changed = { ...spec, specHash: 'changed', generation: 2 };
    await ensureAndDie(subject.setup, changed, point);
    driver = subject.create();
    const seen = await driver.ensure(changed);
    expect(seen.specHash).toBe('changed');
    const answer = await whoAnswers(spec);
    expect(await subject.count(spec.store)).toBe(1);
    const life = await lifeOf(spec);
    expect(life.map(({ what }) => what)).toEqual(['start', 'end', 'start']);
    expect(life[2]?.run).toBe(answer.run);
  });
}

async function linesOf(driver: Driver, spec: RuntimeSpec, tail?: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of driver.logs(spec.store, { tail })) lines.push(line);
  return lines;
}
