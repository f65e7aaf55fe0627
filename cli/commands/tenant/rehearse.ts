import type { Command } from 'commander';
import { ROUTES } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { CliError, EXIT, usageError } from '../../exit.ts';
import { finish, type WaitOption } from '../../follow.ts';
import { askText } from '../../input/ask.ts';
import { storeSlug } from '../../input/parse.ts';

type RehearseOptions = WaitOption & { yes: boolean };

export function rehearseCommand(tenant: Command): void {
  tenant
    .command('rehearse')
    .argument('<store>', 'name of the store', storeSlug)
    .description('go through the checklist before a store opens its doors, and write a report')
    .option('-y, --yes', 'do not ask for confirmation', false)
    .option('--no-wait', 'return at once; the operation goes on')
    .addHelpText(
      'after',
      `
Its runtime is killed and has to return: customers wait for it, about 20 seconds. A backup is made and restored beside the
store, an invoice of Rp500 is made at Pakasir and ended, another is paid where the project is a sandbox, and the logs are
filled until the owners are told. The report lies in logs/maintenance/ of the store's folder.`,
    )
    .action(
      run(async (context: Context, store: string, options: RehearseOptions) => {
        if (!options.yes) await confirm(context, store);
        const client = await context.client();
        const { operation } = await client.call(ROUTES.rehearseTenant, { params: { store } });
        return finish(context, client, operation, options);
      }),
    );
}

async function confirm(context: Context, store: string): Promise<void> {
  if (!context.interactive) {
    throw usageError(
      `Rehearsing kills the runtime of ${store}, and nobody can be asked here.`,
      [],
      [`Say so on the command line: lapak tenant rehearse ${store} --yes`],
    );
  }
  context.output.note(
    `The runtime of ${store} is killed: customers wait about 20 seconds. The owners get alerts of it.`,
  );
  const typed = await askText({ message: `Type ${store} to go on:`, check: () => true });
  if (typed === store) return;
  throw new CliError('That is not its name. Nothing was changed.', { exit: EXIT.failed, code: 'NOT_CONFIRMED' });
}
