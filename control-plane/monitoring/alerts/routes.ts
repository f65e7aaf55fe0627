import { ROUTES } from '../../api/contract/index.ts';
import { cursorOf, type Define, pageOf, refusedField } from '../../api/http/index.ts';
import type { Alerts } from './service.ts';
import { toIncident } from './view.ts';

export function incidentRoutes(define: Define, alerts: Alerts): void {
  define(ROUTES.listIncidents, async ({ query }) => {
    const { store = null, open, limit } = query;
    const before = cursorOf(query.cursor, 'number');
    const rows = await alerts.list({
      store,
      open: open === undefined ? null : open === 'true',
      before,
      limit: limit + 1,
    });
    const { items, nextCursor } = pageOf(rows, limit, (row) => row.id);
    return { incidents: items.map(toIncident), nextCursor };
  });
  define(ROUTES.acknowledgeIncident, async ({ param, caller }) => {
    const id = param('id');
    if (!/^\d{1,15}$/.test(id)) throw refusedField('/id', 'the number of an incident');
    return toIncident((await alerts.acknowledge(Number(id), caller)).incident);
  });
}
