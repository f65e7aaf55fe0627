import { type OperationEvent, ROUTES } from '../../api/contract/index.ts';
import {
  cursorOf,
  type Define,
  HEARTBEAT,
  HEARTBEAT_MS,
  lastEventId,
  pageOf,
  streamText,
} from '../../api/http/index.ts';
import type { Operations } from './service.ts';
import { toOperation } from './view.ts';

/** Beyond it no operation has events; their numbers are integers of four bytes. */
const MOST_EVENTS = 1_000_000_000;

/** Operation events as server-sent events (WHATWG HTML, "Server-sent events"), with heartbeats while nothing happens. */
async function* serverSentEvents(
  events: AsyncGenerator<OperationEvent>,
  heartbeatMs = HEARTBEAT_MS,
): AsyncGenerator<string> {
  yield 'retry: 1000\n\n';
  let next = events.next();
  try {
    for (;;) {
      const { promise: silence, resolve } = Promise.withResolvers<'silence'>();
      const timer = setTimeout(resolve, heartbeatMs, 'silence');
      const first = await Promise.race([next, silence]).finally(() => clearTimeout(timer));
      if (first === 'silence') {
        yield HEARTBEAT;
        continue;
      }
      if (first.done) return;
      yield `event: operation\nid: ${first.value.sequence}\ndata: ${JSON.stringify(first.value.operation)}\n\n`;
      next = events.next();
    }
  } finally {
    // Left early: the source ends by its signal; its last answer has no reader.
    next.catch(() => {});
  }
}

export function operationRoutes(define: Define, operations: Operations, closing: AbortSignal): void {
  define(ROUTES.listOperations, async ({ query }) => {
    const { store = null, state = null, limit } = query;
    const before = cursorOf(query.cursor, 'number');
    const rows = await operations.list({ store, state, before, limit: limit + 1 });
    const { items, nextCursor } = pageOf(rows, limit, (row) => row.seq);
    return { operations: items.map(toOperation), nextCursor };
  });
  define(ROUTES.showOperation, ({ param }) => operations.show(param('id')));
  define(ROUTES.operationEvents, async ({ param, request, reply }) => {
    const { id } = await operations.show(param('id'));
    const after = lastEventId(request.headers['last-event-id'], MOST_EVENTS);
    return streamText(reply, { type: 'text/event-stream', closing }, (signal) =>
      serverSentEvents(operations.follow(id, after, signal)),
    );
  });
  define(ROUTES.retryOperation, async ({ param, caller }) => ({
    operation: await operations.retry(param('id'), caller),
  }));
  define(ROUTES.cancelOperation, async ({ param, caller }) => ({
    operation: await operations.cancel(param('id'), caller),
  }));
}
