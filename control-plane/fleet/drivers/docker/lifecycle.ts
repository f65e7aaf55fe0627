import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import { AppError } from '../../../../kernel/errors.ts';
import type { Failpoint } from '../../../../kernel/failpoint.ts';
import type { Log } from '../../../../kernel/log.ts';
import type { RuntimeSpec } from '../driver.ts';
import { imageNotFound, portInUse } from '../faults.ts';
import { waitUntil } from '../wait.ts';
import { containerOptions, isOurs, LABELS } from './container.ts';
import { createEgress, type EgressOptions } from './egress.ts';
import { ask, askUnless, engineMessage, hasStatus, unavailable } from './engine.ts';
import { createNetwork } from './network.ts';
import type { NetworkPlan } from './network-plan.ts';
import { prepareFolder } from './owner.ts';

const REPLACE_GRACE_SECONDS = 30;
/** Longest time that the engine may take to remove a container which is being removed. */
const REMOVAL_MS = 30_000;

/** The steps of a container's life. Each looks first, so that all of them may be repeated after a crash. */
export function createLifecycle(deps: {
  docker: Docker;
  plan: NetworkPlan;
  egress: EgressOptions | undefined;
  installation: string | undefined;
  log: Log;
  failpoint: Failpoint;
}) {
  const { docker, installation, log, failpoint, plan } = deps;
  const network = createNetwork(docker, plan);
  const egress = deps.egress && createEgress({ docker, plan, options: deps.egress, log, image });

  /** What all stores share. @returns the id of their network */
  async function prepare(): Promise<string> {
    const networkId = await network.ensure();
    await egress?.ensure();
    return networkId;
  }

  /** Containers of ours for the store: the one that runs first, then the newest. */
  async function containersOf(store: string): Promise<Docker.ContainerInfo[]> {
    const filters = { label: [`${LABELS.tenant}=${store}`] };
    const all = await ask(() => docker.listContainers({ all: true, filters }));
    const found = all.filter(({ Labels }) => isOurs(Labels, installation));
    const runs = ({ State }: Docker.ContainerInfo) => Number(State === 'running');
    return found.sort((a, b) => runs(b) - runs(a) || b.Created - a.Created);
  }

  async function ensure(spec: RuntimeSpec, signal: AbortSignal | undefined): Promise<void> {
    // What can refuse comes before the old container is touched.
    await assertNameIsOurs(spec);
    await assertImage(spec);
    const user = await prepareFolder(spec);
    const networkId = await prepare();
    throwIfAborted(signal);
    const { current, serving, others } = parted(await containersOf(spec.store), spec, networkId);
    for (const { Id } of others) await stopAndRemove(Id);
    const place = { networkId, plan, aliases: deps.egress?.aliases };
    const options = placed(containerOptions(spec, user, place, installation));
    let prepared: string | undefined;
    for (const { Id } of serving) {
      // Made aside of the one that serves, so that nobody does only between its stop and the start.
      if (!current) prepared ??= await create(spec, { ...options, name: nextName(spec) });
      failpoint('docker:prepared');
      throwIfAborted(signal);
      await stopAndRemove(Id);
    }
    throwIfAborted(signal);
    const id = current?.Id ?? prepared ?? (await create(spec, options));
    if (!current?.Names.includes(`/${spec.name}`)) await rename(id, spec.name);
    failpoint('docker:created');
    if (current?.State === 'running' || current?.State === 'restarting') return;
    await (current?.State === 'paused' ? ask(() => docker.getContainer(id).unpause()) : start(spec, id));
    failpoint('docker:started');
    log.info({ store: spec.store, container: id.slice(0, 12) }, 'store container started');
  }

  async function stopAndRemove(id: string): Promise<void> {
    await stop(id, REPLACE_GRACE_SECONDS);
    failpoint('docker:stopped');
    await remove(id);
    failpoint('docker:removed');
  }

  async function assertNameIsOurs(spec: RuntimeSpec): Promise<void> {
    const info = await askUnless([404], () => docker.getContainer(spec.name).inspect());
    const labels = info?.Config.Labels;
    if (!info || (labels?.[LABELS.tenant] === spec.store && isOurs(labels, installation))) return;
    throw new AppError(
      'DRIVER_UNAVAILABLE',
      `A container named ${spec.name} exists that this Lapak did not make for ${spec.store}${strangerOf(labels)}. It is left alone: rename it (docker rename ${spec.name} …) or remove it, then try again.`,
      { details: { reason: 'name_taken', container: spec.name } },
    );
  }

  async function assertImage({ image: name, imageId }: RuntimeSpec): Promise<void> {
    if (imageId === undefined) await image(name);
    else if (!(await askUnless([404], () => docker.getImage(imageId).inspect()))) throw imageNotFound(name, imageId);
  }

  /** The content that a name stands for on this engine. @throws AppError IMAGE_NOT_FOUND when it has none */
  async function image(name: string): Promise<string> {
    // 400: no image can have this name.
    const found = await askUnless([400, 404], () => docker.getImage(name).inspect());
    if (found) return found.Id;
    throw imageNotFound(name);
  }

  async function create(spec: RuntimeSpec, options: Docker.ContainerCreateOptions): Promise<string> {
    // 404: the image went since it was looked for.
    const made = await askUnless([404, 409], () => docker.createContainer(options));
    if (!made) await assertImage(spec);
    if (made) return made.id;
    // Somebody was faster under this name. If it is one of ours like ours, it is the one.
    const rival = (await containersOf(spec.store)).find((container) => isCurrent(container, spec));
    if (rival) return rival.Id;
    throw new AppError('DRIVER_UNAVAILABLE', `The container name ${options.name} was taken meanwhile; try again.`);
  }

  async function rename(id: string, name: string): Promise<void> {
    const container = docker.getContainer(id);
    const { Name } = await ask(() => container.inspect());
    if (Name !== `/${name}`) await ask(() => container.rename({ name }));
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

  /**
   * Kills what runs in a container from within. The engine takes a kill of its own for a stop on purpose, and would not
   * start the container again.
   */
  async function crash(id: string): Promise<void> {
    const Cmd = ['node', '-e', "process.kill(-1, 'SIGKILL')"];
    const exec = await ask(() => docker.getContainer(id).exec({ Cmd }));
    await ask(() => exec.start({ Detach: true }));
  }

  async function remove(id: string): Promise<void> {
    const container = docker.getContainer(id);
    // 409: another removal is under way, which is waited for.
    await askUnless([404, 409], () => container.remove({ force: true, v: true }));
    const gone = async () => (await askUnless([404], () => container.inspect())) === undefined;
    if (await waitUntil(gone, { withinMs: REMOVAL_MS })) return;
    throw new AppError('DRIVER_UNAVAILABLE', `The engine did not remove container ${id.slice(0, 12)}.`);
  }

  return { prepare, containersOf, ensure, image, stop, crash, remove };
}

/** What starts in a container again knows by this that the one before it, which held the store, is dead. */
function placed(options: Docker.ContainerCreateOptions): Docker.ContainerCreateOptions {
  return { ...options, Env: [...(options.Env ?? []), `LAPAK_PLACE=${randomUUID()}`] };
}

/** Whose it is, when it says so. */
function strangerOf(labels: Record<string, string> | undefined): string {
  const owner = labels?.[LABELS.installation];
  return owner === undefined ? '' : ` (it is of the control plane ${owner.slice(0, 36)})`;
}

/** The name of a container that waits for the one before it to stop. */
const nextName = (spec: RuntimeSpec): string => `${spec.name}.next`;

function isCurrent({ Names, Labels, State }: Docker.ContainerInfo, spec: RuntimeSpec): boolean {
  const named = Names.includes(`/${spec.name}`) || Names.includes(`/${nextName(spec)}`);
  return named && Labels[LABELS.specHash] === spec.specHash && State !== 'dead' && State !== 'removing';
}

/** The container that is as the spec says, and those that have to go: the serving ones last. */
function parted(containers: Docker.ContainerInfo[], spec: RuntimeSpec, networkId: string) {
  const [current] = containers.filter((one) => isCurrent(one, spec) && !isStranded(one, networkId));
  const rest = containers.filter((container) => container !== current);
  const serves = ({ State }: Docker.ContainerInfo) => State === 'running';
  return { current, serving: rest.filter(serves), others: rest.filter((container) => !serves(container)) };
}

/**
 * Rests, and was in a network that is gone: `docker compose down` takes the network along when no store runs, and the next
 * one of that name is another. The engine would never start it again.
 */
function isStranded({ State, HostConfig, NetworkSettings }: Docker.ContainerInfo, networkId: string): boolean {
  if (State !== 'exited' && State !== 'created') return false;
  const attached = Object.values(NetworkSettings.Networks).map(({ NetworkID }) => NetworkID);
  const ids = [HostConfig.NetworkMode, ...attached].filter((id) => /^[0-9a-f]{64}$/.test(id));
  return ids.length > 0 && !ids.includes(networkId);
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
