import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import { stepOf } from './rolling-back.ts';
import { type OperationRow, selectOperations } from './sql.ts';
import type { Workflows } from './workflow.ts';

/** An operation that goes on after every deadline has passed, and so will not end by itself. */
export type Hanging = Pick<OperationRow, 'id' | 'tenant_id' | 'store' | 'kind'> & { step: string; since: Date };

/** What a step has beyond its deadline to come to a safe point and to be recorded. */
const MARGIN_MS = 60_000;
/** Longest time between two steps: the store's turn is waited for. */
const BETWEEN_STEPS_MS = 300_000;
const MOST = 200;

/** Watches operations that run. It remembers since when each is in its step: ask it at least once a minute. */
export function createHangingWatch({ db, clock, workflows }: { db: Db; clock: Clock; workflows: Workflows }) {
  let places = new Map<string, Date>();
  return async function hanging(): Promise<Hanging[]> {
    const now = clock.now();
    const seen = new Map<string, Date>();
    const running = await selectOperations(db, { store: null, state: 'running', before: null, limit: MOST });
    const found = running.flatMap((operation): Hanging[] => {
      const { place, step, withinMs } = placeOf(operation, workflows);
      const since = places.get(place) ?? now;
      seen.set(place, since);
      const { id, tenant_id, store, kind } = operation;
      return now.getTime() - since.getTime() > withinMs ? [{ id, tenant_id, store, kind, step, since }] : [];
    });
    places = seen;
    return found;
  };
}

function placeOf({ id, kind, attempt, steps }: OperationRow, workflows: Workflows) {
  const current = steps.find(({ state }) => state === 'running');
  const deadline = current && stepOf(workflows[kind], current.name)?.timeoutSeconds;
  const done = steps.filter(({ finished_at: at }) => at !== null).length;
  return {
    place: `${id}:${attempt}:${current?.name ?? done}:${current?.started_at?.getTime() ?? 0}`,
    step: current?.name ?? 'between two steps',
    withinMs: deadline === undefined ? BETWEEN_STEPS_MS : deadline * 1000 + MARGIN_MS,
  };
}
