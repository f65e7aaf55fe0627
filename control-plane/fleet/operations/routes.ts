import { ROUTES } from '../../api/contract/index.ts';
import { cursorOf, type Define, pageOf, refusedField, streamText } from '../../api/http/index.ts';
import type { Operations } from './service.ts';
import { serverSentEvents } from './sse.ts';
import { toOperation } from './view.ts';

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
    const after = lastEventId(request.headers['last-event-id']);
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

function lastEventId(header: string | string[] | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && /^\d{1,9}$/.test(header)) return Number(header);
  throw refusedField('/headers/last-event-id', 'the id of an event of this stream');
}
