import type { Command } from 'commander';
import { type Backup, ROUTES, type Tenant } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { CliError, EXIT, usageError } from '../../exit.ts';
import { finish, type WaitOption } from '../../follow.ts';
import { askText } from '../../input/ask.ts';
import { relative, stamp } from '../../output/time.ts';

type RestoreOptions = WaitOption & { yes: boolean; backup: boolean };

const ABOUT = `
The store stands still for the moment in which the databases change places. The one of now is kept aside for 7 days, and
backed up before. Lost are the orders, deposits and changes since the backup; goods that were delivered since are neither
sold nor delivered again, and the gateway is asked again about every payment that is open in the backup.`;

export function restoreCommand(backup: Command): void {
  backup
    .command('restore')
    .argument('<id>', 'id of the backup, as lapak backup list shows it')
    .description('put a backup in the place of the database of its store')
    .option('-y, --yes', 'do not ask for confirmation', false)
    .option('--no-backup', 'do not back up what is now first, for a database that can no longer be read')
    .option('--no-wait', 'return at once; the operation goes on')
    .addHelpText('after', ABOUT)
    .action(run(restore));
}

async function restore(context: Context, id: string, options: RestoreOptions) {
  const client = await context.client();
  const backup = await client.call(ROUTES.showBackup, { params: { id } });
  if (!options.yes) {
    const tenant = await client.call(ROUTES.showTenant, { params: { store: backup.store } });
    await confirm(context, backup, tenant);
  }
  const query = { withoutBackup: options.backup ? 'false' : 'true' };
  const { operation } = await client.call(ROUTES.restoreBackup, { params: { id }, query });
  return finish(context, client, operation, options);
}

async function confirm(context: Context, backup: Backup, tenant: Tenant): Promise<void> {
  if (!context.interactive) {
    throw usageError(
      `Restoring ${tenant.store} must be confirmed, and nobody can be asked here.`,
      [],
      [`Say so on the command line: lapak backup restore ${backup.id} --yes`],
    );
  }
  for (const line of consequences(backup, tenant)) context.output.note(line);
  const typed = await askText({ message: `Type ${tenant.store} to confirm:`, check: () => true });
  if (typed !== tenant.store) {
    throw new CliError('That is not its name. Nothing was changed.', { exit: EXIT.failed, code: 'NOT_CONFIRMED' });
  }
}

function consequences(backup: Backup, { store, storeName, database }: Tenant): string[] {
  return [
    `${storeName} (${store}) goes back to ${stamp(backup.startedAt)} (${relative(backup.startedAt)}): ${backup.file}.`,
    'Lost are the orders, deposits, balances and changes of the catalogue since then.',
    `Kept for 7 days: the database of now (${database}), under another name.`,
  ];
}
