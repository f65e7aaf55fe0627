import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again every `everyMs` until `ready` says yes; false when `withinMs` passed first. */
export async function waitUntil(
  ready: () => boolean | Promise<boolean>,
  { withinMs, everyMs = 50 }: { withinMs: number; everyMs?: number },
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (true) {
    if (await ready()) return true;
    if (performance.now() >= deadline) return false;
    await sleep(everyMs);
  }
}

/** Waits `ms`, or shorter when the signal aborts; aborting is no error here. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: true }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
