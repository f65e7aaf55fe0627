import type { Observation } from '../../fleet/drivers/index.ts';
import { databaseName, type TenantRow } from '../../fleet/tenants/index.ts';
import type { FoundDatabase } from './sql.ts';

export type StoreFinding = {
  store: string;
  verdict: 'running' | 'not_running' | 'database_missing' | 'unknown';
  /** State of its runtime, as the driver sees it. */
  runtime: string;
  database: string | null;
  detail: string;
};

type Known = Pick<TenantRow, 'id' | 'store' | 'desired_state'>;

/** Compares what the control database says with what runs and with the databases that exist. Pure. */
export function compare(
  known: readonly Known[],
  seen: readonly Observation[],
  databases: readonly FoundDatabase[],
  newest: ReadonlyMap<string, { id: string; file: string }>,
): StoreFinding[] {
  const runtimes = new Map(seen.map((runtime) => [runtime.store, runtime]));
  const owned = new Map(databases.map((database) => [database.name, database]));
  const findings = known.map((tenant): StoreFinding => {
    const { store } = tenant;
    const runtime = runtimes.get(store)?.state ?? 'missing';
    runtimes.delete(store);
    const name = databaseName(store);
    const found = owned.get(name)?.tenantId === tenant.id;
    if (found) owned.delete(name);
    if (!found) {
      const backup = newest.get(tenant.id);
      const way = backup ? `lapak backup restore ${backup.id} (${backup.file})` : 'no verified backup is known';
      return { store, verdict: 'database_missing', runtime, database: null, detail: way };
    }
    if (runtime === 'running') {
      return { store, verdict: 'running', runtime, database: name, detail: 'goes on; the server adopts it as it is' };
    }
    const wanted = tenant.desired_state === 'running';
    const detail = wanted ? 'the server starts it' : `it is to be ${tenant.desired_state}`;
    return { store, verdict: 'not_running', runtime, database: name, detail };
  });
  return [...findings, ...unknown([...runtimes.values()], [...owned.values()])];
}

function unknown(runtimes: readonly Observation[], databases: readonly FoundDatabase[]): StoreFinding[] {
  const left = new Set(databases.map(({ name }) => name));
  const byRuntime = runtimes.map(({ store, state }): StoreFinding => {
    const name = databaseName(store);
    const database = left.delete(name) ? name : null;
    const detail = 'opened after the backup was made, or of another control plane; it is left alone';
    return { store, verdict: 'unknown', runtime: state, database, detail };
  });
  const byDatabase = [...left].map((name): StoreFinding => {
    const detail = 'a store’s database that the backup knows nothing of; it is left alone';
    return { store: name.replace(/^db_/, ''), verdict: 'unknown', runtime: 'missing', database: name, detail };
  });
  return [...byRuntime, ...byDatabase];
}
