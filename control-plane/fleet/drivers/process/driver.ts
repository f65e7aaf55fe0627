import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Clock, systemClock } from '../../../../kernel/clock.ts';
import { AppError } from '../../../../kernel/errors.ts';
import { type Failpoint, noFailpoint } from '../../../../kernel/failpoint.ts';
import type { Log } from '../../../../kernel/log.ts';
import { createMutex } from '../../../../kernel/mutex.ts';
import { shared } from '../../../platform/shared.ts';
import { type Driver, loopbackEndpoint, type Observation, type RuntimeSpec } from '../driver.ts';
import { createEventHub } from '../event-hub.ts';
import { environmentFile } from '../faults.ts';
import { type Adopted, adopt } from './adopt.ts';
import { type Backoff, DEFAULT_BACKOFF } from './backoff.ts';
import { stateMark } from './identity.ts';
import { lockState, type StateLock } from './lock.ts';
import { DEFAULT_LOG_LIMITS, outputFile, readLines } from './log-file.ts';
import { observation, observeStray } from './observation.ts';
import { createRecords, type TenantRecord } from './record.ts';
import { createSupervisor, type Tenant } from './supervisor.ts';
import { killNow, terminate } from './terminate.ts';
import { usageOf } from './usage.ts';
import { startWatch, type WatchOptions } from './watch.ts';

export type ProcessDriverOptions = {
  /** Folder for one file per store; belongs to one control plane at a time. */
  stateDir: string;
  /** tenant-runtime/main.ts */
  runtimeEntry: string;
  nodePath?: string;
  log: Log;
  clock?: Clock;
  backoff?: Partial<Backoff>;
  watch?: Partial<WatchOptions>;
  /** Where tests kill this process. */
  failpoint?: Failpoint;
};

const DEFAULT_WATCH: WatchOptions = {
  everyMs: 1_000,
  memoryEvery: 5,
  logEvery: 30,
  logs: DEFAULT_LOG_LIMITS,
  graceMs: 10_000,
};

const DEFAULT_GRACE_SECONDS = 30;

/**
 * Runs stores as child processes that outlive this one: the next control plane over the same `stateDir` takes them over.
 *
 * In force: V8's heap at three quarters of `limits.memoryMb`, always; resident memory at `limits.memoryMb`, by watching
 * while this driver lives. Not in force: `limits.cpus` and `limits.pids`, which need cgroups and so root; use the docker
 * driver where stores do not trust each other. While no control plane runs, a crashed store stays down until the next
 * one starts, and its output file is not rotated.
 */
export function createProcessDriver(options: ProcessDriverOptions): Driver {
  const { stateDir, runtimeEntry, log } = options;
  const nodePath = options.nodePath ?? process.execPath;
  const clock = options.clock ?? systemClock;
  const watch = { ...DEFAULT_WATCH, ...options.watch };
  const mark = stateMark(stateDir);
  const records = createRecords(stateDir);
  const hub = createEventHub();
  const serial = createMutex<string>();
  let closed = false;
  const supervisor = createSupervisor({
    records,
    launch: { nodePath, runtimeEntry, mark, compileCache: compileCacheIn(stateDir) },
    backoff: { ...DEFAULT_BACKOFF, ...options.backoff },
    clock,
    log,
    serial,
    failpoint: options.failpoint ?? noFailpoint,
    publish: (event) => hub.publish(event),
    closed: () => closed,
  });

  type Live = Adopted & { lock: StateLock; watch: { stop(): void } };
  let live: Promise<Live> | undefined;
  // It starts a process, and everybody may ask whether we are ready.
  const version = shared(() => nodeVersion(nodePath), Number.POSITIVE_INFINITY);

  /** Takes over what is there, once, before the first answer. */
  function ready(): Promise<Live> {
    if (closed) throw new AppError('DRIVER_UNAVAILABLE', 'The process driver was closed.');
    live ??= open().catch((error) => {
      live = undefined;
      throw error;
    });
    return live;
  }

  async function open(): Promise<Live> {
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    const lock = await lockState(stateDir);
    try {
      const adopted = await adopt(mark, { records, supervisor, clock, log, graceMs: watch.graceMs });
      const tenants = () => [...adopted.tenants.values()];
      return { ...adopted, lock, watch: startWatch({ tenants, supervisor, turn: serial.run }, watch) };
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async function ensure({ tenants, strays }: Live, spec: RuntimeSpec, signal?: AbortSignal): Promise<Observation> {
    throwIfAborted(signal);
    await environmentFile(spec);
    const known = tenants.get(spec.store);
    if (known?.record.intent === 'running' && known.record.specHash === spec.specHash) {
      if (known.record.generation !== spec.generation) {
        known.record.generation = spec.generation;
        await records.save(known.record);
      }
      return observation(known);
    }
    for (const stray of strays.get(spec.store) ?? []) await terminate(stray, DEFAULT_GRACE_SECONDS * 1000);
    strays.delete(spec.store);
    if (known) await supervisor.halt(known, DEFAULT_GRACE_SECONDS * 1000);
    throwIfAborted(signal);
    const tenant: Tenant = { record: newRecord(spec), overMemory: 0 };
    tenants.set(spec.store, tenant);
    try {
      await supervisor.start(tenant);
    } catch (error) {
      // The caller learns of it and asks again; meanwhile nobody starts it behind the caller's back.
      tenant.record.intent = 'stopped';
      await records.save(tenant.record);
      throw error;
    }
    return observation(tenant);
  }

  async function stop({ tenants, strays }: Live, store: string, graceSeconds: number): Promise<void> {
    for (const stray of strays.get(store) ?? []) await terminate(stray, graceSeconds * 1000);
    strays.delete(store);
    const tenant = tenants.get(store);
    if (tenant) await supervisor.halt(tenant, graceSeconds * 1000);
  }

  return {
    kind: 'process',
    async ensure(spec, signal) {
      const state = await ready();
      return serial.run(spec.store, () => ensure(state, spec, signal));
    },
    image: async () => undefined,
    endpoint: loopbackEndpoint,
    async observe(store) {
      const { tenants, strays } = await ready();
      const tenant = tenants.get(store);
      return tenant ? observation(tenant) : observeStray(store, strays.get(store) ?? []);
    },
    async observeAll() {
      const { tenants, strays } = await ready();
      const unrecorded = [...strays].filter(([store]) => !tenants.has(store));
      const seen = await Promise.all([
        ...[...tenants.values()].map(observation),
        ...unrecorded.map(([store, processes]) => observeStray(store, processes)),
      ]);
      return seen.filter(({ state }) => state !== 'missing');
    },
    async stop(store, { graceSeconds = DEFAULT_GRACE_SECONDS } = {}) {
      const state = await ready();
      await serial.run(store, () => stop(state, store, graceSeconds));
    },
    async kill(store) {
      const { tenants } = await ready();
      await serial.run(store, async () => {
        const record = tenants.get(store)?.record;
        if (!record?.process) return;
        // On purpose: it does not make the series of crashes longer, nor the wait.
        record.streak = 0;
        await killNow(record.process);
      });
    },
    async remove(store) {
      const state = await ready();
      await serial.run(store, async () => {
        await stop(state, store, DEFAULT_GRACE_SECONDS);
        if (!state.tenants.delete(store)) return;
        await records.delete(store);
        hub.publish({ store, kind: 'removed', at: clock.now() });
      });
    },
    async usage(store, signal) {
      const identity = (await ready()).tenants.get(store)?.record.process;
      return identity && usageOf(identity, signal);
    },
    async *logs(store, request = {}) {
      const { tenants } = await ready();
      const tenant = tenants.get(store);
      if (!tenant) return;
      const ended = () => closed || tenants.get(store)?.record.folder !== tenant.record.folder;
      yield* readLines(outputFile(tenant.record.folder), request, ended);
    },
    events: (signal) => hub.listen(signal),
    async ping() {
      const node = await version();
      await stat(runtimeEntry).catch((cause) => {
        throw new AppError('DRIVER_UNAVAILABLE', `The runtime is not at ${runtimeEntry}.`, { cause });
      });
      return { version: `node ${node}` };
    },
    async close() {
      if (closed) return;
      closed = true;
      const state = await live?.catch(() => undefined);
      if (!state) return;
      state.watch.stop();
      for (const tenant of state.tenants.values()) clearTimeout(tenant.restart);
      await serial.idle();
      await state.lock.release();
    },
  };
}

/** The one that this process was given by Node's own variable, or one of the platform's. */
const compileCacheIn = (stateDir: string): string => process.env.NODE_COMPILE_CACHE || join(stateDir, 'compile-cache');

async function nodeVersion(nodePath: string): Promise<string> {
  const found = await execa(nodePath, ['--version'], { reject: false });
  if (found.exitCode !== 0) throw new AppError('DRIVER_UNAVAILABLE', `${nodePath} cannot be run.`);
  return found.stdout.trim();
}

function newRecord(spec: RuntimeSpec): TenantRecord {
  return {
    store: spec.store,
    name: spec.name,
    folder: spec.folder,
    specHash: spec.specHash,
    generation: spec.generation,
    ports: { ...spec.ports },
    memoryMb: spec.limits.memoryMb,
    intent: 'running',
    restarts: 0,
    streak: 0,
  };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('CANCELLED', 'Starting the store was cancelled.');
}
