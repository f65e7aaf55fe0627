import { readFile } from 'node:fs/promises';
import Docker from 'dockerode';
import type { Environment } from '../../kernel/config.ts';
import { broken, type Check, type Finding, ok, warning } from './check.ts';
import { firstOf } from './probes.ts';
import { driverOf, settingOf } from './settings.ts';

const DEFAULT_NETWORK = 'lapak-stores';
const EGRESS_PORTS = [7710, 7711];
const MOST_NAMED = 12;

/** What keeps a store that is taken over from the others and from this machine. */
export function isolationCheck(env: Environment): Check {
  return {
    name: 'Isolation',
    run: async () => (driverOf(env) === 'docker' ? ofContainers(env) : ofProcesses(env)),
  };
}

function ofProcesses(env: Environment): Finding {
  const remedy =
    'Fine for trying out and for stores of your own. For stores of others set LAPAK_DRIVER=docker, where each is a container.';
  const detail = 'stores run as processes of this user: one that is taken over reads the others and the keys';
  if (process.getuid?.() !== 0) return warning(detail, remedy);
  if (settingOf(env, 'LAPAK_ALLOW_ROOT_PROCESSES') === 'true') return warning(`${detail}, as root`, remedy);
  return broken('this user is root, and the server refuses to run stores as processes of root', remedy);
}

async function ofContainers(env: Environment): Promise<Finding> {
  const docker = new Docker({ timeout: 5000 });
  const info: { BridgeNfIptables?: boolean } | undefined = await docker.info().catch(() => undefined);
  // One cause is told once, and by the check of the engine.
  if (!info) return warning('what stores reach cannot be told while the engine does not answer', 'See Docker above.');
  if (info.BridgeNfIptables === false) {
    return broken(
      'the engine does not filter between containers of one network, so that stores reach each other',
      'modprobe br_netfilter, keep it in /etc/modules-load.d, and restart Docker.',
    );
  }
  const name = settingOf(env, 'LAPAK_NETWORK') ?? DEFAULT_NETWORK;
  const [network] = (await docker.listNetworks({ filters: { name: [name] } })).filter(({ Name }) => Name === name);
  if (!network) return ok(`the network ${name} is not made yet; the first start makes it`);
  if (network.Options?.['com.docker.network.bridge.enable_icc'] !== 'false') {
    return broken(
      `the network ${name} lets stores reach each other`,
      'Name another in LAPAK_NETWORK and restart the control plane: each store moves there when it is replaced.',
    );
  }
  const bridge = network.Options['com.docker.network.bridge.name'] ?? 'the bridge';
  const open = reachableFromBridge(await listeners());
  if (open.length === 0) return ok(`stores of ${name} reach the egress proxy, and nothing else of this machine`);
  return warning(
    `stores can open what listens on every address of this machine: ports ${firstOf(open.map(String), MOST_NAMED)}`,
    `Let them in at the egress proxy only: iptables -I INPUT -i ${bridge} -p tcp -m multiport ! --dports ${EGRESS_PORTS.join(',')} -m conntrack --ctstate NEW -j DROP (and keep the rule over a restart).`,
  );
}

async function listeners(): Promise<string[]> {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => ''));
  return (await Promise.all(tables)).flatMap((table) => table.split('\n').slice(1));
}

const LISTENS = '0A';

/** Ports of lines of /proc/net/tcp that listen on every address. */
export function reachableFromBridge(lines: readonly string[]): number[] {
  const ports = lines.flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return state === LISTENS && /^0+$/.test(address) ? [Number.parseInt(port, 16)] : [];
  });
  return [...new Set(ports)].sort((a, b) => a - b);
}
