import type { Command } from 'commander';
import { ROUTES } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { finish, type WaitOption } from '../../follow.ts';
import { storeSlug } from '../../input/parse.ts';

type SuspendOptions = WaitOption & { reason?: string };

export function suspendCommands(tenant: Command): void {
  tenant
    .command('suspend')
    .argument('<store>', 'name of the store', storeSlug)
    .description('stop a store until it is resumed; it keeps everything, and its sellers are told')
    .option('--reason <text>', 'why; the sellers read it too')
    .option('--no-wait', 'return at once; the operation goes on')
    .addHelpText(
      'after',
      `
What customers write meanwhile waits at Telegram for up to 24 hours, and what they pay is found when the store is resumed.`,
    )
    .action(
      run(async (context: Context, store: string, options: SuspendOptions) => {
        const client = await context.client();
        const body = options.reason === undefined ? {} : { reason: options.reason };
        const { operation } = await client.call(ROUTES.suspendTenant, { params: { store }, body });
        return finish(context, client, operation, options);
      }),
    );
  tenant
    .command('resume')
    .argument('<store>', 'name of the store', storeSlug)
    .description('let a suspended store go on as it was before')
    .option('--no-wait', 'return at once; the operation goes on')
    .action(
      run(async (context: Context, store: string, options: WaitOption) => {
        const client = await context.client();
        const { operation } = await client.call(ROUTES.resumeTenant, { params: { store } });
        return finish(context, client, operation, options);
      }),
    );
}
