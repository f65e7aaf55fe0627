import { type Clock, systemClock } from '../../../../kernel/clock.ts';
import { AppError } from '../../../../kernel/errors.ts';
import { type Failpoint, noFailpoint } from '../../../../kernel/failpoint.ts';
import type { HostedStore } from '../../../../kernel/host-protocol.ts';
import type { Log } from '../../../../kernel/log.ts';
import { createMutex } from '../../../../kernel/mutex.ts';
import type { Driver, Observation, RuntimeSpec } from '../driver.ts';
import { createEventHub } from '../event-hub.ts';
import { assertPortsFree, environmentFile } from '../faults.ts';
import { DEFAULT_LOG_LIMITS, type LogLimits, outputFile, readLines, rotate } from '../process/index.ts';
import { createFollowers } from './followers.ts';
import { observationBehind, observationOf } from './observation.ts';
import { createPlaces, type Whereabouts } from './places.ts';
import { isShardRuntime, type Shard, type ShardDirectory } from './shard.ts';

export type PoolDriverOptions = {
  /** Runs the shards, and the stores that have a runtime of their own. */
  inner: Driver;
  shards: ShardDirectory;
  log: Log;
  clock?: Clock;
  /** How long a shard may take until it answers. */
  wakeWithinMs?: number;
  /** How long the process of a shard may run without an answer before it is ended. */
  hungAfterMs?: number;
  /** How much of a hosted store's output is kept. */
  logs?: LogLimits;
  /** Where tests kill this process. */
  failpoint?: Failpoint;
};

const DEFAULT_GRACE_SECONDS = 30;
const WAKE_WITHIN_MS = 30_000;
/** Longer than the event loop of a busy shard may be held up, also on a machine that swaps. */
const HUNG_AFTER_MS = 120_000;

/**
 * Runs a store in the shard that its spec names, and any other with `inner`. A store that is found in another place than
 * its spec says is stopped there first. Shards are runtimes of `inner`, which starts a crashed one again; the shard
 * remembers its stores.
 *
 * In force for a hosted store: nothing of `limits`, which are those of a process; its shard has limits of its own.
 */
export function createPoolDriver(options: PoolDriverOptions): Driver {
  const { inner, shards, log } = options;
  const clock = options.clock ?? systemClock;
  const failpoint = options.failpoint ?? noFailpoint;
  const limits = options.logs ?? DEFAULT_LOG_LIMITS;
  const serial = createMutex<string>();
  const hub = createEventHub();
  const places = createPlaces({ inner, shards, wakeWithinMs: options.wakeWithinMs ?? WAKE_WITHIN_MS });
  const followers = createFollowers({ clientOf: places.clientOf, publish: hub.publish, clock, log });
  /** Of hosted stores whose logs may be followed. */
  const folders = new Map<string, string>();
  /** Since when shards do not answer, though their processes run. */
  const silentSince = new Map<string, Date>();
  const closing = new AbortController();
  let forwarding: Promise<void> | undefined;
  let closed = false;

  async function host(spec: RuntimeSpec, name: string, signal?: AbortSignal): Promise<Observation> {
    throwIfAborted(signal);
    await environmentFile(spec);
    const shard = await places.require(name);
    if ((await inner.observe(spec.store)).state !== 'missing') await inner.remove(spec.store);
    await places.leave(spec.store, name);
    failpoint('pool:left');
    const client = await places.wake(shard, signal);
    await followers.follow(shard);
    const before = await client.show(spec.store);
    if (!before || before.state === 'exited') await assertPortsFree(spec);
    throwIfAborted(signal);
    places.saw(spec.store, name);
    folders.set(spec.store, spec.folder);
    const { folder, generation, specHash, ports } = spec;
    const hosted = await client.put(spec.store, { folder, generation, specHash, ports });
    failpoint('pool:put');
    return observationOf(hosted);
  }

  async function forEachShard<T>(work: (shard: Shard) => Promise<T>): Promise<T[]> {
    const all = await shards.all();
    followers.keepOnly(new Set(all.map(({ name }) => name)));
    return Promise.all(all.map(work));
  }

  /** What a shard has; undefined when it does not answer. */
  async function storesOf(shard: Shard): Promise<HostedStore[] | undefined> {
    try {
      const { code, stores } = await places.clientOf(shard).list();
      await shards.sawCode(shard, code);
      followers.follow(shard).catch(() => undefined);
      for (const { store } of stores) places.saw(store, shard.name);
      return stores;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.warn({ shard: shard.name, err: error }, 'a shard does not answer');
      return undefined;
    }
  }

  /** A store that a shard came back with although it was moved meanwhile is ended there. */
  async function evict(shard: Shard, stores: readonly HostedStore[]): Promise<void> {
    for (const { store } of stores) {
      await serial.run(store, async () => {
        const place = await shards.placeOf(store);
        if (place === undefined || place.shard === shard.name) return;
        await places.clientOf(shard).remove(store);
        places.saw(store, undefined);
        log.info({ store, shard: shard.name }, 'a store was ended in a shard that it had been moved from');
      });
    }
  }

  /** Its process is ended as by a crash, and started again by the inner driver. */
  async function endIfHung({ name, spec }: Shard): Promise<void> {
    const { state } = await inner.observe(spec.store);
    const since = silentSince.get(name);
    if (state !== 'running') {
      silentSince.delete(name);
    } else if (since === undefined) {
      silentSince.set(name, clock.now());
    } else if (clock.now().getTime() - since.getTime() >= (options.hungAfterMs ?? HUNG_AFTER_MS)) {
      silentSince.delete(name);
      log.error({ shard: name, since }, 'a shard hangs: its process is ended and started again');
      await inner.kill(spec.store);
    }
  }

  /** Keeps the shards running that have stores, and what their stores write within its size. */
  async function prepare(): Promise<void> {
    await inner.prepare?.();
    const placed = await shards.placed();
    const wanted = new Set(placed.map(({ shard }) => shard));
    const results = await forEachShard(async (shard) => {
      const isWanted = wanted.has(shard.name);
      if (!isWanted && (await inner.observe(shard.spec.store)).state !== 'running') return undefined;
      if (isWanted) {
        await places
          .wake(shard)
          .catch((error: unknown) => log.error({ shard: shard.name, err: error }, 'a shard is down'));
      }
      const stores = await storesOf(shard);
      if (!stores) {
        await endIfHung(shard);
        return undefined;
      }
      silentSince.delete(shard.name);
      await evict(shard, stores);
      return stores;
    });
    const hosted = new Set(results.flatMap((stores) => stores?.map(({ store }) => store) ?? []));
    for (const { store, folder } of placed) if (hosted.has(store)) await rotate(outputFile(folder), limits);
  }

  async function seen(store: string, where: Whereabouts, own: Observation): Promise<Observation> {
    if (where && 'hosted' in where) return observationOf(where.hosted);
    if (where && own.state === 'missing') {
      return observationBehind(store, await inner.observe(where.silent.spec.store));
    }
    return own;
  }

  const isAlive = ({ state }: Observation) => state !== 'missing' && state !== 'exited';

  async function observeAll(): Promise<Observation[]> {
    const own = new Map((await inner.observeAll()).map((one) => [one.store, one]));
    const placed = await shards.placed();
    const found = await forEachShard(async (shard): Promise<Observation[]> => {
      const runtime = own.get(shard.spec.store) ?? { store: shard.spec.store, state: 'missing' as const };
      own.delete(shard.spec.store);
      const stores = runtime.state === 'missing' ? undefined : await storesOf(shard);
      if (stores) return stores.map(observationOf);
      return placed.flatMap(({ store, shard: name }) =>
        name === shard.name ? [observationBehind(store, runtime)] : [],
      );
    });
    for (const one of found.flat()) {
      const other = own.get(one.store);
      if (!other || !isAlive(other)) own.set(one.store, one);
    }
    return [...own.values()];
  }

  /** @throws AppError DRIVER_UNAVAILABLE when the shard that should have the store cannot be brought to answer */
  async function atItsShard(store: string): Promise<Shard | undefined> {
    const where = await places.whereIs(store);
    if (!where) return undefined;
    if ('hosted' in where) return where.shard;
    await places.wake(where.silent);
    return where.silent;
  }

  /** What the inner driver tells of stores goes to everybody who listens here, once. */
  function forward(): void {
    if (forwarding || closed) return;
    forwarding = (async () => {
      for await (const event of inner.events(closing.signal)) if (!isShardRuntime(event.store)) hub.publish(event);
    })().catch((error) => log.error({ err: error }, 'events of runtimes are no longer heard'));
  }

  return {
    kind: inner.kind,
    hostsStores: true,
    prepare,
    image: inner.image,
    endpoint: inner.endpoint,
    ping: inner.ping,
    ensure(spec, signal) {
      const { shard } = spec;
      return serial.run(spec.store, async () => {
        if (shard !== undefined) return host(spec, shard, signal);
        throwIfAborted(signal);
        await places.leave(spec.store);
        folders.delete(spec.store);
        return inner.ensure(spec, signal);
      });
    },
    async observe(store) {
      const own = await inner.observe(store);
      return isAlive(own) ? own : seen(store, await places.whereIs(store), own);
    },
    observeAll,
    stop: (store, stopping = {}) =>
      serial.run(store, async () => {
        await inner.stop(store, stopping);
        const shard = await atItsShard(store);
        if (shard) await places.clientOf(shard).stop(store, stopping.graceSeconds ?? DEFAULT_GRACE_SECONDS);
      }),
    kill: (store) =>
      serial.run(store, async () => {
        if ((await inner.observe(store)).state !== 'missing') return inner.kill(store);
        const shard = await atItsShard(store);
        if (shard) await places.clientOf(shard).kill(store);
      }),
    remove: (store) =>
      serial.run(store, async () => {
        await inner.remove(store);
        await places.leave(store);
        folders.delete(store);
      }),
    usage: (store, signal) => inner.usage(store, signal),
    async *logs(store, request = {}) {
      if ((await inner.observe(store)).state !== 'missing') {
        yield* inner.logs(store, request);
        return;
      }
      const place = await shards.placeOf(store);
      const folder = folders.get(store) ?? (place?.shard === undefined ? undefined : place.folder);
      if (folder === undefined) return;
      folders.set(store, folder);
      yield* readLines(outputFile(folder), request, () => closed || folders.get(store) !== folder);
    },
    events(signal) {
      forward();
      return hub.listen(signal);
    },
    async stopShared() {
      for (const { spec } of await shards.all()) await inner.stop(spec.store);
    },
    async close() {
      if (closed) return;
      closed = true;
      closing.abort();
      followers.close();
      await serial.idle();
      await inner.close();
    },
  };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('CANCELLED', 'Starting the store was cancelled.');
}
