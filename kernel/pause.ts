import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for so many milliseconds, or until `signal` is aborted; either way it resolves. */
export async function pause(millis: number, signal: AbortSignal): Promise<void> {
  await sleep(millis, undefined, { signal }).catch((error) => {
    if (!signal.aborted) throw error;
  });
}
