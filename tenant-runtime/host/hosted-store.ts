import { type Backoff, backoffMs } from '../../kernel/backoff.ts';
import type { Clock } from '../../kernel/clock.ts';
import { errorMessage } from '../../kernel/errors.ts';
import type { HostEvent, HostedSpec, HostedStore } from '../../kernel/host-protocol.ts';
import { shortId } from '../../kernel/ids.ts';
import type { Log } from '../../kernel/log.ts';
import { pause } from '../../kernel/pause.ts';
import type { Semaphore } from '../../kernel/semaphore.ts';
import type { StoreRecord } from './records.ts';
import type { StoreRoute } from './routing.ts';

/** A store as its host treats it. */
export type RunningStore = {
  /** Resolves once it serves. */
  start(): Promise<unknown>;
  /** Takes nothing new, finishes what it holds, lets go of everything; also while it starts. */
  stop(): Promise<void>;
  /** From now on it does nothing more with effect, as after a crash, and lets go of what it holds. */
  abandon(): void;
  writeCrashReport(): Promise<void>;
};

/** Makes a store of its folder; it is reached through `route`, and `fail` says that it cannot go on. @throws AppError */
export type OpenStore = (opening: {
  store: string;
  spec: HostedSpec;
  route: StoreRoute;
  fail(error: Error): void;
}) => Promise<RunningStore>;

export type HostedStoreDeps = {
  openStore: OpenStore;
  routeOf(store: string, ports: HostedSpec['ports']): StoreRoute;
  gate: Semaphore;
  /** Runs what belongs to the store, so that a fault in it is known for the store's. */
  within<T>(work: () => T): T;
  backoff: Backoff;
  clock: Clock;
  log: Log;
  /** Runs one thing at a time of a store. */
  turn(work: () => Promise<void>): Promise<void>;
  publish(kind: HostEvent['kind']): void;
  save(): Promise<void>;
};

/** One start of the store. */
type Start = {
  run: string;
  at: Date;
  phase: 'starting' | 'running';
  isStopping: boolean;
  route: StoreRoute;
  runtime?: RunningStore;
  /** Resolves when it is open, or has failed. */
  settled: Promise<void>;
};

/** A start that waits for a lease or a database lets others through after this. */
const GATE_MS = 5000;
const CRASH_REPORT_MS = 2000;
/** A run that lasted for so long ends a series of failures. */
const HEALTHY_MS = 600_000;

export type HostedStoreRun = ReturnType<typeof createHostedStore>;

/** The life of one store in its host, from start to start. Calls are made in the store's turn. */
export function createHostedStore(record: StoreRecord, deps: HostedStoreDeps) {
  const { clock, log } = deps;
  const { store } = record;
  let current: Start | undefined;
  let lastRun = 'none';
  let failures = 0;
  let restart: NodeJS.Timeout | undefined;
  /** The end of the start before, which the next one waits for. */
  let ending: Promise<unknown> = Promise.resolve();

  function begin(): void {
    clearTimeout(restart);
    const route = deps.routeOf(store, record.spec.ports);
    const { promise: settled, resolve } = Promise.withResolvers<void>();
    const start: Start = { run: shortId(12), at: clock.now(), phase: 'starting', isStopping: false, route, settled };
    lastRun = start.run;
    current = start;
    const opening = () =>
      deps
        .within(() => open(start))
        .catch((error) => fail(start, error))
        .finally(resolve);
    void ending.then(() => deps.gate.run(() => Promise.race([opening(), pause(GATE_MS)])));
  }

  async function open(start: Start): Promise<void> {
    if (current !== start) return;
    const { spec } = record;
    start.runtime = await deps.openStore({ store, spec, route: start.route, fail: (error) => fail(start, error) });
    if (current !== start || start.isStopping) return start.runtime.abandon();
    await start.runtime.start();
    if (current !== start || start.isStopping) return;
    start.phase = 'running';
    deps.publish('started');
  }

  /** It cannot go on: let go of, and started again after a while. */
  function fail(start: Start, error: unknown): void {
    // One that is being stopped fails at nothing any more.
    if (current !== start || start.isStopping) return;
    failures = clock.now().getTime() - start.at.getTime() >= HEALTHY_MS ? 1 : failures + 1;
    const delay = backoffMs(failures, deps.backoff);
    log.error({ store, err: error, failures, delay }, 'a store cannot go on; it will be started again');
    end(start, errorMessage(error));
    ending = leave(start, true);
    restart = setTimeout(() => void deps.turn(again), delay);
    void deps.save();
  }

  async function again(): Promise<void> {
    if (record.intent !== 'running' || current) return;
    record.restarts += 1;
    await deps.save();
    begin();
  }

  function end(start: Start, error?: string): void {
    if (current === start) current = undefined;
    record.exit = { at: clock.now(), ...(error === undefined ? {} : { error }) };
    deps.publish('exited');
  }

  async function leave({ runtime, route }: Start, report: boolean): Promise<void> {
    if (report && runtime) await endsIn(CRASH_REPORT_MS, runtime.writeCrashReport());
    route.cut();
    runtime?.abandon();
  }

  return {
    record,
    begin,
    /** Resolves when the start at hand is open or has failed. */
    settled: () => current?.settled ?? Promise.resolve(),
    isBegun: () => current !== undefined,
    /** Ends the start at hand, and begins no other. */
    async stop(graceMs: number): Promise<void> {
      clearTimeout(restart);
      failures = 0;
      const start = current;
      if (!start) return;
      start.isStopping = true;
      const inTime = await endsIn(graceMs, start.runtime?.stop() ?? Promise.resolve());
      end(start, inTime ? undefined : `its work did not end within ${graceMs / 1000} s`);
      // Also of one whose runtime was made meanwhile.
      if (inTime) start.route.cut();
      else ending = leave(start, false);
    },
    kill(): void {
      const start = current;
      if (!start) return;
      failures += 1;
      end(start, 'killed');
      ending = leave(start, false);
      restart = setTimeout(() => void deps.turn(again), backoffMs(failures, deps.backoff));
    },
    /** The whole host ended, or ends, in the middle of things. */
    noteHostEnd(error: string): void {
      record.exit = { at: clock.now(), error };
    },
    async writeCrashReport(): Promise<void> {
      await current?.runtime?.writeCrashReport();
    },
    view(): HostedStore {
      const { spec, restarts, exit } = record;
      const idle = record.intent === 'running' ? 'restarting' : 'exited';
      return {
        store,
        state: current?.phase ?? idle,
        generation: spec.generation,
        specHash: spec.specHash,
        run: current?.run ?? lastRun,
        restarts,
        ...(current ? { startedAt: current.at } : {}),
        ...(exit ? { exit } : {}),
      };
    },
  };
}

/** @returns whether it ended in time, whatever it ended with */
async function endsIn(millis: number, work: Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  const ended = work.then(
    () => true,
    () => true,
  );
  return Promise.race([ended, pause(millis, over.signal).then(() => false)]).finally(() => over.abort());
}
