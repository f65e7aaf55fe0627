import { ROUTES } from '../../control-plane/api/contract/index.ts';
import type { Environment } from '../../kernel/config.ts';
import { createClient } from '../api/client.ts';
import { readCredentials } from '../api/credentials.ts';
import { CliError } from '../exit.ts';
import { type Check, ok, warning } from './check.ts';

const MOST_SHOWN = 5;

/** Whether something runs that carries our mark and belongs to no store. */
export function orphanCheck(env: Environment): Check {
  return {
    name: 'Unknown runtimes',
    async look() {
      try {
        const { orphans } = await createClient(await readCredentials(env)).call(ROUTES.listOrphans, {});
        if (orphans.length === 0) return ok('every runtime belongs to a store');
        const shown = orphans
          .slice(0, MOST_SHOWN)
          .map(({ store, state, id }) => `${store} (${state}, ${id ?? 'no id'})`);
        const more = orphans.length > MOST_SHOWN ? ` and ${orphans.length - MOST_SHOWN} more` : '';
        return warning(
          `belong to no store here: ${shown.join(', ')}${more}`,
          'They are left alone. End what is not of another control plane by hand: docker rm -f, or kill.',
        );
      } catch (error) {
        // That it does not answer, or what key it wants, is another check's to say.
        if (!(error instanceof CliError) || error.code === 'INTERNAL') throw error;
        return ok('not looked at: the control plane was not asked');
      }
    },
  };
}
