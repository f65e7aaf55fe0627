import type { Command } from 'commander';
import {
  type Backup,
  type BackupStanding,
  ROUTES,
  STALE_AFTER_HOURS,
} from '../../../control-plane/api/contract/index.ts';
import { collect } from '../../api/pages.ts';
import { type Context, run } from '../../context.ts';
import { EXIT, usageError } from '../../exit.ts';
import { storeSlug, wholeNumber } from '../../input/parse.ts';
import { table } from '../../output/table.ts';
import { megabytes } from '../../output/text.ts';
import { relative } from '../../output/time.ts';

export function listCommand(backup: Command): void {
  backup
    .command('list')
    .alias('ls')
    .argument(
      '[store]',
      'name of the store, also of one that was removed; without it, how safe each store is',
      storeSlug,
    )
    .description(
      'backups of a store, newest first; without a store, the newest and the last drill of each, the least safe first',
    )
    .option('--stale', `only stores without a verified backup of the last ${STALE_AFTER_HOURS} hours`)
    .option('--limit <n>', 'at most this many', wholeNumber(1, 100_000))
    .action(run(list));
}

type ListOptions = { limit?: number; stale?: boolean };

async function list(context: Context, store: string | undefined, { limit, stale }: ListOptions) {
  if (store === undefined) return standings(context, { limit: limit ?? 1000, stale });
  if (stale) throw usageError('--stale is for the list of all stores: leave out the name of the store.');
  const client = await context.client();
  const backups = await collect(limit ?? 30, async (cursor, size) => {
    const page = await client.call(ROUTES.listBackups, { params: { store }, query: { limit: size, cursor } });
    return { items: page.backups, nextCursor: page.nextCursor };
  });
  context.output.result({ backups }, () => {
    if (backups.length === 0) return `No backups of ${store}. Make one: lapak backup create ${store}`;
    return table(['ID', 'FILE', 'STATE', 'SIZE', 'OFFSITE', 'REASON', 'BEGUN'], backups.map(row));
  });
  return EXIT.done;
}

async function standings(
  { client: connect, output }: Context,
  { limit, stale }: { limit: number; stale: boolean | undefined },
) {
  const client = await connect();
  const all = await collect(limit, async (cursor, size) => {
    const query = { limit: size, cursor, stale: stale || undefined };
    const page = await client.call(ROUTES.listBackupStandings, { query });
    return { items: page.standings, nextCursor: page.nextCursor };
  });
  output.result({ standings: all }, () => {
    if (all.length === 0)
      return stale ? `Every store has a verified backup of the last ${STALE_AFTER_HOURS} hours.` : 'No stores.';
    return table(['STORE', 'NEWEST BACKUP', 'SIZE', 'LAST DRILL', 'PROVEN'], all.map(standingRow));
  });
  return EXIT.done;
}

function standingRow({ store, backup, drill, provenAt, stale }: BackupStanding): string[] {
  const newest = backup ? `${relative(backup.at)}${stale ? ', stale' : ''}` : 'none';
  const size = backup?.size == null ? '-' : megabytes(backup.size);
  return [store, newest, size, drill ? `${drill.result} ${relative(drill.at)}` : '-', relative(provenAt)];
}

function row({ id, file, state, size, offsite, reason, startedAt }: Backup): string[] {
  return [id, file, state, size === null ? '-' : megabytes(size), offsite?.state ?? '-', reason, relative(startedAt)];
}
