import { expect, test } from 'vitest';
import { fromStats } from '../../control-plane/fleet/drivers/docker/driver.ts';

const cpu = (own: number, machine: number) => ({
  cpu_usage: { total_usage: own * 1e9, percpu_usage: [], usage_in_kernelmode: 0, usage_in_usermode: 0 },
  system_cpu_usage: machine * 1e9,
  online_cpus: 4,
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
});
const MIB = 1024 * 1024;

/** Two looks a second apart at a container on four cores. */
const stats = (memory: object) =>
  ({ precpu_stats: cpu(10, 1000), cpu_stats: cpu(10.5, 1004), memory_stats: memory }) as Parameters<
    typeof fromStats
  >[0];

test.each([
  ['cgroup v1', { usage: 100 * MIB, stats: { inactive_file: 1, total_inactive_file: 30 * MIB } }],
  ['cgroup v2', { usage: 100 * MIB, stats: { inactive_file: 30 * MIB } }],
])('half a core and the memory without caches of files, with %s', (_, memory) => {
  expect(fromStats(stats(memory))).toEqual({ cpus: 0.5, memoryBytes: 70 * MIB });
});

test('a container that has ended takes nothing', () => {
  expect(fromStats(stats({}))).toBeUndefined();
});
