import { ROUTES } from '../../api/contract/index.ts';
import type { Define } from '../../api/http/index.ts';
import type { Orphans } from './orphans.ts';

export function orphanRoutes(define: Define, orphans: Orphans): void {
  define(ROUTES.listOrphans, async () => ({
    orphans: (await orphans.list()).map(({ store, state, id, generation, startedAt }) => ({
      store,
      state,
      id: id ?? null,
      generation: generation ?? null,
      startedAt: startedAt?.toISOString() ?? null,
    })),
  }));
}
