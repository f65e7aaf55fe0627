import type Docker from 'dockerode';
import type { RuntimeSpec } from '../driver.ts';
import { EGRESS_PORTS, type NetworkPlan } from './network-plan.ts';

/** Labels by which containers are known as ours; templates/compose.yml.hbs writes the same. */
export const LABELS = {
  tenant: 'lapak.tenant',
  generation: 'lapak.generation',
  specHash: 'lapak.spec-hash',
  installation: 'lapak.installation',
} as const;

/** Whether a container may be of this control plane. Those of before there was that label are; nothing to compare with takes all. */
export function isOurs(labels: Record<string, string> | undefined, installation: string | undefined): boolean {
  const owner = labels?.[LABELS.installation];
  return owner === undefined || installation === undefined || owner === installation;
}

/** Ports that the runtime listens on inside of its container. */
const CONTAINER_PORTS = { telegram: 8080, pakasir: 9000 } as const;

/** Where a container finds its environment. Not in the container's own, which `docker inspect` shows to everyone. */
const ENV_FILE = '/etc/lapak/bot.env';

const NO_PROXY = 'NO_PROXY=localhost,127.0.0.1';

/** Share of the memory limit that V8's heap may take; the rest is buffers, code and stacks. */
const HEAP_SHARE = 0.75;

export type RuntimeUser = { uid: number; gid: number };

/** Where a container is: the network by its id, and what of it leads out. */
export type Place = {
  networkId: string;
  plan: NetworkPlan;
  /** Names that stand for this machine, whose egress proxy leads on; undefined where there is none. */
  aliases: readonly string[] | undefined;
};

/** The container of a spec. A pure function; the compose file that a store is started with by hand says the same. */
export function containerOptions(
  spec: RuntimeSpec,
  user: RuntimeUser,
  { plan, aliases, networkId }: Place,
  installation?: string,
): Docker.ContainerCreateOptions {
  const proxy = `http://host.docker.internal:${EGRESS_PORTS.proxy}`;
  const memory = spec.limits.memoryMb * 1024 * 1024;
  return {
    name: spec.name,
    Image: spec.imageId ?? spec.image,
    Cmd: ['--env-file', ENV_FILE],
    User: `${user.uid}:${user.gid}`,
    Env: [
      'HOST=0.0.0.0',
      `LISTEN_TELEGRAM_PORT=${CONTAINER_PORTS.telegram}`,
      `LISTEN_PAKASIR_PORT=${CONTAINER_PORTS.pakasir}`,
      `NODE_OPTIONS=--max-old-space-size=${Math.floor(spec.limits.memoryMb * HEAP_SHARE)}`,
      `TRUSTED_PROXIES=${plan.address}`,
      `LAPAK_GENERATION=${spec.generation}`,
      ...(aliases ? ['NODE_USE_ENV_PROXY=1', `HTTP_PROXY=${proxy}`, `HTTPS_PROXY=${proxy}`, NO_PROXY] : []),
    ],
    Labels: {
      [LABELS.tenant]: spec.store,
      [LABELS.generation]: String(spec.generation),
      [LABELS.specHash]: spec.specHash,
      ...(installation === undefined ? {} : { [LABELS.installation]: installation }),
    },
    ExposedPorts: Object.fromEntries(Object.values(CONTAINER_PORTS).map((port) => [`${port}/tcp`, {}])),
    HostConfig: {
      NetworkMode: networkId,
      // The runtime is not process 1, which would ignore a SIGTERM that comes before its handler is set.
      Init: true,
      ExtraHosts: ['host.docker.internal', ...(aliases ?? [])].map((name) => `${name}:${plan.address}`),
      // Nobody answers there: a question to a name server would carry out whatever a store writes into it.
      Dns: ['127.0.0.1'],
      Binds: [`${spec.folder}/bot.env:${ENV_FILE}:ro`, `${spec.folder}/logs:/app/logs`],
      PortBindings: {
        [`${CONTAINER_PORTS.telegram}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(spec.ports.telegram) }],
        [`${CONTAINER_PORTS.pakasir}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(spec.ports.pakasir) }],
      },
      RestartPolicy: { Name: 'unless-stopped' },
      Memory: memory,
      // The same amount with swap: none.
      MemorySwap: memory,
      NanoCpus: Math.round(spec.limits.cpus * 1e9),
      PidsLimit: spec.limits.pids,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '5' } },
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      ReadonlyRootfs: true,
      Tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,size=64m' },
    },
  };
}
