import type Docker from 'dockerode';
import type { Usage } from '../driver.ts';

/** Two looks at one container, as the engine gives them. A part that it could not read is missing. */
type Stats = Pick<Docker.ContainerStats, 'cpu_stats' | 'precpu_stats' | 'memory_stats'>;

/** What a container takes, from the engine's statistics; undefined when it does not run. Pure. */
export function fromStats({ cpu_stats: now, precpu_stats: before, memory_stats: memory }: Stats): Usage | undefined {
  // A container that ended has no memory, and only then.
  if (!memory?.usage) return undefined;
  const machine = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
  const own = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const cores = now.online_cpus || now.cpu_usage.percpu_usage?.length || 1;
  // cgroup v2 and v1 name differently what the kernel takes back when it needs it.
  const stats = memory.stats as Partial<Record<'inactive_file' | 'total_inactive_file', number>> | undefined;
  const cache = stats?.total_inactive_file ?? stats?.inactive_file ?? 0;
  return {
    cpus: machine > 0 && own > 0 ? (own / machine) * cores : 0,
    memoryBytes: Math.max(0, memory.usage - cache),
  };
}
