import type { FleetEvent } from '../../../control-plane/api/contract/index.ts';

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

/**
 * The stream of the fleet's events. It goes on after the last event by itself; where the server has ended it for good it
 * asks whether the session still holds, and begins anew.
 */
export function openLine(tell: (message: LineMessage) => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastId = '';
  let isClosed = false;

  function open(): void {
    lastId = '';
    const current = new EventSource('/v1/events');
    source = current;
    current.onopen = () => {
      tell({ type: 'up' });
      // Without a position to go on from, what happened before now was not heard.
      if (lastId === '') tell({ type: 'reset' });
    };
    current.onerror = () => {
      tell({ type: 'down' });
      if (current.readyState === EventSource.CLOSED) void comeBack();
    };
    current.addEventListener('reset', () => tell({ type: 'reset' }));
    for (const kind of KINDS) {
      current.addEventListener(kind, ({ data, lastEventId }: MessageEvent<string>) => {
        lastId = lastEventId;
        tell({ type: 'event', event: JSON.parse(data) as FleetEvent });
      });
    }
  }

  async function comeBack(): Promise<void> {
    source?.close();
    const status = await fetch('/v1/session', { credentials: 'same-origin' }).then(
      (response) => response.status,
      () => 0,
    );
    if (isClosed) return;
    if (status === 401) tell({ type: 'refused' });
    else timer = setTimeout(open, AGAIN_MS);
  }

  open();
  return () => {
    isClosed = true;
    clearTimeout(timer);
    source?.close();
  };
}
