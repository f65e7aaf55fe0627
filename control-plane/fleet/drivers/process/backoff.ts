/** How long to wait before a crashed store is started again. Milliseconds. */
export type Backoff = {
  /** Wait after the first crash; doubles with each further one. */
  firstMs: number;
  /** Longest wait. */
  maxMs: number;
  /** A run of this length ends the series of crashes. */
  healthyAfterMs: number;
};

export const DEFAULT_BACKOFF: Backoff = { firstMs: 10_000, maxMs: 300_000, healthyAfterMs: 600_000 };

/** Wait after the `streak`-th crash in a row (1 is the first). */
export function delayAfter(streak: number, backoff: Backoff): number {
  return Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(streak - 1, 30));
}

/** Crashes in a row, counting one that has just ended a run of `ranForMs`. */
export function nextStreak(streak: number, ranForMs: number, backoff: Backoff): number {
  return ranForMs >= backoff.healthyAfterMs ? 1 : streak + 1;
}
