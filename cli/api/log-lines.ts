import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ROUTES } from '../../control-plane/api/contract/index.ts';
import { CliError } from '../exit.ts';
import { type Client, unreachable } from './client.ts';
import { ConnectionFault, textOf } from './http.ts';

export type LogRequest = {
  store: string;
  tail: number;
  since?: string | undefined;
  level?: string | undefined;
  signal: AbortSignal;
};

/** What is asked for again after a lost connection, and how many of the lines shown last are looked for in it. */
const AGAIN = { tail: 2000, known: 500 };
/** What was there before has arrived once nothing came for so long. */
const QUIET_MS = 1500;
/** A control plane that is restarted is back in this time. */
const GIVE_UP_AFTER_MS = 60_000;

/** The last lines. @throws CliError */
export async function* lastLines(client: Client, { store, tail, since, level, signal }: LogRequest): AsyncGenerator<string> {
  const response = await client.stream(ROUTES.tenantLogs, {
    params: { store },
    query: { follow: false, tail, since, level },
    silenceMs: 60_000,
    signal,
  });
  yield* linesOf(textOf(response, signal));
}

/**
 * The last lines, and each new one until the signal aborts. A lost connection is opened again, and goes on behind the lines
 * that were seen last.
 * @param tell hears of lost connections
 * @throws CliError when nobody answers for a minute
 */
export async function* followLines(
  client: Client,
  { store, tail, since, level, signal }: LogRequest,
  tell: (line: string) => void,
): AsyncGenerator<string, void, undefined> {
  const open = (lines: number) =>
    client.stream(ROUTES.tenantLogs, {
      params: { store },
      query: { follow: true, tail: lines, since, level },
      silenceMs: 0,
      signal,
    });
  const known: string[] = [];
  let response = await open(tail);
  let lines = linesOf(textOf(response, signal));
  for (;;) {
    try {
      for await (const line of lines) {
        known.push(line);
        if (known.length > AGAIN.known) known.shift();
        yield line;
      }
      return;
    } catch (error) {
      if (!(error instanceof ConnectionFault)) throw error;
      tell(`The connection was lost (${error.message}). Following again as soon as the control plane answers.`);
    }
    // Of a log that was silent so far, only what comes from now on is new.
    response = await reopened(client.apiUrl, () => open(known.length === 0 ? 0 : AGAIN.tail), signal);
    lines = behind(known, linesOf(textOf(response, signal)), tell);
  }
}

/** Asks until the stream is open. @throws CliError when nobody answers for a minute, or the store is not there any more */
async function reopened(
  apiUrl: string,
  open: () => Promise<IncomingMessage>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const since = Date.now();
  for (let pause = 250; ; pause = Math.min(pause * 2, 4000)) {
    await delay(pause, undefined, { signal });
    try {
      return await open();
    } catch (error) {
      const isLater = error instanceof ConnectionFault || (error instanceof CliError && FOR_LATER.has(error.code));
      if (!isLater) throw error;
      if (Date.now() - since > GIVE_UP_AFTER_MS) throw error instanceof CliError ? error : unreachable(apiUrl, error);
    }
  }
}

/** What a control plane that is being restarted answers, or a proxy in front of it. */
const FOR_LATER = new Set(['RATE_LIMITED', 'NOT_A_CONTROL_PLANE', 'POSTGRES_UNAVAILABLE', 'DRIVER_UNAVAILABLE']);

/** What comes behind the lines that are known. Which those are is seen once what was there before has arrived. */
async function* behind(
  known: readonly string[],
  lines: AsyncGenerator<string>,
  tell: (line: string) => void,
): AsyncGenerator<string> {
  const arrived: string[] = [];
  let next = lines.next();
  for (;;) {
    const quiet = new AbortController();
    const silence = delay(QUIET_MS, undefined, { signal: quiet.signal }).catch(() => undefined);
    const first = await Promise.race([next, silence]);
    quiet.abort();
    // A line that was lost in the middle is not whole: what is there of it comes with the others.
    if (first === undefined || first.done || arrived.length >= AGAIN.tail) break;
    arrived.push(first.value);
    next = lines.next();
  }
  const from = endOfKnown(known, arrived);
  if (from === undefined) tell('Some lines that came meanwhile may be missing.');
  yield* arrived.slice(from ?? 0);
  for (let each = await next; !each.done; each = await lines.next()) yield each.value;
}

/** Where the newest of `arrived` begin: behind the last place that ends as `known` does. */
export function endOfKnown(known: readonly string[], arrived: readonly string[]): number | undefined {
  if (known.length === 0) return 0;
  for (let end = arrived.length; end > 0; end--) {
    const length = Math.min(known.length, end);
    if (known.slice(-length).every((line, at) => arrived[end - length + at] === line)) return end;
  }
  return undefined;
}

export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
