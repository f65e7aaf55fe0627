import type { Observation } from '../driver.ts';
import { isAlive, type ProcessIdentity } from './identity.ts';
import type { Tenant } from './supervisor.ts';

/** What is seen of a store that this driver has a record of. */
export async function observation({ record }: Tenant): Promise<Observation> {
  const alive = record.process !== undefined && (await isAlive(record.process));
  return {
    store: record.store,
    state: alive ? 'running' : record.intent === 'running' ? 'restarting' : 'exited',
    specHash: record.specHash,
    generation: record.generation,
    restarts: record.restarts,
    ...(alive && record.process ? { id: String(record.process.pid), startedAt: record.process.at } : {}),
    ...(record.exit ? { exit: record.exit } : {}),
  };
}

/** A process that carries our mark and was never recorded: it runs, and that is all that is known of it. */
export async function observeStray(store: string, processes: readonly ProcessIdentity[]): Promise<Observation> {
  for (const stray of processes) if (await isAlive(stray)) return { store, state: 'running', id: String(stray.pid) };
  return { store, state: 'missing' };
}
