/** Runs the calls of one key one after another, and those of different keys side by side. */
export type Mutex<K> = {
  /** The next in line runs whatever became of this call; its error belongs to this caller. */
  run<T>(key: K, work: () => Promise<T>): Promise<T>;
  /** Runs the work at once, or not at all when work of this key runs or waits; undefined then. */
  tryRun<T>(key: K, work: () => Promise<T>): Promise<T | undefined>;
  /** Resolves when no work is left, also none that was queued meanwhile. */
  idle(): Promise<void>;
};

/** A key costs memory only while it has work. */
export function createMutex<K>(): Mutex<K> {
  const tails = new Map<K, Promise<void>>();

  function run<T>(key: K, work: () => Promise<T>): Promise<T> {
    const turn = (tails.get(key) ?? Promise.resolve()).then(work);
    const tail = turn.then(
      () => {},
      () => {},
    );
    tails.set(key, tail);
    void tail.then(() => {
      if (tails.get(key) === tail) tails.delete(key);
    });
    return turn;
  }

  return {
    run,
    tryRun: async (key, work) => (tails.has(key) ? undefined : run(key, work)),
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}
