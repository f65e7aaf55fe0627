/** Work that runs when there is something to do, and costs nothing while there is not. */
export type Waker = {
  /** From here on it runs; the first time at once. */
  start(): void;
  /** Starts nothing new, and waits for the run at work. */
  stop(): Promise<void>;
  /** There may be something to do now. A wake during a run makes another run after it. */
  wake(): void;
};

const LONGEST_SLEEP_MS = 60 * 60_000;

/**
 * Runs `work` one at a time. It answers in how many milliseconds it wants to run again by itself; undefined for never.
 * When it throws, `onFault` says how long to wait, given how many runs failed in a row.
 */
export function createWaker(deps: {
  work(): Promise<number | undefined>;
  onFault(error: unknown, failures: number): number;
}): Waker {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = true;
  let failures = 0;

  async function run(): Promise<void> {
    let next: number | undefined;
    try {
      next = await deps.work();
      failures = 0;
    } catch (error) {
      failures += 1;
      next = deps.onFault(error, failures);
    }
    if (next !== undefined && !stopped) timer = setTimeout(wake, Math.min(next, LONGEST_SLEEP_MS));
  }

  function wake(): void {
    if (stopped) return;
    if (running) {
      again = true;
      return;
    }
    again = false;
    clearTimeout(timer);
    running = run().finally(() => {
      running = undefined;
      if (again) wake();
    });
  }

  return {
    start() {
      stopped = false;
      wake();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
    wake,
  };
}
