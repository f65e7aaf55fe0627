import type { Queryable, Tx } from '../../../kernel/db.ts';
import type { KeyScope, TenantState } from '../../api/contract/index.ts';

export type ShardRow = {
  id: string;
  name: string;
  state: 'active' | 'draining';
  capacity: number;
  token_sealed: string;
  /** Names the code that its process was started with; null before it has answered once. */
  code: string | null;
  created_at: Date;
  draining_since: Date | null;
  draining_for: string | null;
  draining_scope: KeyScope | null;
  /** Stores that are in it. */
  stores: number;
  ports: { telegram?: number; pakasir?: number };
};

const SELECT = `
  SELECT s.id, s.name, s.state, s.capacity, s.token_sealed, s.code, s.created_at, s.draining_since, s.draining_for, s.draining_scope,
         (SELECT count(*)::int FROM tenants t WHERE t.shard = s.name) AS stores,
         (SELECT coalesce(json_object_agg(p.purpose, p.port), '{}') FROM ports p WHERE p.shard_id = s.id) AS ports
    FROM shards s`;

/** By their numbers. */
export async function selectShards(on: Queryable): Promise<ShardRow[]> {
  return on.query(`${SELECT} ORDER BY length(s.name), s.name`);
}

export async function countShards(on: Queryable): Promise<{ total: number; draining: number }> {
  const [row] = await on.query<{ total: number; draining: number }>(
    "SELECT count(*)::int AS total, (count(*) FILTER (WHERE state = 'draining'))::int AS draining FROM shards",
  );
  return row ?? { total: 0, draining: 0 };
}

export async function selectShard(on: Queryable, name: string): Promise<ShardRow | undefined> {
  const [row] = await on.query<ShardRow>(`${SELECT} WHERE s.name = $1`, [name]);
  return row;
}

/** Shards are chosen, made, drained and removed one after another, until the transaction ends. */
export async function lockShards(tx: Tx): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('shards', 0))");
}

/** The fullest one with this code that has room, so that few shards are half empty. */
export async function selectFullest(on: Queryable, code: string, except: string | null): Promise<string | undefined> {
  const [row] = await on.query<{ name: string }>(
    `SELECT s.name FROM shards s
      CROSS JOIN LATERAL (SELECT count(*) AS stores FROM tenants t WHERE t.shard = s.name) taken
      WHERE s.state = 'active' AND s.name IS DISTINCT FROM $2 AND coalesce(s.code, $1) = $1 AND taken.stores < s.capacity
      ORDER BY taken.stores DESC, length(s.name), s.name LIMIT 1`,
    [code, except],
  );
  return row?.name;
}

/** Numbered on from the last. @returns its name */
export async function insertShard(
  on: Queryable,
  row: Pick<ShardRow, 'id' | 'capacity' | 'token_sealed' | 'created_at'>,
): Promise<string> {
  const [made] = await on.query<{ name: string }>(
    `INSERT INTO shards (id, name, state, capacity, token_sealed, created_at)
     SELECT $1, 'shard-' || coalesce(max(substr(name, 7)::int), 0) + 1, 'active', $2, $3, $4 FROM shards
     RETURNING name`,
    [row.id, row.capacity, row.token_sealed, row.created_at],
  );
  return made?.name as string;
}

export async function updateToken(on: Queryable, id: string, sealed: string): Promise<void> {
  await on.query('UPDATE shards SET token_sealed = $2 WHERE id = $1', [id, sealed]);
}

export async function updateCode(on: Queryable, name: string, code: string): Promise<void> {
  await on.query('UPDATE shards SET code = $2 WHERE name = $1 AND code IS DISTINCT FROM $2', [name, code]);
}

export async function updateDraining(
  on: Queryable,
  id: string,
  draining: { since: Date; for: string; scope: KeyScope },
): Promise<void> {
  await on.query(
    `UPDATE shards SET state = 'draining', draining_since = $2, draining_for = $3, draining_scope = $4 WHERE id = $1`,
    [id, draining.since, draining.for, draining.scope],
  );
}

/** False for one that still has stores, or that an operation may have to bring a store back to. */
export async function deleteEmptyShard(on: Queryable, id: string): Promise<boolean> {
  const rows = await on.query(
    `DELETE FROM shards s
      WHERE s.id = $1
        AND NOT EXISTS (SELECT FROM tenants t WHERE t.shard = s.name)
        AND NOT EXISTS (SELECT FROM operation_snapshots o WHERE o.intent ->> 'shard' = s.name)
      RETURNING s.id`,
    [id],
  );
  return rows.length > 0;
}

export type PlaceRow = { store: string; gateway: string; shard: string | null };

export async function selectPlace(on: Queryable, store: string): Promise<PlaceRow | undefined> {
  const [row] = await on.query<PlaceRow>('SELECT store, gateway, shard FROM tenants WHERE store = $1', [store]);
  return row;
}

export async function selectPlaced(on: Queryable): Promise<PlaceRow[]> {
  return on.query('SELECT store, gateway, shard FROM tenants WHERE shard IS NOT NULL');
}

export type HostedRow = { store: string; state: TenantState; moves: boolean };

/** Stores of a shard by name; `moves` while an operation takes one out. */
export async function selectHosted(on: Queryable, name: string): Promise<HostedRow[]> {
  return on.query(
    `SELECT t.store, t.state,
            EXISTS (SELECT FROM operations o
                     WHERE o.tenant_id = t.id AND o.kind = 'move' AND o.state IN ('scheduled', 'running')) AS moves
       FROM tenants t WHERE t.shard = $1 ORDER BY t.store`,
    [name],
  );
}

/** Stores of a draining shard that no operation holds and that were not tried since the drain began, `limit` at most. */
export async function selectToMove(
  on: Queryable,
  shard: Pick<ShardRow, 'name' | 'draining_since'>,
  limit: number,
): Promise<string[]> {
  const rows = await on.query<{ store: string }>(
    `SELECT t.store FROM tenants t
      WHERE t.shard = $1 AND t.provisioned_at IS NOT NULL AND t.desired_state <> 'removed'
        AND NOT EXISTS (SELECT FROM operations o
                         WHERE o.tenant_id = t.id
                           AND (o.state IN ('scheduled', 'running') OR o.kind = 'move' AND o.created_at >= $2))
      ORDER BY t.store LIMIT $3`,
    [shard.name, shard.draining_since, limit],
  );
  return rows.map(({ store }) => store);
}

/** Moves that are under way, of any store. */
export async function countMoves(on: Queryable): Promise<number> {
  const [row] = await on.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM operations WHERE kind = 'move' AND state IN ('scheduled', 'running')",
  );
  return row?.count ?? 0;
}
