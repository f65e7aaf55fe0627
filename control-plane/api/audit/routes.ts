import { ROUTES } from '../contract/index.ts';
import { cursorOf, type Define, pageOf } from '../http/index.ts';
import type { Audit } from './service.ts';

export function auditRoutes(define: Define, audit: Audit): void {
  define(ROUTES.listAudit, async ({ query }) => {
    const { limit } = query;
    const before = cursorOf(query.cursor, 'number');
    const target = query.target ?? (query.store === undefined ? null : `tenant:${query.store}`);
    const since = query.since === undefined ? null : new Date(query.since);
    const rows = await audit.list({ target, actor: query.actor ?? null, since, before, limit: limit + 1 });
    const { items, nextCursor } = pageOf(rows, limit, (row) => row.id);
    const entries = items.map(({ request_id, actor_name, at, ...row }) => ({
      ...row,
      actorName: actor_name,
      at: at.toISOString(),
      requestId: request_id,
    }));
    return { entries, nextCursor };
  });
}
