import type { z } from 'zod';
import { ROLLOUT_STORE_STATES, type Rollout, type RolloutStore } from '../../api/contract/index.ts';
import type { RolloutRow, Tally } from './sql.ts';
import type { StoreRow } from './stores-sql.ts';

/** The rollout as the API shows it. */
export function toRollout(row: RolloutRow, tally: readonly Tally[]): z.infer<typeof Rollout> {
  const sum = (which: (each: Tally) => boolean) => tally.filter(which).reduce((total, { count }) => total + count, 0);
  const waves = Array.from({ length: row.wave_count }, (_, wave) => {
    const mine = (each: Tally) => each.wave === wave;
    return {
      name: nameOf(row, wave),
      stores: sum(mine),
      done: sum((each) => mine(each) && each.state !== 'waiting' && each.state !== 'running'),
      failed: sum((each) => mine(each) && each.state === 'failed'),
    };
  });
  const counts = { waiting: 0, running: 0, succeeded: 0, failed: 0, skipped: 0, reverted: 0 };
  for (const state of ROLLOUT_STORE_STATES) counts[state] = sum((each) => each.state === state);
  return {
    id: row.id,
    state: row.state,
    change: row.change,
    reason: row.reason,
    requestedBy: row.requested_by,
    requestedByName: row.requested_by_name,
    waves,
    at: row.wave,
    counts,
    total: sum(() => true),
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

function nameOf({ canary, wave_count: waves }: RolloutRow, wave: number): string {
  if (canary > 0 && wave === 0) return 'canary';
  if (wave === waves - 1) return wave === 0 ? 'all' : 'rest';
  return `wave ${canary > 0 ? wave : wave + 1}`;
}

export function toRolloutStore({
  store,
  wave,
  state,
  operation_id: operation,
  detail,
}: StoreRow): z.infer<typeof RolloutStore> {
  return { store, wave, state, operation, detail };
}
