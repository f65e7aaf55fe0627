import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { AppError } from '../../../../kernel/errors.ts';
import { createMutex } from '../../../../kernel/mutex.ts';
import { ask, engineMessage, hasStatus, unavailable } from './engine.ts';
import type { NetworkPlan } from './network-plan.ts';

const LOOKS = 50;
const LOOK_EVERY_MS = 100;

/** Key by which the engine takes the address that containers send everything to which is not for their network. */
const DEFAULT_GATEWAY = 'DefaultGatewayIPv4';
const NO_TALKING = 'com.docker.network.bridge.enable_icc';

/** The bridge network of the stores. `ensure` resolves to its id, and makes the network when it is missing. */
export function createNetwork(docker: Docker, plan: NetworkPlan): { ensure(): Promise<string> } {
  const serial = createMutex<string>();
  return { ensure: () => serial.run(plan.name, () => ensure(docker, plan)) };
}

/**
 * The engine allows two networks of one name, but never two bridges: whoever makes the bridge makes the network, and the
 * others wait until the engine lists it. Where there are two all the same, the older one counts.
 */
async function ensure(docker: Docker, plan: NetworkPlan): Promise<string> {
  for (let look = 0; ; look += 1) {
    const known = await oldest(docker, plan.name);
    if (known) {
      assertKeepsApart(known, plan);
      return known.Id as string;
    }
    try {
      return (await docker.createNetwork(optionsOf(plan))).id;
    } catch (cause) {
      // 403: the bridge or its addresses are somebody's, 409: the name is.
      if (!hasStatus(cause, 403, 409)) throw unavailable(cause);
      if (look >= LOOKS) throw taken(plan, engineMessage(cause), cause);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** Containers in it reach neither each other nor anything beyond it; this machine reaches their ports. */
function optionsOf({ name, subnet, address, nowhere, bridge }: NetworkPlan): Docker.NetworkCreateOptions {
  return {
    Name: name,
    Driver: 'bridge',
    CheckDuplicate: true,
    Labels: { 'lapak.network': name },
    IPAM: { Config: [{ Subnet: subnet, Gateway: address, AuxiliaryAddresses: { [DEFAULT_GATEWAY]: nowhere } }] },
    Options: {
      'com.docker.network.bridge.name': bridge,
      [NO_TALKING]: 'false',
      'com.docker.network.bridge.enable_ip_masquerade': 'false',
    },
  } as Docker.NetworkCreateOptions;
}

function assertKeepsApart({ Name, Options, IPAM }: Docker.NetworkInspectInfo, plan: NetworkPlan): void {
  const config = IPAM?.Config?.[0] as { Subnet?: string; AuxiliaryAddresses?: Record<string, string> } | undefined;
  const isApart = Options?.[NO_TALKING] === 'false' && config?.AuxiliaryAddresses?.[DEFAULT_GATEWAY] === plan.nowhere;
  if (isApart && config?.Subnet === plan.subnet) return;
  throw new AppError(
    'CONFIG_INVALID',
    `LAPAK_NETWORK: the Docker network ${Name} does not keep stores apart, or has other addresses than ${plan.subnet}. Name one that does not exist yet and restart, and stores move there; or remove this one (docker network rm ${Name}) while no store runs.`,
  );
}

function taken(plan: NetworkPlan, message: string, cause: unknown): AppError {
  return new AppError(
    'CONFIG_INVALID',
    `LAPAK_NETWORK_RANGE: the engine gives no network ${plan.name} at ${plan.subnet} (${message}). Set it to a range that nothing uses, such as 10.250.0.0/20.`,
    { cause },
  );
}

async function oldest(docker: Docker, name: string): Promise<Docker.NetworkInspectInfo | undefined> {
  const networks = await ask(() => docker.listNetworks({ filters: { name: [name] } }));
  return networks
    .filter((network) => network.Name === name)
    .sort((a, b) => a.Created!.localeCompare(b.Created!) || a.Id!.localeCompare(b.Id!))[0];
}
