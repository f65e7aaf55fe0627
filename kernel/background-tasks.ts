import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import { errorMessage } from './errors.ts';
import type { Log } from './log.ts';

/** Says that a background task may have something to do now. */
export type Activate = () => void;

export type BackgroundTask = {
  /** Unique in its process or store; a label of metrics: `outbox`, `tenant-reconciler`. */
  name: string;
  /**
   * Does what is due. The signal aborts when the tasks stop; what runs then is awaited, and its error ignored.
   * @returns milliseconds until the next run; without them `everyMs` holds
   */
  run(signal: AbortSignal): Promise<number | undefined> | Promise<void>;
  /** Milliseconds from the end of one run to the next. Without them the task runs when it is activated. */
  everyMs?: number;
  /** Milliseconds to wait after so many failed runs in a row; up to a minute with full jitter unless said otherwise. */
  retryMs?(failures: number, error: unknown): number;
  /** Called for each failed run in place of the warning in the log, which comes less often while the error stays the same. */
  onFailure?(error: unknown, failures: number): void;
  /** Called when the tasks stop, and awaited: ends the work that runs began and did not wait for. */
  onStop?(): Promise<void>;
  /** Whether the first run waits for `everyMs` or an activation; otherwise it begins at the start. */
  waitsAtStart?: boolean;
};

/** What a background task did last, and when it runs next by itself. */
export type TaskStatus = {
  name: string;
  running: boolean;
  runs: number;
  /** Failed runs in a row. */
  failures: number;
  lastStartedAt: Date | null;
  lastDurationMs: number | null;
  lastError: string | null;
  nextRunAt: Date | null;
};

export type BackgroundTasks = {
  /**
   * The activator of a task that is registered before or after this call: what wakes a task can be made before the task. An
   * activation before the start is remembered; one during a run makes another run after it; one after the stop does nothing.
   */
  activator(name: string): Activate;
  /** @throws Error when the name is taken */
  register(...tasks: readonly BackgroundTask[]): void;
  /** @throws Error when an activator was asked for and no task of its name is there */
  start(): void;
  /** Starts nothing new, aborts the signals, and resolves when the last run has ended. */
  stop(): Promise<void>;
  status(): TaskStatus[];
};

/** A longer wait is checked again after this: a sleeping machine holds timers up, and a clock that was set shifts the time. */
const LONGEST_SLEEP_MS = 3_600_000;
const RETRY = { firstMs: 1000, maxMs: 60_000 };

/** Runs named tasks, each one at a time, at their intervals and when they are activated. */
export function createBackgroundTasks({ clock, log }: { clock: Clock; log: Log }): BackgroundTasks {
  const loops = new Map<string, Loop>();
  const asked = new Set<string>();
  const early = new Set<string>();
  const stopping = new AbortController();
  let started = false;

  return {
    activator(name) {
      asked.add(name);
      return () => {
        if (started) loops.get(name)?.activate();
        else early.add(name);
      };
    },
    register(...tasks) {
      for (const task of tasks) {
        if (loops.has(task.name)) throw new Error(`There are two background tasks "${task.name}".`);
        const loop = new Loop(task, { clock, log, signal: stopping.signal });
        loops.set(task.name, loop);
        if (started) loop.start(false);
      }
    },
    start() {
      const missing = [...asked].filter((name) => !loops.has(name));
      if (missing.length > 0) throw new Error(`No background task is named ${missing.join(', ')}.`);
      started = true;
      for (const [name, loop] of loops) loop.start(early.has(name));
    },
    async stop() {
      stopping.abort();
      await Promise.all([...loops.values()].map((loop) => loop.end()));
    },
    status: () => [...loops.values()].map((loop) => loop.status()),
  };
}

class Loop {
  readonly #task: BackgroundTask;
  readonly #deps: { clock: Clock; log: Log; signal: AbortSignal };
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #status: TaskStatus;

  constructor(task: BackgroundTask, deps: { clock: Clock; log: Log; signal: AbortSignal }) {
    this.#task = task;
    this.#deps = deps;
    this.#status = {
      name: task.name,
      running: false,
      runs: 0,
      failures: 0,
      lastStartedAt: null,
      lastDurationMs: null,
      lastError: null,
      nextRunAt: null,
    };
    deps.signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  start(activated: boolean): void {
    if (activated || !this.#task.waitsAtStart) this.activate();
    else this.#sleep(this.#task.everyMs);
  }

  activate(): void {
    if (this.#deps.signal.aborted) return;
    this.#again = true;
    this.#running ??= this.#runUntilQuiet().finally(() => {
      this.#running = undefined;
    });
  }

  async end(): Promise<void> {
    await this.#running;
    await this.#task.onStop?.();
  }

  status(): TaskStatus {
    return { ...this.#status };
  }

  async #runUntilQuiet(): Promise<void> {
    let next: number | undefined;
    while (this.#again && !this.#deps.signal.aborted) {
      this.#again = false;
      next = await this.#runOnce();
    }
    this.#sleep(next);
  }

  /** @returns milliseconds until the next run; undefined for not before an activation */
  async #runOnce(): Promise<number | undefined> {
    const { clock, signal } = this.#deps;
    clearTimeout(this.#timer);
    const began = performance.now();
    const before = this.#status;
    this.#status = { ...before, running: true, runs: before.runs + 1, lastStartedAt: clock.now(), nextRunAt: null };
    let next: number | undefined;
    try {
      next = (await this.#task.run(signal)) ?? this.#task.everyMs;
      this.#status = { ...this.#status, failures: 0, lastError: null };
    } catch (error) {
      // What the stop broke off has not failed.
      if (!signal.aborted) next = this.#fail(error);
    }
    this.#status = { ...this.#status, running: false, lastDurationMs: Math.round(performance.now() - began) };
    return next;
  }

  /** @returns milliseconds until the next attempt */
  #fail(error: unknown): number {
    const { name, onFailure, retryMs } = this.#task;
    const failures = this.#status.failures + 1;
    const lastError = errorMessage(error);
    // What goes on failing as before says so less and less often: the first, second, fourth, eighth … time.
    const isNews = lastError !== this.#status.lastError || Number.isInteger(Math.log2(failures));
    this.#status = { ...this.#status, failures, lastError };
    if (onFailure) onFailure(error, failures);
    else if (isNews)
      this.#deps.log.warn({ task: name, failures, err: error }, 'a background task failed and will be tried again');
    return retryMs ? retryMs(failures, error) : backoffMs(failures, RETRY);
  }

  #sleep(millis: number | undefined): void {
    if (millis === undefined || this.#deps.signal.aborted) return;
    const at = this.#deps.clock.now().getTime() + Math.max(0, millis);
    this.#status = { ...this.#status, nextRunAt: new Date(at) };
    this.#sleepUntil(at, Math.max(0, millis));
  }

  /** Runs at that time of the clock, and after `left` milliseconds at the latest. */
  #sleepUntil(at: number, left: number): void {
    const wait = Math.min(left, LONGEST_SLEEP_MS);
    this.#timer = setTimeout(() => {
      const stillLeft = Math.min(left - wait, at - this.#deps.clock.now().getTime());
      if (stillLeft > 0) this.#sleepUntil(at, stillLeft);
      else this.activate();
    }, wait);
  }
}
