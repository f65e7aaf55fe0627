import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again until `check` stops throwing; after `withinMs` its last fault is the test's. */
export async function eventually<T>(check: () => Promise<T> | T, withinMs = 90_000): Promise<T> {
  for (const end = Date.now() + withinMs; ; await sleep(50)) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
