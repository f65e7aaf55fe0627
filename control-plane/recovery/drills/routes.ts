import { ROUTES } from '../../api/contract/index.ts';
import type { Define } from '../../api/http/index.ts';
import type { Drills } from './service.ts';

export function drillRoutes(define: Define, drills: Drills): void {
  define(ROUTES.startDrill, async ({ param, caller }) => ({ operation: await drills.start(param('store'), caller) }));
  define(ROUTES.startDrills, ({ caller }) => drills.startAll(caller));
  define(ROUTES.listDrills, async ({ query }) => ({ drills: await drills.list(query.store ?? null, query.limit) }));
}
