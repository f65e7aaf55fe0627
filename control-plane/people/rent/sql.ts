import type { Queryable, Tx } from '../../../kernel/db.ts';
import type { TenantState } from '../../api/contract/index.ts';
import type { RentStage } from './course.ts';

export type RentRow = {
  id: string;
  store: string;
  store_name: string;
  admin_ids: number[];
  time_zone: string | null;
  desired_state: 'running' | 'stopped' | 'suspended' | 'removed';
  state: TenantState;
  provisioned_at: Date | null;
  paid_until: Date | null;
  rent_next_at: Date | null;
  rent_told: RentStage | null;
  suspended_for: 'operator' | 'rent' | null;
  suspended_reason: string | null;
  resumes_to: 'running' | 'stopped' | null;
};

/** The row of a store, locked until the transaction ends. */
export async function lockRent(tx: Tx, id: string): Promise<RentRow | undefined> {
  const [row] = await tx.query<RentRow>(
    `SELECT id, store, store_name, array_to_json(admin_ids) AS admin_ids, env->>'BOT_TIMEZONE' AS time_zone,
            desired_state, state, provisioned_at, paid_until, rent_next_at, rent_told, suspended_for, suspended_reason,
            resumes_to
       FROM tenants WHERE id = $1 FOR UPDATE`,
    [id],
  );
  return row;
}

/** Stores whose rent is to be looked at, by id, after `after`. Those of which nothing is due cost nothing. */
export async function selectRentDue(on: Queryable, now: Date, after: string | null, limit: number): Promise<string[]> {
  const rows = await on.query<{ id: string }>(
    `SELECT id FROM tenants
      WHERE rent_next_at <= $1 AND provisioned_at IS NOT NULL AND ($2::uuid IS NULL OR id > $2)
      ORDER BY id LIMIT $3`,
    [now, after, limit],
  );
  return rows.map(({ id }) => id);
}

export async function updatePaidUntil(
  tx: Tx,
  id: string,
  row: { paidUntil: Date | null; nextAt: Date | null; told: RentStage | null; at: Date },
): Promise<void> {
  await tx.query(
    'UPDATE tenants SET paid_until = $2, rent_next_at = $3, rent_told = $4, updated_at = $5 WHERE id = $1',
    [id, row.paidUntil, row.nextAt, row.told, row.at],
  );
}

export async function updateRentProgress(
  tx: Tx,
  id: string,
  progress: { nextAt: Date | null; told: RentStage | null },
): Promise<void> {
  await tx.query('UPDATE tenants SET rent_next_at = $2, rent_told = $3 WHERE id = $1', [
    id,
    progress.nextAt,
    progress.told,
  ]);
}

/** Has the course of the rent reckoned anew, where there is one. */
export async function updateRentDue(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.query('UPDATE tenants SET rent_next_at = $2 WHERE id = $1 AND paid_until IS NOT NULL', [id, at]);
}
