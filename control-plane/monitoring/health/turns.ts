/** Work by key, so much of it side by side, and of one key never twice at once. */
export type Turns<T> = {
  /** Joins the work of this key that waits or runs; else does `work` when a place is free. */
  run(key: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when no work is left. */
  idle(): Promise<void>;
};

export function createTurns<T>(width: number): Turns<T> {
  const open = new Map<string, Promise<T>>();
  const waiting: (() => void)[] = [];
  let free = width;

  async function place(): Promise<void> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }

  async function take(key: string, work: () => Promise<T>): Promise<T> {
    await place();
    try {
      return await work();
    } finally {
      open.delete(key);
      leave();
    }
  }

  return {
    run(key, work) {
      const joined = open.get(key);
      if (joined) return joined;
      const turn = take(key, work);
      open.set(key, turn);
      return turn;
    },
    async idle() {
      while (open.size > 0) await Promise.allSettled(open.values());
    },
  };
}
