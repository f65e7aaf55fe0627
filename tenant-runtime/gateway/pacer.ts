import type { Clock } from '../../kernel/clock.ts';

/** Lets calls through no faster than one in `gapMillis`, in order. */
export function createPacer(gapMillis: number, clock: Clock): () => Promise<void> {
  let next = 0;
  return async () => {
    const now = clock.now().getTime();
    const at = Math.max(now, next);
    next = at + gapMillis;
    if (at > now) await new Promise((resolve) => setTimeout(resolve, at - now));
  };
}

/**
 * Makes at most one call per key in `gapMillis`, shared by everybody who asks meanwhile: a flood of questions about one
 * transaction costs the gateway one.
 */
export function createCoalescer<T>(
  gapMillis: number,
  clock: Clock,
): (key: string, call: () => Promise<T>) => Promise<T> {
  const waiting = new Map<string, Promise<T>>();
  const last = new Map<string, number>();
  return (key, call) => {
    const shared = waiting.get(key);
    if (shared) return shared;
    const now = clock.now().getTime();
    for (const [old, at] of last) if (at + gapMillis <= now) last.delete(old);
    const wait = Math.max(0, (last.get(key) ?? 0) + gapMillis - now);
    const result = (async () => {
      await new Promise((resolve) => setTimeout(resolve, wait));
      // Whoever asks from here on wants to know what is true later: they share the next call.
      waiting.delete(key);
      last.set(key, clock.now().getTime());
      return call();
    })();
    waiting.set(key, result);
    return result;
  };
}
