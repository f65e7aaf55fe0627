import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import type { Driver, DriverEvent, RuntimeSpec } from '../../control-plane/fleet/drivers/driver.ts';
import { answers, eventually, reachableBeyondLoopback, say, TOKEN, whoAnswers } from './stores.ts';
import type { Subject } from './subject.ts';

/** What every driver promises of the surroundings of a runtime: its logs, limits, ports, secrets and events. */
export function describeEnvironment(environment: {
  subject: Subject;
  newSpec(): Promise<RuntimeSpec>;
  /** Another one after a test that closed it. */
  driver(): Driver;
}): void {
  const { subject, newSpec, driver } = environment;

  test('followed logs arrive as they are written, through a crash, until the caller leaves', async () => {
    const spec = await newSpec();
    await driver().ensure(spec);
    const { run } = await whoAnswers(spec);
    const leave = new AbortController();
    const lines: string[] = [];
    const following = (async () => {
      for await (const line of driver().logs(spec.store, { follow: true, tail: 0, signal: leave.signal }))
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

  test('logs give the last lines, whole', async () => {
    const spec = await newSpec();
    await driver().ensure(spec);
    await whoAnswers(spec);
    // The engine cuts what is longer than 16 KiB; it must come out whole.
    const long = 'é'.repeat(12_000);
    for (const path of ['/say/one', '/say-long/12000', '/say/three']) await say(spec, path);
    await eventually(async () => (await linesOf(driver(), spec)).includes('three'));
    expect(await linesOf(driver(), spec, 2)).toEqual([long, 'three']);
  });

  test('limits are in force', async () => {
    const spec = await newSpec();
    await driver().ensure(spec);
    await subject.expectLimits(spec, await whoAnswers(spec));
  });

  test('what a runtime takes is measured', async () => {
    expect(await driver().usage('nobody')).toBeUndefined();
    const spec = await newSpec();
    await driver().ensure(spec);
    await whoAnswers(spec);
    if (!subject.measuresUsage) {
      expect(await driver().usage(spec.store)).toBeUndefined();
      return;
    }
    await say(spec, '/burn');
    const busy = await driver().usage(spec.store);
    expect(busy?.memoryBytes).toBeGreaterThan(10 * 1024 * 1024);
    expect(busy?.memoryBytes).toBeLessThan(spec.limits.memoryMb * 1024 * 1024);
    // However busy the machine is, it got something; and no more than there is.
    expect(busy?.cpus).toBeGreaterThan(0.01);
    expect(busy?.cpus).toBeLessThanOrEqual(availableParallelism() * 1.1);
    await driver().stop(spec.store);
    expect(await driver().usage(spec.store)).toBeUndefined();
  });

  test('ports are bound on loopback only', async () => {
    const spec = await newSpec();
    await driver().ensure(spec);
    await whoAnswers(spec);
    expect(await reachableBeyondLoopback(spec)).toEqual([]);
  });

  test('a port of another program is named', async () => {
    const holder = await newSpec();
    await driver().ensure(holder);
    await whoAnswers(holder);
    const spec = { ...(await newSpec()), ports: { ...holder.ports } };
    await expect(driver().ensure(spec)).rejects.toMatchObject({
      code: 'RUNTIME_UNHEALTHY',
      details: { reason: 'port_in_use', port: expect.toBeOneOf(Object.values(holder.ports)) },
    });
  });

  test('a store without its bot.env is refused by name', async () => {
    const spec = { ...(await newSpec()), folder: '/nowhere' };
    await expect(driver().ensure(spec)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('secrets of bot.env are read by the runtime and seen by nobody else', async () => {
    const spec = await newSpec();
    await driver().ensure(spec);
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
      for await (const event of driver().events(leave.signal)) if (event.store === spec.store) seen.push(event);
    })();
    const kinds = () => seen.map(({ kind }) => kind).filter((kind) => kind !== 'healthy' && kind !== 'unhealthy');
    await driver().ensure(spec);
    await whoAnswers(spec);
    await say(spec, '/crash').catch(() => {});
    await eventually(() => kinds().length >= 3);
    await driver().remove(spec.store);
    await eventually(() => kinds().includes('removed'));
    leave.abort();
    await watching;
    expect(kinds()).toEqual(['started', 'exited', 'started', 'exited', 'removed']);
  });
}

export async function linesOf(driver: Driver, spec: RuntimeSpec, tail?: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of driver.logs(spec.store, { tail })) lines.push(line);
  return lines;
}
