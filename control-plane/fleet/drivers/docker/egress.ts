import type Docker from 'dockerode';
import { sha256Hex } from '../../../../kernel/crypto.ts';
import { AppError } from '../../../../kernel/errors.ts';
import type { Log } from '../../../../kernel/log.ts';
import { createMutex } from '../../../../kernel/mutex.ts';
import { askUnless } from './engine.ts';
import { EGRESS_PORTS, type NetworkPlan } from './network-plan.ts';

/** What stores may reach, and through which image's program. */
export type EgressOptions = {
  /** An image of the tenant runtime, which holds the program. */
  image: string;
  /** `host:port` of the cluster, as this machine reaches it. */
  database: string;
  /** The cluster speaks TLS with the stores. */
  databaseTls: boolean;
  /** Connections that all stores together may hold; the others are the control plane's. */
  databaseConnections: number;
  /** `host:port` of each address that stores need. */
  allow: readonly string[];
  /** Names under which stores know the cluster, beside that of this machine. */
  aliases: readonly string[];
};

const LABELS = { network: 'lapak.egress', specHash: 'lapak.spec-hash' } as const;
const MEMORY = 512 * 1024 * 1024;

/**
 * The container that stores go out by. It is the engine's to keep running, as the stores are: nothing of a sale needs the
 * control plane. A change of what stores may reach replaces it, which costs them a second of their connections.
 */
export function createEgress(deps: {
  docker: Docker;
  plan: NetworkPlan;
  options: EgressOptions;
  log: Log;
  image(name: string): Promise<string>;
}) {
  const { docker, plan, options, log } = deps;
  const name = `${plan.name}-egress`;
  const serial = createMutex<string>();
  /** Of the first time: an image that is built meanwhile replaces nothing until the control plane starts anew. */
  let imageId: string | undefined;

  async function ensure(): Promise<void> {
    imageId ??= await deps.image(options.image);
    const wanted = egressContainer(name, plan, options, imageId);
    const container = docker.getContainer(name);
    const known = await askUnless([404], () => container.inspect());
    if (known && known.Config.Labels?.[LABELS.network] !== plan.name) throw foreign(name);
    const isCurrent = known?.Config.Labels?.[LABELS.specHash] === wanted.Labels?.[LABELS.specHash];
    if (isCurrent && known?.State.Running && !known.State.Restarting) return;
    if (isCurrent && known?.State.Restarting) throw failing(name);
    if (known && !isCurrent) await askUnless([404], () => container.remove({ force: true }));
    // 409: another control plane was faster.
    if (!isCurrent) await create(wanted);
    await askUnless([304], () => container.start());
    log.info({ container: name, allow: options.allow }, 'egress proxy started');
  }

  async function create(wanted: Docker.ContainerCreateOptions): Promise<void> {
    try {
      await askUnless([409], () => docker.createContainer(wanted));
    } catch (error) {
      // The image may be gone; the next time asks what its name stands for.
      imageId = undefined;
      throw error;
    }
  }

  return { ensure: () => serial.run(name, ensure) };
}

/** Shares this machine's network, since it listens on the bridge and has to see which store asks. Nothing else is its. */
export function egressContainer(
  name: string,
  plan: NetworkPlan,
  options: EgressOptions,
  imageId: string,
): Docker.ContainerCreateOptions {
  const content: Docker.ContainerCreateOptions = {
    name,
    Image: imageId,
    User: '1000:1000',
    Entrypoint: ['node', 'egress/main.ts'],
    Env: [
      `EGRESS_HOST=${plan.address}`,
      `EGRESS_DATABASE_PORT=${EGRESS_PORTS.database}`,
      `EGRESS_PROXY_PORT=${EGRESS_PORTS.proxy}`,
      `EGRESS_DATABASE=${options.database}`,
      `EGRESS_DATABASE_TLS=${options.databaseTls}`,
      `EGRESS_DATABASE_CONNECTIONS=${options.databaseConnections}`,
      `EGRESS_ALLOW=${[...options.allow].sort().join(',')}`,
    ],
    // The image's own check asks a store.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: 'host',
      Init: true,
      RestartPolicy: { Name: 'unless-stopped' },
      Memory: MEMORY,
      MemorySwap: MEMORY,
      PidsLimit: 64,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      ReadonlyRootfs: true,
    },
  };
  const hash = sha256Hex(JSON.stringify(content)).slice(0, 32);
  return { ...content, Labels: { [LABELS.network]: plan.name, [LABELS.specHash]: hash } };
}

function foreign(name: string): AppError {
  return new AppError(
    'DRIVER_UNAVAILABLE',
    `A container named ${name} exists that is not the egress proxy of this network. Rename or remove it.`,
    { details: { reason: 'name_taken', container: name } },
  );
}

function failing(name: string): AppError {
  return new AppError(
    'DRIVER_UNAVAILABLE',
    `The egress proxy ${name} does not stay up, so that stores reach nothing. Its log says why: docker logs ${name}`,
  );
}
