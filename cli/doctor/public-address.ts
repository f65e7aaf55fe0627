import { lookup } from 'node:dns/promises';
import type { Environment } from '../../kernel/config.ts';
import { errorMessage } from '../../kernel/errors.ts';
import { webhookFault } from '../../kernel/webhook-address.ts';
import { broken, type Check, type Finding, ok, warning } from './check.ts';
import { get } from './probes.ts';
import { settingOf, TELEGRAM, telegramRootOf } from './settings.ts';

/** Whether Telegram can post to the stores: what LAPAK_PUBLIC_URL has to be, what its name leads to, and who is there. */
export function publicAddressCheck(env: Environment): Check {
  return {
    name: 'Public address',
    async run() {
      const address = settingOf(env, 'LAPAK_PUBLIC_URL');
      if (!address) return ok('none (LAPAK_PUBLIC_URL is not set): stores ask Telegram for updates');
      const apiRoot = telegramRootOf(env);
      const fault = webhookFault(address, apiRoot);
      if (fault) return broken('Telegram would refuse LAPAK_PUBLIC_URL', `Set it to ${fault}.`);
      const { hostname, origin } = new URL(address);
      const host = hostname.replace(/^\[|\]$/g, '');
      const addresses = await addressesOf(host);
      if (!Array.isArray(addresses)) return addresses;
      const hidden = addresses.filter((found) => webhookFault(`https://${literal(found)}`, apiRoot) !== undefined);
      if (apiRoot === TELEGRAM && hidden.length === addresses.length) {
        return broken(
          `${host} leads to ${addresses.join(', ')}, which Telegram does not reach`,
          'Let its DNS record lead to the public address of this machine.',
        );
      }
      return (await answers(origin)) ?? ok(`${origin}, at ${addresses.join(', ')}`);
    },
  };
}

/** What a name leads to, or what is wrong with it. */
export async function addressesOf(host: string): Promise<string[] | Finding> {
  try {
    return (await lookup(host, { all: true })).map((found) => found.address);
  } catch (error) {
    return broken(`${host} leads nowhere: ${errorMessage(error)}`, 'Make its A or AAAA record at your DNS.');
  }
}

const literal = (address: string): string => (address.includes(':') ? `[${address}]` : address);

/** From here it may be out of reach although it is not from outside: a router may not lead back in. */
export async function answers(address: string): Promise<Finding | undefined> {
  try {
    await get(address);
    return undefined;
  } catch (error) {
    return warning(
      `${address} does not answer from here: ${errorMessage(error)}`,
      'See from outside whether Caddy answers there, with a certificate that is valid.',
    );
  }
}
