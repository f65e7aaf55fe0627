import { BlockList, isIP } from 'node:net';

/** Telegram's own Bot API; one of another address (`telegram-bot-api --local`) also posts to http, any port and this network. */
const TELEGRAM = 'api.telegram.org';
/** Ports that Telegram posts to (core.telegram.org/bots/api#setwebhook). */
const WEBHOOK_PORTS: readonly number[] = [443, 80, 88, 8443];

/** Networks that nobody reaches from outside (RFC 1918, 3927, 4193, 4291, 6598, …). */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(network, bits, 'ipv6');
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|lan|home\.arpa|test|invalid)$/i;

/** What keeps a Bot API server from posting to an address; undefined when nothing does that can be seen from it. */
export function webhookFault(address: string, apiRoot: string): string | undefined {
  if (!URL.canParse(address)) return 'an address such as https://shops.example.com';
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return 'an address without user name and password';
  if (url.search !== '' || address.includes('?')) return 'an address without a query (?…)';
  if (url.hash !== '' || address.includes('#')) return 'an address without a fragment (#…)';
  if (URL.canParse(apiRoot) && new URL(apiRoot).hostname !== TELEGRAM) return undefined;
  if (url.protocol !== 'https:') return 'an address that begins with https://, as Telegram posts to no other';
  const port = Number(url.port || 443);
  if (!WEBHOOK_PORTS.includes(port)) return `a port that Telegram posts to: ${WEBHOOK_PORTS.join(', ')}`;
  return isPublicHost(url.hostname) ? undefined : 'a name or an address that Telegram reaches from the internet';
}

function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const family = isIP(host);
  if (family !== 0) return !PRIVATE.check(host, family === 6 ? 'ipv6' : 'ipv4');
  return host.includes('.') && !PRIVATE_NAME.test(host);
}
