import { createHash } from 'node:crypto';

/** The stores' network: where it lies, and what is at its first two addresses. */
export type NetworkPlan = {
  name: string;
  /** In CIDR notation. */
  subnet: string;
  /** Of this machine on the bridge: the egress proxy listens there, and nothing else should. */
  address: string;
  /** Where containers send what is not for their own network. Nobody has it, so that nothing of it arrives. */
  nowhere: string;
  /** Name of the bridge, for the operator's firewall. */
  bridge: string;
};

/** Ports of the egress proxy on the bridge. */
export const EGRESS_PORTS = { database: 7710, proxy: 7711 } as const;

const DEFAULT_BITS = 20;

/**
 * A network of stores, as its name and range say. Without a range it lies at a place of its own in 10.192.0.0/10, which
 * follows from the name, with room for 4,000 addresses; a bridge of Linux takes 1,023 containers.
 */
export function planNetwork(name: string, range?: string): NetworkPlan {
  const hash = createHash('sha256').update(name).digest();
  const subnet = range ?? `10.${192 + (hash[0]! % 64)}.${16 * (hash[1]! % 16)}.0/${DEFAULT_BITS}`;
  const [base = ''] = subnet.split('/');
  const first = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const at = (offset: number) => [24, 16, 8, 0].map((bits) => ((first + offset) >>> bits) & 255).join('.');
  return { name, subnet, address: at(1), nowhere: at(2), bridge: `lapak-${hash.toString('hex').slice(0, 8)}` };
}
