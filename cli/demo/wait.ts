import { setTimeout as delay } from 'node:timers/promises';
import { bodyOf, ConnectionFault, send } from '../api/http.ts';
import { CliError, EXIT } from '../exit.ts';

const PAUSE_MS = 150;

/** Asks an address until it answers 200, for at most `timeoutMs`. */
export async function untilHealthy(what: string, url: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  let seen = 'nothing answered';
  await until(
    async () => {
      try {
        const response = await send({ method: 'GET', url: new URL(url), headers: {}, silenceMs: 5000, signal });
        seen = `it answered ${response.statusCode}: ${(await bodyOf(response, signal)).slice(0, 300)}`;
        return response.statusCode === 200 || undefined;
      } catch (error) {
        if (!(error instanceof ConnectionFault)) throw error;
        seen = error.message;
        return undefined;
      }
    },
    timeoutMs,
    signal,
    () => `${what} was not ready within ${timeoutMs / 1000} s; ${seen}`,
  );
}

/**
 * Calls `probe` until it has a value.
 * @throws CliError DEMO_TIMED_OUT with `complaint` when there is none within `timeoutMs`
 */
export async function until<T>(
  probe: () => Promise<T | undefined>,
  timeoutMs: number,
  signal: AbortSignal,
  complaint: () => string,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const seen = await probe();
    if (seen !== undefined) return seen;
    if (performance.now() > end) throw new CliError(complaint(), { exit: EXIT.failed, code: 'DEMO_TIMED_OUT' });
    await delay(PAUSE_MS, undefined, { signal });
  }
}
