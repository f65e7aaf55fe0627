import type { Command } from 'commander';
import { ROUTES } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import { storeSlug } from '../../input/parse.ts';

const SWITCH = {
  pause: {
    route: ROUTES.pauseTenant,
    description: 'leave a store alone: what is done to its runtime by hand is not undone',
    result: 'is left alone from now on. Look after it again: lapak tenant unpause',
  },
  unpause: {
    route: ROUTES.unpauseTenant,
    description: 'look after a store again',
    result: 'is looked after again.',
  },
} as const;

export function pauseCommands(tenant: Command): void {
  for (const [name, { route, description, result }] of Object.entries(SWITCH)) {
    tenant
      .command(name)
      .argument('<store>', 'name of the store', storeSlug)
      .description(description)
      .action(
        run(async (context: Context, store: string) => {
          const client = await context.client();
          const changed = await client.call(route, { params: { store } });
          context.output.result({ tenant: changed }, () => `${store} ${result}${name === 'pause' ? ` ${store}` : ''}`);
          return EXIT.done;
        }),
      );
  }
}
