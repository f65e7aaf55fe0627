import { isIPv6 } from 'node:net';

/** Addresses that stand for every one of this machine, and where a client on it reaches what listens there. */
const EVERYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** The address of a listener as a client on this machine reaches it. */
export function localOrigin(host: string, port: number): string {
  const address = EVERYWHERE[host] ?? host;
  return `http://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}
