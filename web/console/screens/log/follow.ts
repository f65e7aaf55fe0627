import { lineTime } from './line.ts';

/** `lost` and `busy` (too many streams at once) are tried again; `refused` is what asking again would not help. */
export type FollowState =
  | { kind: 'connecting' | 'following' | 'lost' | 'busy' }
  | { kind: 'refused'; response: Response };

export type FollowOptions = {
  /** Address of the log; `since` is added when a connection goes on. */
  url: string;
  signal: AbortSignal;
  /** What came so far, also over earlier calls. */
  tail: Tail;
  onLines(lines: string[]): void;
  onState(state: FollowState): void;
};

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
/** The most lines that the API sends of the past. */
const MOST_PAST = 10_000;

/**
 * Follows a log until the signal aborts, over as many connections as it takes. Each one after the first goes on at the
 * time of the last line, and what comes a second time is left out.
 */
export async function followLog({ url, signal, tail, onLines, onState }: FollowOptions): Promise<void> {
  let wait = FIRST_WAIT_MS;
  onState({ kind: 'connecting' });
  while (!signal.aborted) {
    const response = await unlessBroken(fetch(goesOn(url, tail.since()), { signal, credentials: 'same-origin' }));
    if (signal.aborted) return;
    if (response?.body && response.ok) {
      onState({ kind: 'following' });
      tail.reconnected();
      await unlessBroken(
        eachPiece(response.body, (lines) => {
          wait = FIRST_WAIT_MS;
          const fresh = tail.take(lines);
          if (fresh.length > 0) onLines(fresh);
        }),
      );
      if (signal.aborted) return;
    } else if (response && response.status < 500 && response.status !== 429) {
      return onState({ kind: 'refused', response });
    }
    onState({ kind: response?.status === 429 ? 'busy' : 'lost' });
    await pause(wait, signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** Undefined for a connection that broke or was given up: a matter of time. Everything else that is thrown is a defect. */
async function unlessBroken<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return undefined;
    throw error;
  }
}

function goesOn(url: string, since: string | null): string {
  if (since === null) return url;
  const [path, search] = url.split('?');
  const parameters = new URLSearchParams(search);
  parameters.set('since', since);
  parameters.set('tail', String(MOST_PAST));
  return `${path}?${parameters}`;
}

/** Hands over whole lines as they arrive, all of one piece together. */
async function eachPiece(body: ReadableStream<Uint8Array>, take: (lines: string[]) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) take(lines);
  }
}

export type Tail = {
  since(): string | null;
  /** What comes next may begin with lines that came before. */
  reconnected(): void;
  /** The lines that are new. */
  take(lines: readonly string[]): string[];
};

/**
 * Knows the lines at and after the last time that was told: a connection that goes on from there sends them again. Of a log
 * that tells no time it knows the last lines.
 */
export function createTail(): Tail {
  let since: string | null = null;
  let last: string[] = [];
  let repeated: readonly string[] = [];
  let again = false;
  return {
    since: () => since,
    reconnected() {
      again = true;
    },
    take(lines) {
      if (again && lines[0] !== undefined) {
        again = false;
        const from = last.indexOf(lines[0]);
        repeated = from === -1 ? [] : last.slice(from);
      }
      const same = lines.findIndex((line, index) => line !== repeated[index]);
      const fresh = same === -1 ? [] : lines.slice(same);
      repeated = fresh.length > 0 ? [] : repeated.slice(lines.length);
      for (const line of fresh) {
        const at = lineTime(line);
        if (at !== null && at !== since) {
          since = at;
          last = [];
        }
        last.push(line);
      }
      if (last.length > 2 * MOST_PAST) last = last.slice(-MOST_PAST);
      return fresh;
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
