import type { Environment } from '../../kernel/config.ts';
import { consoleAddressFault } from '../../kernel/console-address.ts';
import { broken, type Check, ok } from './check.ts';
import { addressesOf, answers } from './public-address.ts';
import { settingOf } from './settings.ts';

/** Whether browsers find the console: what LAPAK_CONSOLE_URL has to be, what its name leads to, and who is there. */
export function consoleAddressCheck(env: Environment): Check {
  return {
    name: 'Console address',
    async run() {
      const address = settingOf(env, 'LAPAK_CONSOLE_URL');
      if (!address) return ok('none (LAPAK_CONSOLE_URL is not set): the console is where the API listens, at /console');
      const fault = consoleAddressFault(address);
      if (fault) return broken('the server does not start with this LAPAK_CONSOLE_URL', `Set it to ${fault}.`);
      const { origin, hostname } = new URL(address);
      const stores = settingOf(env, 'LAPAK_PUBLIC_URL');
      if (stores && URL.canParse(stores) && new URL(stores).hostname === hostname) {
        return broken(`${hostname} is the name of the stores too`, 'Give the console a name of its own.');
      }
      const addresses = await addressesOf(hostname.replace(/^\[|\]$/g, ''));
      if (!Array.isArray(addresses)) return addresses;
      return (await answers(`${origin}/console`)) ?? ok(`${origin}/console, at ${addresses.join(', ')}`);
    },
  };
}
