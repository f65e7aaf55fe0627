import type { Environment } from '../../kernel/config.ts';
import { errorMessage } from '../../kernel/errors.ts';
import { broken, type Check, ok, warning } from './check.ts';
import { get } from './probes.ts';
import { settingOf } from './settings.ts';

/** Whether Caddy takes the routes of the stores. */
export function ingressCheck(env: Environment): Check {
  return {
    name: 'Caddy',
    async run() {
      const admin = settingOf(env, 'LAPAK_CADDY_ADMIN');
      if (!admin) {
        if (settingOf(env, 'LAPAK_PUBLIC_URL') === undefined) return ok('not needed: stores ask Telegram for updates');
        return warning(
          'LAPAK_CADDY_ADMIN is not set',
          'Set it, or reload Caddy with LAPAK_HOME/caddy/current.caddyfile after each change yourself.',
        );
      }
      if (!URL.canParse(admin)) return broken('LAPAK_CADDY_ADMIN is no address', 'Write it as http://127.0.0.1:2019.');
      try {
        const { status } = await get(new URL('/config/', admin));
        if (status === 200) return ok(`${admin} answers`);
        return broken(`${admin} answers with status ${status}`, 'LAPAK_CADDY_ADMIN must be its admin API.');
      } catch (error) {
        return broken(`${admin} does not answer: ${errorMessage(error)}`, 'Start Caddy, or correct LAPAK_CADDY_ADMIN.');
      }
    },
  };
}
