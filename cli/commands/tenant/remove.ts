import type { Command } from 'commander';
import { ROUTES, type Tenant } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { CliError, EXIT, usageError } from '../../exit.ts';
import { finish, type WaitOption } from '../../follow.ts';
import { askText } from '../../input/ask.ts';
import { storeSlug } from '../../input/parse.ts';

type RemoveOptions = WaitOption & { purge: boolean; withoutBackup: boolean; yes: boolean };

export function removeCommand(tenant: Command): void {
  tenant
    .command('remove')
    .argument('<store>', 'name of the store', storeSlug)
    .description('close a store for good')
    .option('--purge', 'keep nothing: destroy the database and the folder as well (needs an admin key)', false)
    .option('--without-backup', 'take no last backup, say because the database cannot be read', false)
    .option('-y, --yes', 'do not ask for confirmation', false)
    .option('--no-wait', 'return at once; the operation goes on')
    .addHelpText(
      'after',
      '\nWithout --purge a last backup is taken, and the database is kept, renamed aside, as are the backups and logs.',
    )
    .action(run(remove));
}

async function remove(context: Context, store: string, options: RemoveOptions) {
  const client = await context.client();
  const tenant = await client.call(ROUTES.showTenant, { params: { store } });
  if (!options.yes) await confirm(context, tenant, options.purge);
  const { purge, withoutBackup } = options;
  const { operation } = await client.call(ROUTES.removeTenant, { params: { store }, query: { purge, withoutBackup } });
  return finish(context, client, operation, options);
}

async function confirm(context: Context, tenant: Tenant, purge: boolean): Promise<void> {
  if (!context.interactive) {
    throw usageError(
      `Removing ${tenant.store} must be confirmed, and nobody can be asked here.`,
      [],
      [`Say so on the command line: lapak tenant remove ${tenant.store}${purge ? ' --purge' : ''} --yes`],
    );
  }
  for (const line of consequences(tenant, purge)) context.output.note(line);
  const typed = await askText({ message: `Type ${tenant.store} to confirm:`, check: () => true });
  if (typed !== tenant.store) {
    throw new CliError('That is not its name. Nothing was changed.', { exit: EXIT.failed, code: 'NOT_CONFIRMED' });
  }
}

function consequences({ store, storeName, bot, database, folder }: Tenant, purge: boolean): string[] {
  return [
    `${storeName} (${store}) closes for good: @${bot.username} stops answering, its ports and login are given back.`,
    purge
      ? `Destroyed with it, for ever: the database ${database} (orders, balances, unsold goods) and ${folder}.`
      : `Kept: the database ${database}, renamed aside, and the backups and logs. To destroy them too: --purge`,
  ];
}
