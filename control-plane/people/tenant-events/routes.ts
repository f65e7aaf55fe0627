import { ROUTES } from '../../api/contract/index.ts';
import { cursorOf, type Define, pageOf } from '../../api/http/index.ts';
import type { TenantEvents } from './service.ts';

/** What stores themselves call: the only route of the listener that their network leads to. */
export function reportRoutes(define: Define, events: TenantEvents): void {
  define(ROUTES.reportTenantEvents, async ({ param, body }) => ({
    taken: await events.take(param('store'), body.events),
  }));
}

export function tenantEventRoutes(define: Define, events: TenantEvents): void {
  reportRoutes(define, events);
  define(ROUTES.listTenantEvents, async ({ param, query }) => {
    const { limit } = query;
    const before = cursorOf(query.cursor, 'number');
    const rows = await events.list(param('store'), { before, limit: limit + 1 });
    const { items, nextCursor } = pageOf(rows, limit, (row) => row.seq);
    const shown = items.map(({ seq: _, at, receivedAt, ...event }) => ({
      ...event,
      at: at.toISOString(),
      receivedAt: receivedAt.toISOString(),
    }));
    return { events: shown, nextCursor };
  });
}
