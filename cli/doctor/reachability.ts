import type { Environment } from '../../kernel/config.ts';
import { errorMessage } from '../../kernel/errors.ts';
import { broken, type Check, ok } from './check.ts';
import { get } from './probes.ts';
import { settingOf, TELEGRAM } from './settings.ts';

type Service = { name: string; variable: string; address: string; without: string };

const SERVICES: readonly Service[] = [
  {
    name: 'Telegram',
    variable: 'TELEGRAM_API_ROOT',
    address: TELEGRAM,
    without: 'Without it no bot answers.',
  },
  {
    name: 'Pakasir',
    variable: 'PAKASIR_API_BASE',
    address: 'https://app.pakasir.com',
    without: 'Without it nobody can pay.',
  },
];

/** Any answer will do: who asks for nothing is told "not found", by somebody who is there. */
export function reachabilityChecks(env: Environment): Check[] {
  return SERVICES.map(({ name, variable, address, without }) => ({
    name,
    async run() {
      const root = settingOf(env, variable) ?? address;
      if (!URL.canParse(root))
        return broken(`${variable} is no address`, `Set ${variable} to an address such as ${address}, or unset it.`);
      const began = performance.now();
      try {
        await get(root);
        return ok(`${root} answers in ${Math.round(performance.now() - began)} ms`);
      } catch (error) {
        const remedy = `${without} Check the network, DNS and firewall of this machine${env[variable] ? `, and ${variable}` : ''}.`;
        return broken(`${root} does not answer: ${errorMessage(error)}`, remedy);
      }
    },
  }));
}
