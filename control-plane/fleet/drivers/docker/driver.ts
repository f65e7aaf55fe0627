import type Docker from 'dockerode';
import { AppError } from '../../../../kernel/errors.ts';
import { type Failpoint, noFailpoint } from '../../../../kernel/failpoint.ts';
import type { Log } from '../../../../kernel/log.ts';
import { createMutex } from '../../../../kernel/mutex.ts';
import { type Driver, loopbackEndpoint, type Observation, type RuntimeSpec, type Usage } from '../driver.ts';
import { createEventHub } from '../event-hub.ts';
import { isOurs, LABELS } from './container.ts';
import type { EgressOptions } from './egress.ts';
import { ask, askUnless, connect } from './engine.ts';
import { createLastExits, watchEvents } from './events.ts';
import { createLifecycle } from './lifecycle.ts';
import { readLogs } from './logs.ts';
import { planNetwork } from './network-plan.ts';
import { fromInspect, fromList } from './observation.ts';

/** Two looks at one container, as the engine gives them. A part that it could not read is missing. */
type Stats = Pick<Docker.ContainerStats, 'cpu_stats' | 'precpu_stats' | 'memory_stats'>;

export type DockerDriverOptions = {
  /** How the engine is reached; by default DOCKER_HOST or the local socket. */
  docker?: Docker.DockerOptions;
  /** The bridge network that all stores share: the engine's address pools end at about 30 networks. */
  network?: string;
  /** Addresses of that network, in CIDR notation. */
  networkRange?: string;
  /** The one way out of it; without it, stores reach what listens on this machine's side of the bridge. */
  egress?: EgressOptions;
  /** Which control plane this is: containers of others on the same engine are left alone. */
  installation?: string | undefined;
  log: Log;
  /** Where tests kill this process. */
  failpoint?: Failpoint;
};

const DEFAULT_GRACE_SECONDS = 30;
const PING_MS = 5_000;

/**
 * Runs stores as containers. The truth lies in the engine: this driver keeps no state, so that any control plane finds
 * what an earlier one has started. The engine restarts a crashed container by itself, with its own back-off, whether a
 * control plane runs or not. The generation is a label of the container and so that of the moment it was made. How
 * a run ended that was followed by another is known while somebody listens to `events`.
 */
export function createDockerDriver(options: DockerDriverOptions): Driver {
  const docker = connect(options.docker);
  const { log, installation } = options;
  const serial = createMutex<string>();
  const lifecycle = createLifecycle({
    docker,
    plan: planNetwork(options.network ?? 'lapak-stores', options.networkRange),
    egress: options.egress,
    installation,
    log,
    failpoint: options.failpoint ?? noFailpoint,
  });
  const exits = createLastExits();
  const watchers = new Set<AbortController>();

  async function observe(store: string): Promise<Observation> {
    const [container] = await lifecycle.containersOf(store);
    if (!container) return { store, state: 'missing' };
    const info = await askUnless([404], () => docker.getContainer(container.Id).inspect());
    return info ? fromInspect(store, info, exits.get(store)) : { store, state: 'missing' };
  }

  return {
    kind: 'docker',
    async prepare() {
      await lifecycle.prepare();
    },
    ensure: (spec: RuntimeSpec, signal) =>
      serial.run(spec.store, async () => {
        await lifecycle.ensure(spec, signal);
        return observe(spec.store);
      }),
    image: lifecycle.image,
    endpoint: loopbackEndpoint,
    observe,
    async observeAll() {
      const found = await ask(() => docker.listContainers({ all: true, filters: { label: [LABELS.tenant] } }));
      const byStore = new Map<string, Observation>();
      // Two of one store are a replacement that a crash cut short: the running one is what people see.
      for (const seen of found.filter(({ Labels }) => isOurs(Labels, installation)).map(fromList)) {
        if (byStore.get(seen.store)?.state !== 'running') byStore.set(seen.store, seen);
      }
      return [...byStore.values()];
    },
    stop: (store, { graceSeconds = DEFAULT_GRACE_SECONDS } = {}) =>
      serial.run(store, async () => {
        for (const { Id } of await lifecycle.containersOf(store)) await lifecycle.stop(Id, graceSeconds);
      }),
    kill: (store) =>
      serial.run(store, async () => {
        const [container] = await lifecycle.containersOf(store);
        if (container?.State === 'running') await lifecycle.crash(container.Id);
      }),
    remove: (store) =>
      serial.run(store, async () => {
        for (const { Id } of await lifecycle.containersOf(store)) {
          await lifecycle.stop(Id, DEFAULT_GRACE_SECONDS);
          await lifecycle.remove(Id);
        }
      }),
    async usage(store, signal) {
      const [container] = await lifecycle.containersOf(store);
      if (container?.State !== 'running') return undefined;
      // Without a stream the engine looks twice, a second apart. dockerode takes a signal; its types do not know.
      const options = { stream: false, abortSignal: signal } as { stream: false };
      // 404, 409: gone since it was found.
      const stats = await askUnless([404, 409], () => docker.getContainer(container.Id).stats(options));
      return stats && fromStats(stats);
    },
    logs: (store, request = {}) => readLogs(docker, async () => (await lifecycle.containersOf(store))[0]?.Id, request),
    events(signal) {
      const hub = createEventHub();
      const watcher = new AbortController();
      watchers.add(watcher);
      const ending = AbortSignal.any([signal, watcher.signal]);
      const events = hub.listen(ending);
      const deps = { publish: hub.publish, exits, log, installation };
      void watchEvents(docker, ending, deps).finally(() => watchers.delete(watcher));
      return events;
    },
    async ping() {
      // dockerode takes options here; its types do not know.
      const engine = docker as unknown as { version(o: { abortSignal: AbortSignal }): Promise<Docker.DockerVersion> };
      const answer = await ask(() => engine.version({ abortSignal: AbortSignal.timeout(PING_MS) }));
      if (!answer.Version) throw new AppError('DRIVER_UNAVAILABLE', 'What answers at the address is no Docker engine.');
      return { version: answer.Version };
    },
    async close() {
      for (const watcher of watchers) watcher.abort();
      await serial.idle();
    },
  };
}

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
