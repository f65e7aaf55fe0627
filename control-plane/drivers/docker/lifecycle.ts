import type Docker from 'dockerode';
import { AppError } from '../../../kernel/errors.ts';
import type { Failpoint } from '../../../kernel/failpoint.ts';
import type { Log } from '../../../kernel/log.ts';
import type { RuntimeSpec } from '../driver.ts';
import { portInUse } from '../faults.ts';
import { waitUntil } from '../wait.ts';
import { containerOptions, LABELS } from './container.ts';
import { ask, askUnless, engineMessage, hasStatus, unavailable } from './engine.ts';
import { createNetwork } from './network.ts';
import { prepareFolder } from './owner.ts';

const REPLACE_GRACE_SECONDS = 30;
/** Longest time that the engine may take to remove a container which is being removed. */
const REMOVAL_MS = 30_000;

export type Lifecycle = ReturnType<typeof createLifecycle>;

/** The steps of a container's life. Each looks first, so that all of them may be repeated after a crash. */
export function createLifecycle(parts: { docker: Docker; network: string; log: Log; failpoint: Failpoint }) {
  const { docker, log, failpoint } = parts;
  const network = createNetwork(docker, parts.network);

  /** Containers of ours for the store, the newest first. */
  async function containersOf(store: string): Promise<Docker.ContainerInfo[]> {
    const filters = { label: [`${LABELS.tenant}=${store}`] };
    const found = await ask(() => docker.listContainers({ all: true, filters }));
    return found.sort((a, b) => b.Created - a.Created);
  }

  async function ensure(spec: RuntimeSpec, signal: AbortSignal | undefined): Promise<void> {
    // What can refuse comes before the old container is touched.
    await assertNameIsOurs(spec);
    await assertImage(spec);
    const user = await prepareFolder(spec);
    const networkId = await network.ensure();
    throwIfAborted(signal);
    let current: Docker.ContainerInfo | undefined;
    for (const container of await containersOf(spec.store)) {
      if (isCurrent(container, spec) && container.State !== 'dead' && container.State !== 'removing') {
        current = container;
        continue;
      }
      await stop(container.Id, REPLACE_GRACE_SECONDS);
      failpoint('docker:stopped');
      await remove(container.Id);
      failpoint('docker:removed');
    }
    throwIfAborted(signal);
    if (current?.State === 'running' || current?.State === 'restarting') return;
    const id = current?.Id ?? (await create(spec, containerOptions(spec, user, networkId)));
    failpoint('docker:created');
    await (current?.State === 'paused' ? ask(() => docker.getContainer(id).unpause()) : start(spec, id));
    failpoint('docker:started');
    log.info({ store: spec.store, container: id.slice(0, 12) }, 'store container started');
  }

  async function assertNameIsOurs(spec: RuntimeSpec): Promise<void> {
    const info = await askUnless([404], () => docker.getContainer(spec.name).inspect());
    if (!info || info.Config.Labels?.[LABELS.tenant] === spec.store) return;
    throw new AppError(
      'DRIVER_UNAVAILABLE',
      `A container named ${spec.name} exists that Lapak did not make for ${spec.store}. It is left alone: rename it (docker rename ${spec.name} …) or remove it, then try again.`,
      { details: { reason: 'name_taken', container: spec.name } },
    );
  }

  async function assertImage(spec: RuntimeSpec): Promise<void> {
    if (await askUnless([404], () => docker.getImage(spec.image).inspect())) return;
    throw new AppError(
      'DRIVER_UNAVAILABLE',
      `The image ${spec.image} is not on this engine. Pull it (docker pull ${spec.image}), or build it: docker build --target tenant-runtime -t ${spec.image} .`,
      { details: { reason: 'image_missing', image: spec.image } },
    );
  }

  async function create(spec: RuntimeSpec, options: Docker.ContainerCreateOptions): Promise<string> {
    const made = await askUnless([409], () => docker.createContainer(options));
    if (made) return made.id;
    // Somebody was faster under this name. If it is one of ours like ours, it is the one.
    const rival = (await containersOf(spec.store)).find((container) => isCurrent(container, spec));
    if (rival) return rival.Id;
    throw new AppError('DRIVER_UNAVAILABLE', `The container name ${spec.name} was taken meanwhile; try again.`);
  }

  async function start(spec: RuntimeSpec, id: string): Promise<void> {
    try {
      await docker.getContainer(id).start();
    } catch (cause) {
      if (hasStatus(cause, 304)) return;
      const port = takenPort(engineMessage(cause), spec);
      throw port === undefined ? unavailable(cause) : portInUse(spec.store, port, cause);
    }
  }

  async function stop(id: string, graceSeconds: number): Promise<void> {
    // 304: it does not run. 404: it is not there.
    await askUnless([304, 404], () => docker.getContainer(id).stop({ t: graceSeconds }));
  }

  async function remove(id: string): Promise<void> {
    const container = docker.getContainer(id);
    // 409: another removal is under way, which is waited for.
    await askUnless([404, 409], () => container.remove({ force: true, v: true }));
    const gone = async () => (await askUnless([404], () => container.inspect())) === undefined;
    if (await waitUntil(gone, { withinMs: REMOVAL_MS })) return;
    throw new AppError('DRIVER_UNAVAILABLE', `The engine did not remove container ${id.slice(0, 12)}.`);
  }

  return { containersOf, ensure, stop, remove };
}

function isCurrent(container: Docker.ContainerInfo, spec: RuntimeSpec): boolean {
  return container.Names.includes(`/${spec.name}`) && container.Labels[LABELS.specHash] === spec.specHash;
}

/** The port that the engine could not bind, by its message. */
function takenPort(message: string, spec: RuntimeSpec): number | undefined {
  if (!/port is already allocated|address already in use/.test(message)) return undefined;
  const named = Object.values(spec.ports).find((port) => message.includes(`:${port}`));
  return named ?? spec.ports.telegram;
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('CANCELLED', 'Starting the store was cancelled.');
}
