/** Lets so many calls run side by side; the others wait in the order in which they came. */
export type Semaphore = {
  /** @throws the signal's reason when it aborts while the call waits; otherwise whatever `work` throws */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
};

export function createSemaphore(permits: number): Semaphore {
  const waiting: (() => void)[] = [];
  let free = permits;

  async function acquire(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = () => {
      waiting.splice(waiting.indexOf(resolve), 1);
      reject(signal?.reason);
    };
    waiting.push(resolve);
    signal?.addEventListener('abort', onAbort, { once: true });
    await promise.finally(() => signal?.removeEventListener('abort', onAbort));
  }

  function release(): void {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }

  return {
    async run(work, signal) {
      await acquire(signal);
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}

/** Calls `work` for each item, at most `limit` side by side. @throws the first error, after all work at hand has ended */
export async function forEachConcurrently<T>(
  limit: number,
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const faults: unknown[] = [];
  const worker = async () => {
    for (let next = queue.next(); !next.done && faults.length === 0; next = queue.next()) {
      await work(next.value).catch((error) => faults.push(error));
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  if (faults.length > 0) throw faults[0];
}
