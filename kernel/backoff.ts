/** Milliseconds: the bound of the first wait, and the most that it grows to by doubling. */
export type Backoff = { firstMs: number; maxMs: number };

const MOST_DOUBLINGS = 30;

/**
 * Milliseconds to wait after so many failures in a row (1 or more): full jitter, a random part of a bound that doubles with each
 * failure, so that many callers of one service that was away do not come back at once.
 */
export function backoffMs(failures: number, { firstMs, maxMs }: Backoff, random: () => number = Math.random): number {
  const bound = Math.min(maxMs, firstMs * 2 ** Math.min(Math.max(0, failures - 1), MOST_DOUBLINGS));
  return Math.ceil(random() * bound);
}
