import type { FleetEvent } from '../../../control-plane/api/contract/index.ts';
import { createSilence } from './silence.ts';

/** How the tab hears of changes: `catching-up` while it reads again what it may have missed. */
export type Connection = 'connecting' | 'catching-up' | 'connected' | 'lost';

/** What a line tells; also what the tab that holds the stream tells the others. */
export type LineMessage =
  | { type: 'event'; event: FleetEvent }
  /** Events may have been missed: everything is stale. */
  | { type: 'reset' }
  | { type: 'up' }
  | { type: 'down' }
  /** The API no longer knows the session. */
  | { type: 'refused' };

const KINDS = ['tenant', 'operation', 'incident', 'backup', 'drill', 'rollout'] as const satisfies FleetEvent['kind'][];
const AGAIN_MS = 3_000;
/** An answer that takes longer does not come. */
const ASK_MS = 10_000;

/**
 * The stream of the fleet's events. It goes on after the last event by itself; where the server has ended it for good it
 * asks whether the session still holds, and begins anew. So it does when the stream died without a word: the server
 * beats on it.
 */
export function openLine(tell: (message: LineMessage) => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  const silence = createSilence(Date.now());
  let nextLook = setTimeout(lookForSilence, silence.lookMs());

  function lookForSilence(): void {
    nextLook = setTimeout(lookForSilence, silence.lookMs());
    // One that was closed waits for the network, or for its next attempt.
    if (!source || source.readyState === EventSource.CLOSED || !silence.isTooLong(Date.now())) return;
    source.close();
    tell({ type: 'down' });
    open();
  }

  function open(): void {
    let isNew = true;
    const current = new EventSource('/v1/events');
    source = current;
    silence.heard(Date.now());
    current.onopen = () => {
      silence.heard(Date.now());
      tell({ type: 'up' });
      // One that comes back by itself goes on where it was; what happened before a new one was not heard.
      if (isNew) tell({ type: 'reset' });
      isNew = false;
    };
    current.onerror = () => {
      silence.heard(Date.now());
      tell({ type: 'down' });
      if (current.readyState === EventSource.CLOSED) void comeBack();
    };
    current.addEventListener('reset', () => tell({ type: 'reset' }));
    current.addEventListener('heartbeat', ({ data }: MessageEvent<string>) => silence.beat(Date.now(), data));
    for (const kind of KINDS) {
      current.addEventListener(kind, ({ data }: MessageEvent<string>) => {
        silence.heard(Date.now());
        tell({ type: 'event', event: JSON.parse(data) as FleetEvent });
      });
    }
  }

  // A connection over a network that went away does not end by itself for minutes.
  function goOffline(): void {
    source?.close();
    clearTimeout(timer);
    tell({ type: 'down' });
  }
  function goOnline(): void {
    source?.close();
    clearTimeout(timer);
    open();
  }

  async function comeBack(): Promise<void> {
    const ended = source;
    ended?.close();
    const status = await fetch('/v1/session', { credentials: 'same-origin', signal: AbortSignal.timeout(ASK_MS) }).then(
      (response) => response.status,
      () => 0,
    );
    if (isClosed || source !== ended) return;
    if (status === 401) tell({ type: 'refused' });
    else timer = setTimeout(open, AGAIN_MS);
  }

  open();
  window.addEventListener('offline', goOffline);
  window.addEventListener('online', goOnline);
  return () => {
    isClosed = true;
    window.removeEventListener('offline', goOffline);
    window.removeEventListener('online', goOnline);
    clearTimeout(timer);
    clearTimeout(nextLook);
    source?.close();
  };
}
