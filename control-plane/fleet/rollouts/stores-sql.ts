import type { Queryable } from '../../../kernel/db.ts';
import type { OperationState } from '../../api/contract/index.ts';
import type { StoreState, Tally } from './sql.ts';

/** What a change replaced. */
export type Before = {
  revision: number;
  image: string;
  imageId: string | null;
  env: Record<string, string>;
  limits: { memoryMb: number; cpus: number; pids: number };
};

export type StoreRow = {
  position: number;
  tenant_id: string;
  store: string;
  machine: string;
  wave: number;
  state: StoreState;
  operation_id: string | null;
  before: Before | null;
  detail: string | null;
};

const COLUMNS = 'position, tenant_id, store, machine, wave, state, operation_id, before, detail';

export type Candidate = { id: string; store: string; driver: string; opened: boolean; running: boolean };

const CANDIDATE = `SELECT id, store, driver, provisioned_at IS NOT NULL AND desired_state <> 'removed' AS opened,
  state = 'running' AND health_ok IS NOT FALSE AS running FROM tenants`;

/** Open stores, in these states where some are given. */
export async function selectOpened(on: Queryable, states: readonly string[] | null): Promise<Candidate[]> {
  return on.query(
    `${CANDIDATE} WHERE provisioned_at IS NOT NULL AND desired_state <> 'removed'
       AND ($1::text[] IS NULL OR state = ANY($1))`,
    [states],
  );
}

export async function selectNamed(on: Queryable, stores: readonly string[]): Promise<Candidate[]> {
  return on.query(`${CANDIDATE} WHERE store = ANY($1)`, [stores]);
}

export type NewStore = Pick<StoreRow, 'tenant_id' | 'store' | 'machine' | 'wave' | 'detail'>;

/**
 * In their order. One with a detail is skipped from the beginning.
 * @returns how many were written: those that another rollout holds are not
 */
export async function insertStores(
  on: Queryable,
  rolloutId: string,
  rows: readonly NewStore[],
  at: Date,
): Promise<number> {
  const made = await on.query(
    `INSERT INTO rollout_stores (rollout_id, position, tenant_id, store, machine, wave, state, detail, holds, updated_at)
     SELECT $1, n, tenant_id, store, machine, wave, CASE WHEN detail IS NULL THEN 'waiting' ELSE 'skipped' END, detail,
            detail IS NULL, $7
     FROM unnest($2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[])
          WITH ORDINALITY AS given (tenant_id, store, machine, wave, detail, n)
     ON CONFLICT (tenant_id) WHERE holds DO NOTHING RETURNING 1`,
    [
      rolloutId,
      rows.map((row) => row.tenant_id),
      rows.map((row) => row.store),
      rows.map((row) => row.machine),
      rows.map((row) => row.wave),
      rows.map((row) => row.detail),
      at,
    ],
  );
  return made.length;
}

/** The rollouts, other than this one, that hold some of these tenants. */
export async function selectHolders(
  on: Queryable,
  rolloutId: string,
  tenantIds: readonly string[],
): Promise<{ id: string; stores: number; first: string }[]> {
  return on.query(
    `SELECT rollout_id AS id, count(*)::int AS stores, min(store) AS first FROM rollout_stores
     WHERE holds AND rollout_id <> $1 AND tenant_id = ANY($2) GROUP BY rollout_id ORDER BY rollout_id`,
    [rolloutId, tenantIds],
  );
}

export async function selectDoneTenants(on: Queryable, rolloutId: string): Promise<string[]> {
  const rows = await on.query<{ tenant_id: string }>(
    "SELECT tenant_id FROM rollout_stores WHERE rollout_id = $1 AND state IN ('running', 'succeeded')",
    [rolloutId],
  );
  return rows.map((row) => row.tenant_id);
}

export async function selectTallies(on: Queryable, ids: readonly string[]): Promise<(Tally & { id: string })[]> {
  return on.query(
    `SELECT rollout_id AS id, wave, state, count(*)::int AS count FROM rollout_stores
     WHERE rollout_id = ANY($1) GROUP BY rollout_id, wave, state`,
    [ids],
  );
}

export type StorePage = {
  state: StoreState | null;
  after: { wave: number; position: number } | null;
  limit: number;
};

export async function selectStores(on: Queryable, rolloutId: string, page: StorePage): Promise<StoreRow[]> {
  return on.query(
    `SELECT ${COLUMNS} FROM rollout_stores
     WHERE rollout_id = $1 AND ($2::text IS NULL OR state = $2)
       AND ($3::int IS NULL OR (wave, position) > ($3, $4::int))
     ORDER BY wave, position LIMIT $5`,
    [rolloutId, page.state, page.after?.wave ?? null, page.after?.position ?? null, page.limit],
  );
}

/** The first stores of each machine in a state, of one wave where it is given, that are not to be left for later. */
export async function selectReady(
  on: Queryable,
  rolloutId: string,
  wanted: { state: StoreState; wave: number | null; now: Date; perMachine: number },
): Promise<StoreRow[]> {
  return on.query(
    `SELECT ${COLUMNS} FROM (
       SELECT ${COLUMNS}, row_number() OVER (PARTITION BY machine ORDER BY wave, position) AS turn FROM rollout_stores
       WHERE rollout_id = $1 AND state = $2 AND ($3::int IS NULL OR wave = $3)
         AND (not_before IS NULL OR not_before <= $4)) AS ready
     WHERE turn <= $5 ORDER BY wave, position`,
    [rolloutId, wanted.state, wanted.wave, wanted.now, wanted.perMachine],
  );
}

/** When the first store comes due again that was left for later. */
export async function selectNextTry(on: Queryable, rolloutId: string, state: StoreState): Promise<Date | undefined> {
  const [row] = await on.query<{ at: Date | null }>(
    'SELECT min(not_before) AS at FROM rollout_stores WHERE rollout_id = $1 AND state = $2',
    [rolloutId, state],
  );
  return row?.at ?? undefined;
}

export async function countRunning(on: Queryable, rolloutId: string): Promise<Record<string, number>> {
  const rows = await on.query<{ machine: string; count: number }>(
    `SELECT machine, count(*)::int AS count FROM rollout_stores
     WHERE rollout_id = $1 AND state = 'running' GROUP BY machine`,
    [rolloutId],
  );
  return Object.fromEntries(rows.map(({ machine, count }) => [machine, count]));
}

export type EndedStore = {
  position: number;
  back: boolean;
  /** Null when nobody knows its operation any more. */
  ended: OperationState | null;
  error_code: string | null;
  error_message: string | null;
};

/** Stores whose operation has ended and that do not show it yet. */
export async function selectEnded(on: Queryable, rolloutId: string, limit: number): Promise<EndedStore[]> {
  return on.query(
    `SELECT s.position, s.back, o.state AS ended, o.error_code, o.error_message
     FROM rollout_stores s LEFT JOIN operations o ON o.id = s.operation_id
     WHERE s.rollout_id = $1 AND s.state = 'running'
       AND (o.id IS NULL OR o.state IN ('succeeded', 'failed', 'cancelled'))
     ORDER BY s.position LIMIT $2`,
    [rolloutId, limit],
  );
}

export async function updateStore(
  on: Queryable,
  rolloutId: string,
  position: number,
  to: { state: StoreState; detail: string | null; notBefore?: Date; at: Date },
): Promise<void> {
  await on.query(
    `UPDATE rollout_stores SET state = $3, detail = $4, not_before = $5, updated_at = $6
     WHERE rollout_id = $1 AND position = $2`,
    [rolloutId, position, to.state, to.detail, to.notBefore ?? null, to.at],
  );
}

/** Puts an operation down as what is at work for a store. @returns false when the store is another, or has changed since `revision` */
export async function claimStore(
  on: Queryable,
  rolloutId: string,
  { position, state }: Pick<StoreRow, 'position' | 'state'>,
  claim: { operationId: string; back: boolean; before: Before | null; revision: number; at: Date },
): Promise<boolean> {
  const rows = await on.query(
    `UPDATE rollout_stores s SET state = 'running', operation_id = $4, back = $5, before = coalesce($6, s.before),
       detail = NULL, not_before = NULL, updated_at = $8
     FROM operations o, tenants t
     WHERE s.rollout_id = $1 AND s.position = $2 AND s.state = $3
       AND o.id = $4 AND o.tenant_id = s.tenant_id AND t.id = s.tenant_id AND t.revision = $7
     RETURNING 1`,
    [rolloutId, position, state, claim.operationId, claim.back, claim.before, claim.revision, claim.at],
  );
  return rows.length > 0;
}

/** @returns how many there were */
export async function replaceState(
  on: Queryable,
  rolloutId: string,
  change: { from: StoreState; to: StoreState; detail: string | null; at: Date },
): Promise<number> {
  const rows = await on.query(
    `UPDATE rollout_stores SET state = $3, detail = $4, not_before = NULL, back = false, updated_at = $5
     WHERE rollout_id = $1 AND state = $2 RETURNING 1`,
    [rolloutId, change.from, change.to, change.detail, change.at],
  );
  return rows.length;
}

/** Makes the next stores that wait a part of the canary. */
export async function promoteToCanary(on: Queryable, rolloutId: string, stores: number): Promise<void> {
  await on.query(
    `UPDATE rollout_stores SET wave = 0 WHERE rollout_id = $1 AND position IN (
       SELECT position FROM rollout_stores WHERE rollout_id = $1 AND state = 'waiting' AND wave > 0
       ORDER BY wave, position LIMIT $2)`,
    [rolloutId, stores],
  );
}

/** What waits for this store's operation need not wait any longer. */
export async function clearWait(on: Queryable, tenantId: string): Promise<void> {
  await on.query(
    'UPDATE rollout_stores SET not_before = NULL WHERE tenant_id = $1 AND holds AND not_before IS NOT NULL',
    [tenantId],
  );
}

/** A store of the canary that is not well since the change came to it. */
export async function selectUnwell(
  on: Queryable,
  rolloutId: string,
): Promise<{ store: string; reason: string } | undefined> {
  const [row] = await on.query<{ store: string; reason: string }>(
    `SELECT s.store, coalesce(t.health_reason, t.reason, t.state) AS reason
     FROM rollout_stores s JOIN tenants t ON t.id = s.tenant_id
     WHERE s.rollout_id = $1 AND s.wave = 0 AND s.state = 'succeeded' AND t.desired_state = 'running'
       AND (t.state IN ('degraded', 'failed') OR (t.health_ok IS FALSE AND t.health_at > s.updated_at))
     ORDER BY s.position LIMIT 1`,
    [rolloutId],
  );
  return row;
}
