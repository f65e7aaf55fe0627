import type { z } from 'zod';
import type { Queryable } from '../../../kernel/db.ts';
import { keyNameOf } from '../../api/auth/index.ts';
import type { KeyScope, ROLLOUT_STORE_STATES, RolloutChange, RolloutState } from '../../api/contract/index.ts';

export type State = z.infer<typeof RolloutState>;
export type Change = z.infer<typeof RolloutChange>;
export type StoreState = (typeof ROLLOUT_STORE_STATES)[number];

/** How many stores of a wave are in a state. */
export type Tally = { wave: number; state: StoreState; count: number };

export type RolloutRow = {
  seq: number;
  id: string;
  state: State;
  change: Change;
  /** Content that the image stood for at the start; null where the driver has no images. */
  image_id: string | null;
  canary: number;
  bake_seconds: number;
  per_machine: number;
  max_failures: number;
  wave_count: number;
  /** The wave at work. */
  wave: number;
  /** Since when the canary is through; null before that. */
  baked_from: Date | null;
  reason: string | null;
  requested_by: string;
  requested_by_name: string | null;
  /** On whose behalf its operations are scheduled, and with which scope. */
  acts_as: string;
  scope: KeyScope;
  /** Null while it holds its stores. */
  tally: Tally[] | null;
  created_at: Date;
  finished_at: Date | null;
};

const SELECT = `SELECT seq, id, state, change, image_id, canary, bake_seconds, per_machine, max_failures, wave_count, wave,
  baked_from, reason, requested_by, ${keyNameOf('requested_by')} AS requested_by_name, acts_as, scope, tally, created_at, finished_at FROM rollouts`;

export async function selectRollout(on: Queryable, id: string): Promise<RolloutRow | undefined> {
  const [row] = await on.query<RolloutRow>(`${SELECT} WHERE id = $1`, [id]);
  return row;
}

/** Locked until the transaction ends: whoever changes it, or a store of it, comes after. */
export async function lockRollout(on: Queryable, id: string): Promise<RolloutRow | undefined> {
  const [row] = await on.query<RolloutRow>(`${SELECT} WHERE id = $1 FOR UPDATE`, [id]);
  return row;
}

/** Newest first. */
export async function selectRollouts(
  on: Queryable,
  { before, limit }: { before: number | null; limit: number },
): Promise<RolloutRow[]> {
  return on.query(`${SELECT} WHERE $1::bigint IS NULL OR seq < $1 ORDER BY seq DESC LIMIT $2`, [before, limit]);
}

/** Those that hold stores, in the order in which they began. */
export async function selectOpenIds(on: Queryable): Promise<string[]> {
  const rows = await on.query<{ id: string }>('SELECT id FROM rollouts WHERE tally IS NULL ORDER BY seq');
  return rows.map(({ id }) => id);
}

export type NewRollout = Omit<
  RolloutRow,
  'requested_by_name' | 'seq' | 'state' | 'wave' | 'baked_from' | 'reason' | 'tally' | 'finished_at'
>;

export async function insertRollout(on: Queryable, row: NewRollout): Promise<void> {
  await on.query(
    `INSERT INTO rollouts (id, state, change, image_id, canary, bake_seconds, per_machine, max_failures, wave_count,
       requested_by, acts_as, scope, created_at, updated_at)
     VALUES ($1, 'running', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
    [
      row.id,
      row.change,
      row.image_id,
      row.canary,
      row.bake_seconds,
      row.per_machine,
      row.max_failures,
      row.wave_count,
      row.requested_by,
      row.acts_as,
      row.scope,
      row.created_at,
    ],
  );
}

export type Course = Pick<RolloutRow, 'state' | 'wave' | 'baked_from' | 'reason' | 'acts_as' | 'scope'>;

/** What is left out stays as it is. Also tells those who watch the row that something of it changed. */
export async function updateRollout(on: Queryable, row: RolloutRow, to: Partial<Course>, at: Date): Promise<void> {
  const { state, wave, baked_from, reason, acts_as, scope } = { ...row, ...to };
  await on.query(
    `UPDATE rollouts SET state = $2, wave = $3, baked_from = $4, reason = $5, acts_as = $6, scope = $7, updated_at = $8
     WHERE id = $1`,
    [row.id, state, wave, baked_from, reason, acts_as, scope, at],
  );
}

/** Nothing of it is at work any more: its stores are free. */
export async function closeRollout(on: Queryable, id: string, tally: readonly Tally[], at: Date): Promise<void> {
  await on.query('UPDATE rollout_stores SET holds = false WHERE rollout_id = $1 AND holds', [id]);
  await on.query('UPDATE rollouts SET tally = $2, finished_at = $3, updated_at = $3 WHERE id = $1', [
    id,
    JSON.stringify(tally),
    at,
  ]);
}

/** It holds its stores again. Fails on rollout_stores_one_at_a_time where another has taken one meanwhile. */
export async function reopenRollout(on: Queryable, id: string): Promise<void> {
  await on.query('UPDATE rollouts SET tally = NULL, finished_at = NULL WHERE id = $1', [id]);
  await on.query("UPDATE rollout_stores SET holds = true WHERE rollout_id = $1 AND state IN ('running', 'succeeded')", [
    id,
  ]);
}

/** Forgets what ended before a time. */
export async function deleteRolloutsBefore(on: Queryable, at: Date): Promise<void> {
  await on.query('DELETE FROM rollouts WHERE tally IS NOT NULL AND finished_at < $1', [at]);
}

/** How many are under way, and how many have halted and wait for somebody. */
export async function countRollouts(on: Queryable): Promise<{ active: number; halted: number }> {
  const [row] = await on.query<{ active: number; halted: number }>(
    `SELECT count(*) FILTER (WHERE state IN ('running', 'paused', 'reverting'))::int AS active,
            count(*) FILTER (WHERE state = 'halted')::int AS halted
     FROM rollouts WHERE tally IS NULL`,
  );
  return row ?? { active: 0, halted: 0 };
}
