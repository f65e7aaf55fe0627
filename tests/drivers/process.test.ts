import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { delayAfter, nextStreak } from '../../control-plane/fleet/drivers/process/backoff.ts';
import { findMarked, isAlive, startOf, stateMark } from '../../control-plane/fleet/drivers/process/identity.ts';
import { createProcessDriver, type ProcessDriverOptions } from '../../control-plane/fleet/drivers/process/index.ts';
import { describeContract } from './contract.ts';
import { ensureAndDie } from './control-plane.ts';
import { answers, eventually, lifeOf, makeSpec, say, tempFolder, whoAnswers } from './stores.ts';

const log = pino({ level: 'silent' });
const runtimeEntry = join(import.meta.dirname, 'fake-runtime.ts');

function settings(): Omit<ProcessDriverOptions, 'log'> {
  return {
    stateDir: tempFolder('lapak-state-'),
    runtimeEntry,
    backoff: { firstMs: 100, maxMs: 1_000, healthyAfterMs: 60_000 },
    watch: { everyMs: 100, memoryEvery: 1, logEvery: 1 },
  };
}

describe('the contract', () => {
  const options = settings();
  describeContract({
    kind: 'process',
    setup: { kind: 'process', options },
    image: 'none',
    create: () => createProcessDriver({ ...options, log }),
    crashExit: { code: 7 },
    measuresUsage: true,
    killPoints: ['process:stopping', 'process:intended', 'process:spawned', 'process:recorded'],
    count: async (store) => (await findMarked(stateMark(options.stateDir))).get(store)?.length ?? 0,
    async expectLimits(spec, answer) {
      expect(answer.execArgv).toEqual([`--max-old-space-size=${spec.limits.memoryMb * 0.75}`]);
    },
    async visible(spec) {
      const { pid } = await whoAnswers(spec);
      return `${await readFile(`/proc/${pid}/cmdline`, 'utf8')} ${await readFile(`/proc/${pid}/environ`, 'utf8')}`;
    },
  });
});

test('nothing of our environment but what a runtime needs reaches it', async () => {
  process.env.LAPAK_MASTER_KEY = 'not for tenants';
  const driver = createProcessDriver({ ...settings(), log });
  const spec = await makeSpec('none');
  try {
    await driver.ensure(spec);
    const { pid, keys } = await whoAnswers(spec);
    expect(keys).not.toContain('LAPAK_MASTER_KEY');
    // What Node made of the sources is there already, where this process has such a folder.
    const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
    expect(environment).toContain(`NODE_COMPILE_CACHE=${process.env.NODE_COMPILE_CACHE}`);
  } finally {
    delete process.env.LAPAK_MASTER_KEY;
    await driver.remove(spec.store);
    await driver.close();
  }
});

test('being asked whether it works starts a process once', async () => {
  const folder = tempFolder('lapak-node-');
  const nodePath = join(folder, 'node');
  await writeFile(nodePath, `#!/bin/sh\necho x >> ${folder}/starts\necho v24.0.0\n`, { mode: 0o755 });
  const driver = createProcessDriver({ ...settings(), nodePath, log });
  const pings = await Promise.all([driver.ping(), driver.ping(), driver.ping()]);
  expect([...pings, await driver.ping()]).toEqual(Array(4).fill({ version: 'node v24.0.0' }));
  expect(await readFile(join(folder, 'starts'), 'utf8')).toBe('x\n');
  await driver.close();
});

test('the wait doubles from crash to crash up to a bound, and a long run ends the series', () => {
  const backoff = { firstMs: 10_000, maxMs: 300_000, healthyAfterMs: 600_000 };
  const delays = [1, 2, 3, 4, 5, 6, 7, 100].map((streak) => delayAfter(streak, backoff) / 1000);
  expect(delays).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
  expect(nextStreak(4, 599_999, backoff)).toBe(5);
  expect(nextStreak(4, 600_000, backoff)).toBe(1);
});

test('a crash loop waits longer each time, and ensure does not cut the wait short', async () => {
  const driver = createProcessDriver({ ...settings(), backoff: { firstMs: 400, maxMs: 60_000 }, log });
  const spec = await makeSpec('none', { LISTEN_NOTHING: 'x' });
  const leave = new AbortController();
  const at: Record<string, number[]> = { started: [], exited: [] };
  const watching = (async () => {
    for await (const event of driver.events(leave.signal)) at[event.kind]?.push(event.at.getTime());
  })();
  try {
    await driver.ensure(spec);
    for (const crashes of [1, 2]) {
      await whoAnswers(spec);
      await say(spec, '/crash').catch(() => {});
      await eventually(() => at.exited?.length === crashes);
      expect((await driver.ensure(spec)).state).toBe('restarting');
      await eventually(() => at.started?.length === crashes + 1);
    }
    const waits = [0, 1].map((n) => at.started![n + 1]! - at.exited![n]!);
    expect(waits[0]).toBeGreaterThanOrEqual(390);
    expect(waits[1]).toBeGreaterThanOrEqual(790);
  } finally {
    leave.abort();
    await watching;
    await driver.remove(spec.store);
    await driver.close();
  }
});

test('a process that was spawned but never recorded is found again and stays the only one', async () => {
  const options = settings();
  const spec = await makeSpec('none');
  await ensureAndDie({ kind: 'process', options }, spec, 'process:spawned');
  const driver = createProcessDriver({ ...options, log });
  try {
    const seen = await driver.ensure(spec);
    const answer = await whoAnswers(spec);
    expect(String(answer.pid)).toBe(seen.id);
    expect(await lifeOf(spec)).toEqual([{ what: 'start', run: answer.run }]);
  } finally {
    await driver.remove(spec.store);
    await driver.close();
  }
});

test('a store that died while no control plane ran is started by the next one', async () => {
  const options = settings();
  const spec = await makeSpec('none');
  const first = createProcessDriver({ ...options, log });
  await first.ensure(spec);
  const { run } = await whoAnswers(spec);
  await first.close();
  await say(spec, '/crash').catch(() => {});
  await eventually(async () => !(await answers(spec)));
  const second = createProcessDriver({ ...options, log });
  try {
    await second.observeAll();
    expect((await whoAnswers(spec)).run).not.toBe(run);
  } finally {
    await second.remove(spec.store);
    await second.close();
  }
});

test('a stranger that was given the pid of a store is neither taken for it nor ended', async () => {
  const options = settings();
  const spec = await makeSpec('none');
  const first = createProcessDriver({ ...options, log });
  await first.ensure(spec);
  await whoAnswers(spec);
  await first.close();
  const file = join(options.stateDir, `${spec.store}.json`);
  const record = JSON.parse(await readFile(file, 'utf8'));
  process.kill(record.process.pid, 'SIGKILL');
  await eventually(async () => !(await isAlive(record.process)));
  // This test's own process stands for the stranger.
  await writeFile(file, JSON.stringify({ ...record, process: { ...record.process, pid: process.pid } }));
  const second = createProcessDriver({ ...options, log });
  try {
    expect((await second.observe(spec.store)).state).toBe('restarting');
    expect((await whoAnswers(spec)).pid).not.toBe(process.pid);
  } finally {
    await second.remove(spec.store);
    await second.close();
  }
  expect(await startOf(process.pid)).toBeDefined();
});

test('a state folder belongs to one control plane at a time', async () => {
  const options = settings();
  const first = createProcessDriver({ ...options, log });
  const second = createProcessDriver({ ...options, log });
  await first.observeAll();
  await expect(second.observeAll()).rejects.toMatchObject({ code: 'DRIVER_UNAVAILABLE' });
  await first.close();
  expect(await second.observeAll()).toEqual([]);
  await second.close();
});

test.each([
  ['its heap', '/hoard/heap'],
  ['buffers outside of the heap', '/hoard/buffers'],
])('a store that fills its memory with %s ends, is told apart, and comes back', async (_, path) => {
  const driver = createProcessDriver({ ...settings(), log });
  const spec = await makeSpec('none');
  spec.limits.memoryMb = 160;
  try {
    await driver.ensure(spec);
    const { run } = await whoAnswers(spec);
    await say(spec, path).catch(() => {});
    await eventually(async () => (await driver.observe(spec.store)).exit?.outOfMemory === true);
    expect((await whoAnswers(spec)).run).not.toBe(run);
  } finally {
    await driver.remove(spec.store);
    await driver.close();
  }
});

test('the output file stays within its size while the store goes on writing', async () => {
  const options = settings();
  const logs = { bytes: 2_000, files: 2 };
  const driver = createProcessDriver({ ...options, watch: { ...options.watch, logs }, log });
  const spec = await makeSpec('none');
  const output = join(spec.folder, 'logs', 'runtime', 'output.log');
  try {
    await driver.ensure(spec);
    await whoAnswers(spec);
    const text = 'x'.repeat(900);
    await eventually(async () => {
      await say(spec, `/say/${text}`);
      const older = await readFile(`${output}.2`, 'utf8').catch(() => '');
      return older.includes(text);
    });
    expect(await readFile(output, 'utf8')).not.toContain('\0');
    await say(spec, '/say/still-here');
    await eventually(async () => (await readFile(output, 'utf8')).includes('still-here'));
    await expect(readFile(`${output}.3`)).rejects.toMatchObject({ code: 'ENOENT' });
  } finally {
    await driver.remove(spec.store);
    await driver.close();
  }
});
