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
