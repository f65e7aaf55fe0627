import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for so many milliseconds, or shorter when the signal aborts; aborting is no error here. */
export async function pause(millis: number, signal?: AbortSignal): Promise<void> {
  await sleep(millis, undefined, { signal }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
