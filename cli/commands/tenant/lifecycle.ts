import type { Command } from 'commander';
import { ROUTES } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { finish, type WaitOption } from '../../follow.ts';
import { storeSlug } from '../../input/parse.ts';

const LIFECYCLE = {
  start: { route: ROUTES.startTenant, description: 'start a store that was stopped' },
  stop: { route: ROUTES.stopTenant, description: 'stop a store; it stays stopped, and keeps everything' },
  restart: { route: ROUTES.restartTenant, description: 'stop a store and start it again' },
} as const;

export function lifecycleCommands(tenant: Command): void {
  for (const [name, { route, description }] of Object.entries(LIFECYCLE)) {
    tenant
      .command(name)
      .argument('<store>', 'name of the store', storeSlug)
      .description(description)
      .option('--no-wait', 'return at once; the operation goes on')
      .action(
        run(async (context: Context, store: string, options: WaitOption) => {
          const client = await context.client();
          const { operation } = await client.call(route, { params: { store } });
          return finish(context, client, operation, options);
        }),
      );
  }
}
