import type { Clock } from '../../../../kernel/clock.ts';
import type { Log } from '../../../../kernel/log.ts';
import { findMarked, isAlive, type ProcessIdentity } from './identity.ts';
import type { Records, TenantRecord } from './record.ts';
import type { Supervisor, Tenant } from './supervisor.ts';
import { terminate } from './terminate.ts';

export type Adopted = {
  tenants: Map<string, Tenant>;
  /** Processes with our mark and no record; ended before their store is started again. */
  strays: Map<string, ProcessIdentity[]>;
};

/**
 * Takes over what an earlier control plane left: living processes go on, one that was spawned and never recorded is
 * found by its mark, a stop that was cut short is finished, and a store that died meanwhile is started again.
 */
export async function adopt(
  mark: string,
  deps: { records: Records; supervisor: Supervisor; clock: Clock; log: Log; graceMs: number },
): Promise<Adopted> {
  const strays = await findMarked(mark);
  const tenants = new Map<string, Tenant>();
  for (const record of await deps.records.load()) {
    const tenant: Tenant = { record, overMemory: 0 };
    tenants.set(record.store, tenant);
    const [living, ...others] = await candidates(record, strays.get(record.store) ?? []);
    strays.delete(record.store);
    for (const other of others) await terminate(other, deps.graceMs);
    await takeOver(tenant, living, deps);
  }
  return { tenants, strays };
}

/** Processes of the store that are alive, the recorded one first. */
async function candidates(record: TenantRecord, marked: ProcessIdentity[]): Promise<ProcessIdentity[]> {
  const { process } = record;
  if (!process || !(await isAlive(process))) return marked;
  return [process, ...marked.filter(({ pid }) => pid !== process.pid)];
}

async function takeOver(
  tenant: Tenant,
  living: ProcessIdentity | undefined,
  { supervisor, clock, log, graceMs }: { supervisor: Supervisor; clock: Clock; log: Log; graceMs: number },
): Promise<void> {
  const { record } = tenant;
  if (living) {
    if (record.process?.started !== living.started) {
      log.warn({ store: record.store, pid: living.pid }, 'found a store process that was never recorded');
      await supervisor.keep(tenant, { pid: living.pid, started: living.started });
    }
    if (record.intent === 'stopped') await supervisor.halt(tenant, graceMs);
    return;
  }
  const died = record.process !== undefined;
  if (record.process) await supervisor.reap(tenant, record.process);
  if (record.intent !== 'running') return;
  // A first death while nobody watched (a reboot, say) is repaired at once; a series of crashes goes on waiting.
  const remaining = (record.notBefore?.getTime() ?? 0) - clock.now().getTime();
  supervisor.schedule(tenant, died && record.streak <= 1 ? 0 : Math.max(0, remaining));
}
