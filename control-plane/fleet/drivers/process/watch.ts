import { isAlive, residentBytes } from './identity.ts';
import { type LogLimits, outputFile, rotate } from './log-file.ts';
import type { Supervisor, Tenant } from './supervisor.ts';

export type WatchOptions = {
  /** How often to look at processes that are not our children. */
  everyMs: number;
  /** Looks between two measurements of memory. */
  memoryEvery: number;
  /** Looks between two checks of the log's size. */
  logEvery: number;
  logs: LogLimits;
  graceMs: number;
};

/** Measurements above the limit, one after another, that end a store: a short peak is forgiven. */
const OVER_MEMORY_LOOKS = 3;

/** Looks at every store again and again until it is stopped. One look is over before the next begins. */
export function startWatch(
  deps: {
    tenants(): Iterable<Tenant>;
    supervisor: Supervisor;
    turn<T>(store: string, work: () => Promise<T>): Promise<T>;
  },
  options: WatchOptions,
): { stop(): void } {
  let look = 0;
  let timer: NodeJS.Timeout;
  let stopped = false;

  const next = () => {
    timer = setTimeout(async () => {
      look += 1;
      for (const tenant of deps.tenants()) {
        if (stopped) return;
        await visit(tenant).catch(deps.supervisor.report(tenant.record.store));
      }
      if (!stopped) next();
    }, options.everyMs).unref();
  };

  async function visit(tenant: Tenant): Promise<void> {
    const { process: identity, store, folder } = tenant.record;
    if (!identity) return;
    if (!tenant.ending && !(await isAlive(identity))) {
      await deps.turn(store, () => deps.supervisor.reap(tenant, identity));
      return;
    }
    if (look % options.memoryEvery === 0) await measure(tenant, identity.pid);
    if (look % options.logEvery === 0) await rotate(outputFile(folder), options.logs);
  }

  async function measure(tenant: Tenant, pid: number): Promise<void> {
    const bytes = (await residentBytes(pid)) ?? 0;
    tenant.overMemory = bytes > tenant.record.memoryMb * 1024 * 1024 ? tenant.overMemory + 1 : 0;
    if (tenant.overMemory < OVER_MEMORY_LOOKS) return;
    tenant.overMemory = 0;
    await deps.turn(tenant.record.store, () => deps.supervisor.endForMemory(tenant, options.graceMs));
  }

  next();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
