import {
  FLEET_HEARTBEAT,
  FLEET_RESET,
  type FleetEvent,
  type FleetHeartbeat,
  type KeyScope,
  ROUTES,
} from '../../api/contract/index.ts';
import { type Define, lastEventId, streamText } from '../../api/http/index.ts';
import type { FleetFeed } from './feed.ts';
import type { FleetEventRow } from './sql.ts';

export function feedRoutes(define: Define, feed: FleetFeed, closing: AbortSignal): void {
  define(ROUTES.fleetEvents, ({ request, reply, caller }) => {
    const after = lastEventId(request.headers['last-event-id'], Number.MAX_SAFE_INTEGER);
    const onOverflow = () => {
      request.log.info({ requestId: request.id }, 'a client reads its events too slowly and is cut');
      reply.raw.destroy();
    };
    return streamText(reply, { type: 'text/event-stream', closing }, (signal) =>
      serverSentEvents(feed, { after, scope: caller.scope, signal, onOverflow }),
    );
  });
}

type Follower = { after: number | undefined; scope: KeyScope; signal: AbortSignal; onOverflow(): void };

async function* serverSentEvents(feed: FleetFeed, follower: Follower): AsyncGenerator<string> {
  const { after, scope, signal, onOverflow } = follower;
  const wants = ({ kind }: FleetEventRow) => kind !== 'incident' || scope !== 'viewer';
  const { newest, subscription } = await feed.subscribe({ wants, onOverflow });
  signal.addEventListener('abort', subscription.close, { once: true });
  if (signal.aborted) subscription.close();
  // With an event of its own: EventSource keeps comments to itself, and a page must see that its stream is alive.
  const beat = `event: ${FLEET_HEARTBEAT}\ndata: ${JSON.stringify({ everyMs: feed.heartbeatMs } satisfies FleetHeartbeat)}\n\n`;
  try {
    yield `retry: 1000\n\n${beat}`;
    const missed = after === undefined ? [] : await feed.replay(after, newest);
    if (!missed) yield `event: ${FLEET_RESET}\nid: ${newest}\ndata:\n\n`;
    else for await (const page of missed) yield written(newestOfEach(page.filter(wants)));
    // From here on a client that comes again has missed nothing before.
    yield `id: ${newest}\n\n`;
    for (;;) {
      const events = await subscription.take(feed.heartbeatMs);
      if (!events) return;
      if (events.length > 0) yield written(events);
      else yield `${reached(subscription.upToDate())}${beat}`;
    }
  } finally {
    subscription.close();
  }
}

/** A quiet stream moves on too: what others changed meanwhile need not be kept for it. */
const reached = (position: number | undefined) => (position === undefined ? '' : `id: ${position}\n`);

function written(events: readonly FleetEventRow[]): string {
  return events
    .map(({ position, at, kind, id, store }) => {
      const event: FleetEvent = { kind, id, store, at: at.toISOString() };
      return `event: ${kind}\nid: ${position}\ndata: ${JSON.stringify(event)}\n\n`;
    })
    .join('');
}

function newestOfEach(events: readonly FleetEventRow[]): FleetEventRow[] {
  const last = new Map(events.map((event) => [`${event.kind} ${event.id}`, event.position]));
  return events.filter((event) => last.get(`${event.kind} ${event.id}`) === event.position);
}
