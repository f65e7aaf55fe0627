import type { Command } from 'commander';
import { type Backup, ROUTES } from '../../../control-plane/api/contract/index.ts';
import { collect } from '../../api/pages.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import { storeSlug, wholeNumber } from '../../input/parse.ts';
import { table } from '../../output/table.ts';
import { megabytes } from '../../output/text.ts';
import { relative } from '../../output/time.ts';

export function listCommand(backup: Command): void {
  backup
    .command('list')
    .alias('ls')
    .argument('<store>', 'name of the store, also of one that was removed', storeSlug)
    .description('backups of a store, newest first')
    .option('--limit <n>', 'at most this many', wholeNumber(1, 100_000), 30)
    .action(run(list));
}

async function list({ client: connect, output }: Context, store: string, { limit }: { limit: number }) {
  const client = await connect();
  const backups = await collect(limit, async (cursor, size) => {
    const page = await client.call(ROUTES.listBackups, { params: { store }, query: { limit: size, cursor } });
    return { items: page.backups, nextCursor: page.nextCursor };
  });
  output.result({ backups }, () => {
    if (backups.length === 0) return `No backups of ${store}. Make one: lapak backup create ${store}`;
    return table(['ID', 'FILE', 'STATE', 'SIZE', 'OFFSITE', 'REASON', 'BEGUN'], backups.map(row));
  });
  return EXIT.done;
}

function row({ id, file, state, size, offsite, reason, startedAt }: Backup): string[] {
  return [id, file, state, size === null ? '-' : megabytes(size), offsite?.state ?? '-', reason, relative(startedAt)];
}
