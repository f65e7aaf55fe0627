import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Driver, RuntimeSpec } from '../../control-plane/fleet/drivers/driver.ts';
import { describeEnvironment, linesOf } from './contract-environment.ts';
import { ensureAndDie, ensureAndLinger } from './control-plane.ts';
import { answers, eventually, lifeOf, makeSpec, say, whoAnswers } from './stores.ts';
import type { Subject } from './subject.ts';

/** What every driver promises. */
export function describeContract(subject: Subject): void {
  let driver: Driver;
  let specs: RuntimeSpec[] = [];

  async function newSpec(env: Record<string, string> = {}): Promise<RuntimeSpec> {
    const made = await makeSpec(subject.image, env);
    const spec = subject.adapt?.(made) ?? made;
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

  test('a store answers at the endpoint that was known before it ran', async () => {
    const spec = await newSpec();
    const endpoint = driver.endpoint(spec);
    await driver.ensure(spec);
    await whoAnswers(spec);
    for (const address of Object.values(endpoint)) expect((await fetch(`${address}/healthz`)).ok).toBe(true);
    expect(driver.endpoint({ ...spec, ports: { ...spec.ports } })).toEqual(endpoint);
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
    expect(seen.exit).toMatchObject(subject.crashExit);
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

  test('a runtime that is killed is started again', async () => {
    const spec = await newSpec();
    await driver.ensure(spec);
    const before = await whoAnswers(spec);
    await driver.kill(spec.store);
    await eventually(async () => (await answers(spec)) && (await whoAnswers(spec)).run !== before.run);
    expect(await driver.observe(spec.store)).toMatchObject({ state: 'running', restarts: 1 });
    await driver.kill('nobody');
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

  describeEnvironment({ subject, newSpec, driver: () => driver });

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
