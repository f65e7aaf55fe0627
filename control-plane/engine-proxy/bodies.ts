import { normalize } from 'node:path';
import { z } from 'zod';

const empty = z.union([z.null(), z.undefined(), z.literal(''), z.array(z.never()), z.literal(false)]);

/** What of a container may be asked for. An unknown key is refused: the engine's next version may give it a meaning. */
const HOST_CONFIG = z.strictObject({
  NetworkMode: z.string(),
  Binds: z.array(z.string()).optional(),
  CapDrop: z.array(z.string()).refine((caps) => caps.includes('ALL')),
  CapAdd: empty.optional(),
  Privileged: empty.optional(),
  SecurityOpt: z.tuple([z.literal('no-new-privileges:true')]),
  ReadonlyRootfs: z.literal(true),
  RestartPolicy: z.strictObject({ Name: z.literal('unless-stopped') }),
  LogConfig: z.strictObject({ Type: z.literal('json-file'), Config: z.record(z.string(), z.string()) }),
  Tmpfs: z.record(z.string(), z.string().regex(/noexec/)).optional(),
  PortBindings: z
    .record(z.string(), z.array(z.strictObject({ HostIp: z.literal('127.0.0.1'), HostPort: z.string() })))
    .optional(),
  ...{ Init: z.literal(true), ExtraHosts: z.array(z.string()).optional(), Dns: z.array(z.string()).optional() },
  ...{ Memory: z.number().positive(), MemorySwap: z.number().positive(), NanoCpus: z.number().positive().optional() },
  PidsLimit: z.number().positive(),
});

const ROOT = /^(root|0+)?(:|$)/;

const CONTAINER = z.strictObject({
  Image: z.string(),
  User: z.string().refine((user) => !ROOT.test(user)),
  Env: z.array(z.string()),
  Labels: z.record(z.string(), z.string()),
  HostConfig: HOST_CONFIG,
  ...{ name: z.string().optional(), Cmd: z.array(z.string()).optional(), Entrypoint: z.array(z.string()).optional() },
  ExposedPorts: z.record(z.string(), z.unknown()).optional(),
  Healthcheck: z.unknown().optional(),
});

const NETWORK = z.strictObject({
  Name: z.string(),
  Driver: z.literal('bridge'),
  CheckDuplicate: z.boolean(),
  Labels: z.record(z.string(), z.string()),
  IPAM: z.unknown(),
  Options: z.record(z.string(), z.string()),
});

/** The one thing that is run in a store's container: what ends it, as a crash would. */
const EXEC = z.strictObject({ Cmd: z.tuple([z.literal('node'), z.literal('-e'), z.string()]) });

const NETWORK_ID = /^[0-9a-f]{64}$/;
const EGRESS = ['node', 'egress/main.ts'];

/** Why a body is refused; undefined when it is what the driver sends. `deployments` is the folder of the stores' folders. */
export function whyRefused(
  kind: 'container' | 'network' | 'exec',
  body: unknown,
  deployments: string,
): string | undefined {
  const schema = { container: CONTAINER, network: NETWORK, exec: EXEC }[kind];
  const parsed = schema.safeParse(body);
  if (!parsed.success) return parsed.error.issues.map(({ path }) => path.join('.') || 'an unknown key').join(', ');
  return kind === 'container' ? ofContainer(parsed.data as z.infer<typeof CONTAINER>, deployments) : undefined;
}

function ofContainer({ Labels, HostConfig, Entrypoint }: z.infer<typeof CONTAINER>, deployments: string) {
  const isEgress = Labels['lapak.egress'] !== undefined;
  if (!isEgress && !Labels['lapak.tenant']) return 'Labels';
  if (isEgress) {
    const isProgram = JSON.stringify(Entrypoint) === JSON.stringify(EGRESS);
    return isProgram && !HostConfig.Binds?.length && HostConfig.NetworkMode === 'host' ? undefined : 'Entrypoint';
  }
  if (!NETWORK_ID.test(HostConfig.NetworkMode)) return 'HostConfig.NetworkMode';
  const foreign = (HostConfig.Binds ?? []).find((bind) => !isBelow(bind.split(':')[0] as string, deployments));
  return foreign === undefined ? undefined : 'HostConfig.Binds';
}

function isBelow(path: string, folder: string): boolean {
  return normalize(path) === path && path.startsWith(`${folder.replace(/\/+$/, '')}/`);
}
