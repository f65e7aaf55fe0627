import { ROUTES } from '../../api/contract/index.ts';
import { cursorOf, type Define, pageOf } from '../../api/http/index.ts';
import type { Health } from './service.ts';

export function healthRoutes(define: Define, health: Health): void {
  define(ROUTES.listHealth, async ({ param, query }) => {
    const { limit } = query;
    const before = cursorOf(query.cursor, 'number');
    const rows = await health.list(param('store'), { before, limit: limit + 1 });
    const { items, nextCursor } = pageOf(rows, limit, (row) => row.id);
    return { reports: items, nextCursor };
  });
  define(ROUTES.healthHistory, ({ param }) => health.history(param('store')));
  define(ROUTES.checkHealth, ({ param, caller }) => health.check(param('store'), caller));
}
