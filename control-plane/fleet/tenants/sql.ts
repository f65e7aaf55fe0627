import type { Queryable } from '../../../kernel/db.ts';
import type { TenantRuntime, TenantState } from '../../api/contract/index.ts';

export type DesiredState = 'running' | 'stopped' | 'suspended' | 'removed';

/** What the operator wants of a store. */
export type TenantIntent = {
  store: string;
  gateway: string;
  store_name: string;
  image: string;
  /** Content that `image` stood for when the store was upgraded; null for whatever it stands for. */
  image_id: string | null;
  mode: 'auto' | 'polling' | 'webhook';
  admin_ids: number[];
  owner_ids: number[];
  pakasir_slug: string;
  memory_mb: number;
  cpus: number;
  pids: number;
  /** Keys of bot.env that the operator set; no secrets. */
  env: Record<string, string>;
  bot_id: number;
  bot_username: string;
  runtime: TenantRuntime;
  /** The shard that hosts it; null for a runtime of its own, and before a pooled one is placed. */
  shard: string | null;
};

export type TenantRow = TenantIntent & {
  id: string;
  driver: string;
  desired_state: DesiredState;
  generation: number;
  revision: number;
  paused: boolean;
  provisioned_at: Date | null;
  /** End of the rent that was paid; null where there is none. */
  paid_until: Date | null;
  /** Why a suspended store stands still, and what it goes back to; null for any other. */
  suspended_for: 'operator' | 'rent' | null;
  suspended_reason: string | null;
  resumes_to: 'running' | 'stopped' | null;
  state: TenantState;
  reason: string | null;
  observed_state: string;
  observed_generation: number | null;
  observed_healthy: boolean | null;
  observed_id: string | null;
  observed_at: Date | null;
  /** Since when its runtime is not what it should be; null while it is. */
  unsettled_since: Date | null;
  /** When the store was last checked, whether all was well, and what was not; see monitoring/health. */
  health_at: Date | null;
  health_ok: boolean | null;
  health_reason: string | null;
  created_at: Date;
  updated_at: Date;
  ports: { telegram?: number; pakasir?: number };
  /** Id of the operation that holds the store now. */
  operation: string | null;
};

/** Columns of a row of `tenants t`. */
export const TENANT_COLUMNS = `t.id, t.store, t.gateway, t.store_name, t.driver, t.image, t.image_id, t.mode, t.desired_state, t.runtime, t.shard,
         array_to_json(t.admin_ids) AS admin_ids, array_to_json(t.owner_ids) AS owner_ids, t.pakasir_slug,
         t.memory_mb, t.cpus, t.pids, t.env, t.bot_id, t.bot_username, t.generation, t.revision, t.paused,
         t.provisioned_at, t.paid_until, t.suspended_for, t.suspended_reason, t.resumes_to, t.state, t.reason,
         t.observed_state, t.observed_generation, t.observed_healthy,
         t.observed_id, t.observed_at, t.unsettled_since, t.health_at, t.health_ok, t.health_reason, t.created_at, t.updated_at,
         (SELECT coalesce(json_object_agg(p.purpose, p.port), '{}') FROM ports p WHERE p.tenant_id = t.id) AS ports,
         (SELECT o.id FROM operations o WHERE o.tenant_id = t.id AND o.state IN ('scheduled', 'running')) AS operation`;

const SELECT = `SELECT ${TENANT_COLUMNS} FROM tenants t`;

export async function selectTenant(on: Queryable, store: string): Promise<TenantRow | undefined> {
  const [row] = await on.query<TenantRow>(`${SELECT} WHERE t.store = $1`, [store]);
  return row;
}

export async function selectTenantById(on: Queryable, id: string): Promise<TenantRow | undefined> {
  const [row] = await on.query<TenantRow>(`${SELECT} WHERE t.id = $1`, [id]);
  return row;
}

/** Every store, by its slug, in pages. */
export async function selectTenants(
  on: Queryable,
  page: { after: string | null; limit: number },
): Promise<TenantRow[]> {
  return on.query(`${SELECT} WHERE $1::text IS NULL OR t.store > $1 ORDER BY t.store LIMIT $2`, [
    page.after,
    page.limit,
  ]);
}

export async function selectSlugs(on: Queryable): Promise<string[]> {
  return (await on.query<{ store: string }>('SELECT store FROM tenants')).map(({ store }) => store);
}

export type RouteRow = Pick<TenantIntent, 'store' | 'gateway' | 'mode'> & {
  telegram: number;
  pakasir: number;
  busy: boolean;
};

/** Ports of every store that has them and is neither suspended nor being closed; `busy` while an operation changes it. */
export async function selectRoutes(on: Queryable): Promise<RouteRow[]> {
  return on.query(
    `SELECT t.store, t.gateway, t.mode, telegram.port AS telegram, pakasir.port AS pakasir,
            EXISTS (SELECT FROM operations o WHERE o.tenant_id = t.id AND o.state IN ('scheduled', 'running')) AS busy
       FROM tenants t
       JOIN ports telegram ON telegram.tenant_id = t.id AND telegram.purpose = 'telegram'
       JOIN ports pakasir ON pakasir.tenant_id = t.id AND pakasir.purpose = 'pakasir'
      WHERE t.desired_state NOT IN ('removed', 'suspended')`,
  );
}

export async function countTenantsByState(on: Queryable): Promise<Record<string, number>> {
  const rows = await on.query<{ state: string; count: number }>(
    'SELECT state, count(*)::int AS count FROM tenants GROUP BY state',
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

export type NewTenant = TenantIntent & { id: string; driver: string; created_at: Date };

/** Fails on tenants_store_key or tenants_bot_id_key. */
export async function insertTenant(on: Queryable, row: NewTenant): Promise<void> {
  await on.query(
    `INSERT INTO tenants (id, store, gateway, store_name, driver, image, mode, desired_state, admin_ids, owner_ids,
       pakasir_slug, memory_mb, cpus, pids, env, bot_id, bot_username, runtime, generation, revision, state, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1, 1, 'provisioning', $18, $18)`,
    [
      row.id,
      row.store,
      row.gateway,
      row.store_name,
      row.driver,
      row.image,
      row.mode,
      row.admin_ids,
      row.owner_ids,
      row.pakasir_slug,
      row.memory_mb,
      row.cpus,
      row.pids,
      row.env,
      row.bot_id,
      row.bot_username,
      row.runtime,
      row.created_at,
    ],
  );
}

/** A new revision of the configuration; what a snapshot of an older version does not say of the place stays. Fails on tenants_bot_id_key. */
export async function updateIntent(on: Queryable, id: string, row: TenantIntent, at: Date): Promise<void> {
  await on.query(
    `UPDATE tenants SET store_name = $2, mode = $3, admin_ids = $4, owner_ids = $5, pakasir_slug = $6, memory_mb = $7,
       cpus = $8, pids = $9, env = $10, bot_id = $11, bot_username = $12, image = $13, image_id = $14,
       runtime = coalesce($16, runtime), shard = CASE WHEN $16::text IS NULL THEN shard ELSE $17 END,
       generation = generation + 1, revision = revision + 1, updated_at = $15
     WHERE id = $1`,
    [
      id,
      row.store_name,
      row.mode,
      row.admin_ids,
      row.owner_ids,
      row.pakasir_slug,
      row.memory_mb,
      row.cpus,
      row.pids,
      row.env,
      row.bot_id,
      row.bot_username,
      row.image,
      row.image_id,
      at,
      row.runtime,
      row.shard,
    ],
  );
}

export async function updateDesiredState(on: Queryable, id: string, desired: DesiredState, at: Date): Promise<void> {
  await on.query('UPDATE tenants SET desired_state = $2, generation = generation + 1, updated_at = $3 WHERE id = $1', [
    id,
    desired,
    at,
  ]);
}

/** Where a pooled store is placed first; it is no other configuration. */
export async function updateShard(on: Queryable, id: string, shard: string, at: Date): Promise<void> {
  await on.query('UPDATE tenants SET shard = $2, generation = generation + 1, updated_at = $3 WHERE id = $1', [
    id,
    shard,
    at,
  ]);
}

export async function updatePaused(on: Queryable, id: string, paused: boolean, at: Date): Promise<void> {
  await on.query('UPDATE tenants SET paused = $2, updated_at = $3 WHERE id = $1', [id, paused, at]);
}

export async function deleteTenant(on: Queryable, id: string): Promise<void> {
  await on.query('DELETE FROM tenants WHERE id = $1', [id]);
}
