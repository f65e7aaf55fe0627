/** Wakes whoever waits for a change, so that nobody has to sleep and hope. */
export type Condition = {
  notify(): void;
  /** Calls `listener` at every notification; answers how to stop that. */
  subscribe(listener: () => void): () => void;
  /**
   * Resolves with the first defined answer of `look`, asked at once and after every notification; with `undefined` when
   * `timeoutMillis` have passed or `signal` is aborted.
   */
  until<T>(look: () => T | undefined, timeoutMillis: number, signal?: AbortSignal): Promise<T | undefined>;
};

export function createCondition(): Condition {
  const waiting = new Set<() => void>();
  return {
    notify() {
      for (const wake of [...waiting]) wake();
    },
    subscribe(listener) {
      waiting.add(listener);
      return () => waiting.delete(listener);
    },
    until(look, timeoutMillis, signal) {
      const seen = look();
      if (seen !== undefined || timeoutMillis <= 0 || signal?.aborted) return Promise.resolve(seen);
      return new Promise((resolve) => {
        const finish = (answer: ReturnType<typeof look>) => {
          waiting.delete(wake);
          clearTimeout(timer);
          signal?.removeEventListener('abort', give);
          resolve(answer);
        };
        const wake = () => {
          const answer = look();
          if (answer !== undefined) finish(answer);
        };
        const give = () => finish(undefined);
        const timer = setTimeout(give, timeoutMillis);
        signal?.addEventListener('abort', give);
        waiting.add(wake);
      });
    },
  };
}
