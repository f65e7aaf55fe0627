import { z } from 'zod';
import { ROUTES } from '../../api/contract/index.ts';
import { cursorOf, type Define, pageOf, positionOf } from '../../api/http/index.ts';
import type { Rollouts } from './service.ts';
import { toRolloutStore } from './view.ts';

/** Wave and position of a store. */
const Position = z.tuple([z.int().min(0).max(9_999), z.int().min(0).max(999_999)]);

export function rolloutRoutes(define: Define, rollouts: Rollouts): void {
  define(ROUTES.startRollout, ({ body, caller }) => rollouts.start(body, caller));
  define(ROUTES.listRollouts, async ({ query: { cursor, limit } }) => {
    const rows = await rollouts.list({ before: cursorOf(cursor, 'number'), limit: limit + 1 });
    const { items, nextCursor } = pageOf(rows, limit, ({ seq }) => seq);
    return { rollouts: items, nextCursor };
  });
  define(ROUTES.showRollout, ({ param }) => rollouts.show(param('id')));
  define(ROUTES.listRolloutStores, async ({ param, query: { state = null, cursor, limit } }) => {
    const last = positionOf(cursor, Position);
    const after = last && { wave: last[0], position: last[1] };
    const rows = await rollouts.stores(param('id'), { state, after, limit: limit + 1 });
    const { items, nextCursor } = pageOf(rows, limit, ({ wave, position }) => [wave, position]);
    return { stores: items.map(toRolloutStore), nextCursor };
  });
  for (const action of ['pause', 'resume', 'abort', 'revert'] as const) {
    define(ROUTES[`${action}Rollout`], ({ param, caller }) => rollouts.act(param('id'), action, caller));
  }
}
