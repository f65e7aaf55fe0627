import { type Observation, shardRuntime } from '../../fleet/drivers/index.ts';
import { databaseName, type TenantRow } from '../../fleet/tenants/index.ts';
import type { FoundDatabase } from './sql.ts';

export type StoreFinding = {
  store: string;
  verdict: 'running' | 'not_running' | 'database_missing' | 'unknown';
  /** State of its runtime, as the driver sees it. */
  runtime: string;
  database: string | null;
  outlook: Outlook;
};

/** What becomes of a store, or has to be done. */
export type Outlook =
  /** The server adopts its runtime as it is. */
  | { kind: 'goes_on' }
  | { kind: 'is_started' }
  | { kind: 'stays'; desired: string }
  /** From the newest verified backup that is known; null when none is. */
  | { kind: 'to_restore'; backup: { id: string; file: string } | null }
  | { kind: 'runtime_left_alone' }
  | { kind: 'database_left_alone' };

type Known = Pick<TenantRow, 'id' | 'store' | 'desired_state'> & Partial<Pick<TenantRow, 'shard'>>;

/** Compares what the control database says with what runs and with the databases that exist. Pure. */
export function compare(
  tenants: readonly Known[],
  seen: readonly Observation[],
  databases: readonly FoundDatabase[],
  newest: ReadonlyMap<string, { id: string; file: string }>,
): StoreFinding[] {
  const runtimes = new Map(seen.map((runtime) => [runtime.store, runtime]));
  const owned = new Map(databases.map((database) => [database.name, database]));
  const known = new Set<string>();
  const findings = tenants.map((tenant): StoreFinding => {
    const { store } = tenant;
    const process = tenant.shard ? shardRuntime(tenant.shard) : store;
    const runtime = runtimes.get(process)?.state ?? 'missing';
    known.add(process);
    const name = databaseName(store);
    const found = owned.get(name)?.tenantId === tenant.id;
    if (found) owned.delete(name);
    if (!found) {
      const outlook: Outlook = { kind: 'to_restore', backup: newest.get(tenant.id) ?? null };
      return { store, verdict: 'database_missing', runtime, database: null, outlook };
    }
    if (runtime === 'running') {
      return { store, verdict: 'running', runtime, database: name, outlook: { kind: 'goes_on' } };
    }
    const { desired_state: desired } = tenant;
    const outlook: Outlook = desired === 'running' ? { kind: 'is_started' } : { kind: 'stays', desired };
    return { store, verdict: 'not_running', runtime, database: name, outlook };
  });
  const others = [...runtimes.values()].filter((runtime) => !known.has(runtime.store));
  return [...findings, ...unknown(others, [...owned.values()])];
}

function unknown(runtimes: readonly Observation[], databases: readonly FoundDatabase[]): StoreFinding[] {
  const left = new Set(databases.map(({ name }) => name));
  const byRuntime = runtimes.map(({ store, state }): StoreFinding => {
    const name = databaseName(store);
    const database = left.delete(name) ? name : null;
    return { store, verdict: 'unknown', runtime: state, database, outlook: { kind: 'runtime_left_alone' } };
  });
  const byDatabase = [...left].map((name): StoreFinding => {
    const store = name.replace(/^db_/, '');
    return { store, verdict: 'unknown', runtime: 'missing', database: name, outlook: { kind: 'database_left_alone' } };
  });
  return [...byRuntime, ...byDatabase];
}
