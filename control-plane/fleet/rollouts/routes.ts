import { ROUTES } from '../../api/contract/index.ts';
import { cursorOf, type Define, pageOf, refusedField } from '../../api/http/index.ts';
import type { Rollouts } from './service.ts';
import type { StorePage } from './stores-sql.ts';
import { toRolloutStore } from './view.ts';

export function rolloutRoutes(define: Define, rollouts: Rollouts): void {
  define(ROUTES.startRollout, ({ body, caller }) => rollouts.start(body, caller));
  define(ROUTES.listRollouts, async ({ query: { cursor, limit } }) => {
    const rows = await rollouts.list({ before: cursorOf(cursor, 'number'), limit: limit + 1 });
    const { items, nextCursor } = pageOf(rows, limit, ({ seq }) => seq);
    return { rollouts: items, nextCursor };
  });
  define(ROUTES.showRollout, ({ param }) => rollouts.show(param('id')));
  define(ROUTES.listRolloutStores, async ({ param, query: { state = null, cursor, limit } }) => {
    const rows = await rollouts.stores(param('id'), { state, after: placeOf(cursor), limit: limit + 1 });
    const { items, nextCursor } = pageOf(rows, limit, ({ wave, position }) => `${wave}:${position}`);
    return { stores: items.map(toRolloutStore), nextCursor };
  });
  for (const turn of ['pause', 'resume', 'abort', 'revert'] as const) {
    define(ROUTES[`${turn}Rollout`], ({ param, caller }) => rollouts.turn(param('id'), turn, caller));
  }
}

function placeOf(cursor: string | undefined): StorePage['after'] {
  const place = cursorOf(cursor, 'string');
  if (place === null) return null;
  const [, wave, position] = /^(\d{1,4}):(\d{1,6})$/.exec(place) ?? [];
  if (wave === undefined || position === undefined) {
    throw refusedField('/cursor', 'a cursor that an earlier answer gave');
  }
  return { wave: Number(wave), position: Number(position) };
}
