import type { Command } from 'commander';
import { type Backup, type Operation, ROUTES } from '../../../control-plane/api/contract/index.ts';
import type { Client } from '../../api/client.ts';
import { type Context, run } from '../../context.ts';
import { finish, type WaitOption } from '../../follow.ts';
import { storeSlug } from '../../input/parse.ts';

const NO_WAIT = ['--no-wait', 'return at once; the operation goes on'] as const;

/** The commands that start an operation. */
export function backupOperations(backup: Command): void {
  backup
    .command('create')
    .argument('<store>', 'name of the store', storeSlug)
    .description('back up a store now, and verify the backup')
    .option(...NO_WAIT)
    .action(
      run(async (context: Context, store: string, options: WaitOption) => {
        const client = await context.client();
        const { operation } = await client.call(ROUTES.createBackup, { params: { store } });
        return finish(context, client, operation, options, async ({ id }) => ({
          backup: await madeBy(client, store, id),
        }));
      }),
    );
  backup
    .command('verify')
    .argument('<id>', 'id of the backup, as lapak backup list shows it')
    .description('read a backup and its copy back from where they lie, and see whether they hold')
    .option(...NO_WAIT)
    .action(
      run(async (context: Context, id: string, options: WaitOption) => {
        const client = await context.client();
        const { operation } = await client.call(ROUTES.verifyBackup, { params: { id } });
        return finish(context, client, operation, options);
      }),
    );
  backup
    .command('prune')
    .argument('<store>', 'name of the store', storeSlug)
    .description('delete the backups of a store that are no longer kept')
    .option(...NO_WAIT)
    .addHelpText(
      'after',
      '\nKept: one of each of the last 7 days, 4 weeks and 12 months, the newest verified one in every case, those of\nthe last 24 hours, and those from before an upgrade, restore or removal for 7 days.',
    )
    .action(
      run(async (context: Context, store: string, options: WaitOption) => {
        const client = await context.client();
        const { operation } = await client.call(ROUTES.pruneBackups, { params: { store } });
        return finish(context, client, operation, options);
      }),
    );
}

/** The backup of an operation; null while it has not begun. */
async function madeBy(client: Client, store: string, operation: Operation['id']): Promise<Backup | null> {
  const { backups } = await client.call(ROUTES.listBackups, { params: { store }, query: { limit: 5 } });
  return backups.find((backup) => backup.operation === operation) ?? null;
}
