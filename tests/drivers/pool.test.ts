import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { Driver, DriverEvent, RuntimeSpec } from '../../control-plane/fleet/drivers/driver.ts';
import { createPoolDriver, type Place } from '../../control-plane/fleet/drivers/pool/index.ts';
import { findMarked, stateMark } from '../../control-plane/fleet/drivers/process/identity.ts';
import { createProcessDriver } from '../../control-plane/fleet/drivers/process/index.ts';
import { HOST_PATH, type HostedStore } from '../../kernel/host-protocol.ts';
import { describeContract } from './contract.ts';
import { createTestPool, HOST_TOKEN, type PoolSetup, poolOptions, shardOf } from './pool.ts';
import { answers, eventually, freePorts, lifeOf, makeSpec, say, tempFolder, whoAnswers } from './stores.ts';

const log = pino({ level: 'silent' });
const hostEntry = join(import.meta.dirname, 'fake-host.ts');
const setups: PoolSetup[] = [];
// Registered before the contract's, and so run after it.
afterAll(async () => {
  for (const setup of setups) {
    const inner = createProcessDriver({ ...setup.process, log });
    for (const { name } of setup.shards) await inner.remove(shardOf(setup, name).spec.store);
    await inner.close();
  }
});

async function newSetup(...names: string[]): Promise<PoolSetup> {
  const shards = [];
  for (const name of names) {
    const [telegram, pakasir] = await freePorts();
    shards.push({ name, ports: { telegram, pakasir } });
  }
  const process = {
    stateDir: tempFolder('lapak-pool-state-'),
    runtimeEntry: hostEntry,
    backoff: { firstMs: 100, maxMs: 1_000, healthyAfterMs: 600_000 },
    watch: { everyMs: 100, memoryEvery: 5, logEvery: 10, graceMs: 1_000, logs: { bytes: 10_000_000, files: 4 } },
  };
  const setup = { process, folder: tempFolder('lapak-shards-'), shards };
  setups.push(setup);
  return setup;
}

/** What a shard itself says that it has. */
async function hostedBy(setup: PoolSetup, name: string): Promise<HostedStore[]> {
  const { spec } = shardOf(setup, name);
  const response = await fetch(`http://127.0.0.1:${spec.ports.telegram}${HOST_PATH}/stores`, {
    headers: { authorization: `Bearer ${HOST_TOKEN}`, connection: 'close' },
  }).catch(() => undefined);
  return response ? ((await response.json()) as { stores: HostedStore[] }).stores : [];
}

const setup = await newSetup('shard-1');

describe('hosted stores', () => {
  const places = new Map<string, Place>();
  describeContract({
    kind: 'process',
    setup: { kind: 'pool', options: setup },
    image: 'none',
    create: () => createTestPool(setup, { log, places }),
    adapt(spec) {
      places.set(spec.store, { store: spec.store, shard: 'shard-1', folder: spec.folder });
      return { ...spec, shard: 'shard-1' };
    },
    killPoints: ['pool:left', 'pool:put'],
    // A hosted store has no process of its own, so none whose code or use of the machine could be told.
    crashExit: { code: null, error: 'crashed with code 7' },
    measuresUsage: false,
    async count(store) {
      const own = (await findMarked(stateMark(setup.process.stateDir))).get(store)?.length ?? 0;
      const hosted = await hostedBy(setup, 'shard-1');
      return own + hosted.filter((one) => one.store === store && one.state !== 'exited').length;
    },
    async expectLimits(_, answer) {
      // Its limits are its shard's.
      expect(answer.execArgv).toContain(`--max-old-space-size=${320 * 0.75}`);
    },
    async visible(spec) {
      const { pid } = await whoAnswers(spec);
      return `${await readFile(`/proc/${pid}/cmdline`, 'utf8')} ${await readFile(`/proc/${pid}/environ`, 'utf8')}`;
    },
  });
});

describe('a store and its places', () => {
  const places = new Map<string, Place>();
  let pools: Driver[] = [];
  const specs: RuntimeSpec[] = [];
  afterEach(async () => {
    for (const { store } of specs.splice(0)) await pools[0]?.remove(store);
    places.clear();
    for (const pool of pools) await pool.close();
    pools = [];
  });

  async function begin(...names: string[]) {
    const own = await newSetup(...names);
    const pool = createTestPool(own, { log, places, wakeWithinMs: 20_000 });
    pools.push(pool);
    return { own, pool };
  }

  async function place(shard: string | undefined, spec?: RuntimeSpec): Promise<RuntimeSpec> {
    const { shard: _, ...made } = spec ?? (await makeSpec('none'));
    places.set(made.store, { store: made.store, shard, folder: made.folder });
    if (!spec) specs.push(made);
    const next = { ...made, specHash: `in ${shard}`, generation: made.generation + 1 };
    return shard === undefined ? next : { ...next, shard };
  }

  const whatOf = async (spec: RuntimeSpec) => (await lifeOf(spec)).map(({ what }) => what);

  test('a store that moves ends in its old place before it starts in the new one, there and back', async () => {
    const { own, pool } = await begin('shard-1', 'shard-2');
    const dedicated = await place(undefined);
    // As a process of its own it would be a host too.
    const first = await place('shard-1', dedicated);
    await pool.ensure(first);
    await whoAnswers(first);
    const second = await place('shard-2', first);
    expect(await pool.ensure(second)).toMatchObject({ specHash: 'in shard-2' });
    await whoAnswers(second);
    expect(await hostedBy(own, 'shard-1')).toEqual([]);
    expect(await pool.observeAll()).toEqual([expect.objectContaining({ store: first.store, specHash: 'in shard-2' })]);
    await pool.ensure(await place('shard-1', second));
    await whoAnswers(first);
    expect(await whatOf(first)).toEqual(['start', 'end', 'start', 'end', 'start']);
    expect(await hostedBy(own, 'shard-2')).toEqual([]);
  });

  test('a shard that crashes brings its stores back, and both is told of each', async () => {
    const { pool } = await begin('shard-1');
    const spec = await place('shard-1');
    await pool.ensure(spec);
    const { pid } = await whoAnswers(spec);
    const leave = new AbortController();
    const kinds: DriverEvent['kind'][] = [];
    const listening = (async () => {
      for await (const { store, kind } of pool.events(leave.signal)) if (store === spec.store) kinds.push(kind);
    })();
    process.kill(pid, 'SIGKILL');
    await eventually(() => kinds.includes('exited'));
    await eventually(() => kinds.includes('started'));
    expect((await whoAnswers(spec)).pid).not.toBe(pid);
    leave.abort();
    await listening;
    expect(await whatOf(spec)).toEqual(['start', 'start']);
  });

  test('of a shard that hangs its stores are starting, and it is named to whoever wants one', async () => {
    const { own } = await begin('shard-1');
    const hasty = createTestPool(own, { log, places, wakeWithinMs: 200 });
    const spec = await place('shard-1');
    await pools[0]?.ensure(spec);
    const { pid } = await whoAnswers(spec);
    await pools[0]?.close();
    pools = [hasty];
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await hasty.observe(spec.store)).toEqual({ store: spec.store, state: 'starting' });
      expect(await hasty.observeAll()).toEqual([{ store: spec.store, state: 'starting' }]);
      const named = { code: 'DRIVER_UNAVAILABLE', message: expect.stringContaining('shard-1') };
      await expect(hasty.stop(spec.store)).rejects.toMatchObject(named);
      await expect(hasty.ensure({ ...spec, specHash: 'other' })).rejects.toMatchObject(named);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await eventually(async () => (await hasty.observe(spec.store)).state === 'running');
  });

  test('the process of a shard that hangs for long is ended, and its stores come back', async () => {
    const { own } = await begin('shard-1');
    let now = Date.now();
    const clock = { now: () => new Date(now) };
    const watched = createPoolDriver({ ...poolOptions(own, { log, places, wakeWithinMs: 200 }), clock });
    const spec = await place('shard-1');
    await pools[0]?.ensure(spec);
    const { pid } = await whoAnswers(spec);
    await pools[0]?.close();
    pools = [watched];
    process.kill(pid, 'SIGSTOP');
    await watched.prepare?.();
    now += 119_000;
    await watched.prepare?.();
    expect(await watched.observe(spec.store)).toEqual({ store: spec.store, state: 'starting' });
    now += 1_000;
    await watched.prepare?.();
    await eventually(async () => (await watched.observe(spec.store)).state === 'running');
    expect((await whoAnswers(spec)).pid).not.toBe(pid);
  });

  test('a store that comes back in a shard that it had left is ended there', async () => {
    const { own, pool } = await begin('shard-1', 'shard-2');
    const spec = await place('shard-1');
    await pool.ensure(spec);
    await whoAnswers(spec);
    // Moved while its shard was away and this process forgot it.
    places.set(spec.store, { store: spec.store, shard: 'shard-2', folder: spec.folder });
    await pool.prepare?.();
    expect(await hostedBy(own, 'shard-1')).toEqual([]);
    expect(await answers(spec)).toBe(false);
  });

  test('what a hosted store writes is kept within its size', async () => {
    const { own } = await begin('shard-1');
    const small = createPoolDriver({ ...poolOptions(own, { log, places }), logs: { bytes: 2_000, files: 2 } });
    const spec = await place('shard-1');
    await small.ensure(spec);
    await whoAnswers(spec);
    const output = join(spec.folder, 'logs', 'runtime', 'output.log');
    await say(spec, `/say/${'x'.repeat(2_500)}`);
    await small.prepare?.();
    expect(await readFile(`${output}.1`, 'utf8')).toContain('x'.repeat(2_500));
    await say(spec, '/say/still-here');
    expect(await readFile(output, 'utf8')).toBe('still-here\n');
    await small.remove(spec.store);
    await small.close();
  });
});
