import type { Command } from 'commander';
import { ROUTES, type TenantRuntime } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { usageError } from '../../exit.ts';
import { finish, type WaitOption } from '../../follow.ts';
import { storeSlug } from '../../input/parse.ts';
import { runtimeOption } from './settings.ts';

type MoveOptions = WaitOption & { runtime?: TenantRuntime };

export function moveCommand(tenant: Command): void {
  tenant
    .command('move')
    .argument('<store>', 'name of the store', storeSlug)
    .description('move a store into a process of its own, or into a shared one')
    .addOption(runtimeOption())
    .option('--no-wait', 'return at once; the operation goes on')
    .addHelpText(
      'after',
      `
The store ends in its old place before it starts in the new one: a few seconds, in which what customers write waits. What does
not serve in the new place is brought back to the old one.`,
    )
    .action(
      run(async (context: Context, store: string, options: MoveOptions) => {
        const { runtime } = options;
        if (runtime === undefined) throw usageError('Say where to: --runtime dedicated, or --runtime pooled.');
        const client = await context.client();
        const body = { runtime };
        const { operation } = await client.call(ROUTES.moveTenant, { params: { store }, body });
        return finish(context, client, operation, options);
      }),
    );
}
