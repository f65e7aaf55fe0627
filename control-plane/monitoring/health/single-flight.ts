import { createSemaphore } from '../../../kernel/semaphore.ts';

/** Work by key, so much of it side by side, and of one key never twice at once. */
export type SingleFlight<T> = {
  /** Joins the work of this key that waits or runs; else does `work` when a place is free. */
  run(key: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when no work is left. */
  idle(): Promise<void>;
};

export function createSingleFlight<T>(concurrency: number): SingleFlight<T> {
  const open = new Map<string, Promise<T>>();
  const semaphore = createSemaphore(concurrency);
  return {
    run(key, work) {
      const joined = open.get(key);
      if (joined) return joined;
      const flight = semaphore.run(work).finally(() => open.delete(key));
      open.set(key, flight);
      return flight;
    },
    async idle() {
      while (open.size > 0) await Promise.allSettled(open.values());
    },
  };
}
