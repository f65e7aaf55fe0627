import type { Command } from 'commander';
import { ROUTES } from '../../control-plane/api/contract/index.ts';
import { collect } from '../api/pages.ts';
import { type Context, run } from '../context.ts';
import { EXIT } from '../exit.ts';
import { wholeNumber } from '../input/parse.ts';
import { table } from '../output/table.ts';
import { actorText } from '../output/text.ts';
import { stamp } from '../output/time.ts';

type AuditOptions = { target?: string; store?: string; actor?: string; since?: string; limit: number; all: boolean };

export function auditCommand(program: Command): void {
  program
    .command('audit')
    .description('who changed what, newest first (needs an admin key)')
    .option('--target <target>', 'only what was done to this, such as a store')
    .option('--store <store>', 'only what was done to this store')
    .option('--actor <actor>', 'only what this one did, such as key:<id> or system')
    .option('--since <time>', 'nothing older, such as 2026-01-31T00:00:00Z')
    .option('--limit <n>', 'at most this many', wholeNumber(1, 1_000_000), 50)
    .option('--all', 'everything there is', false)
    .addHelpText('after', '\nWith --json each entry also holds what was there before and after.')
    .action(run(audit));
}

async function audit({ client: connect, output }: Context, options: AuditOptions) {
  const client = await connect();
  const { target, store, actor, since } = options;
  const entries = await collect(options.all ? Number.POSITIVE_INFINITY : options.limit, async (cursor, limit) => {
    const page = await client.call(ROUTES.listAudit, { query: { target, store, actor, since, limit, cursor } });
    return { items: page.entries, nextCursor: page.nextCursor };
  });
  output.result({ entries }, () => {
    if (entries.length === 0) return 'Nothing was changed yet.';
    return table(
      ['WHEN', 'WHO', 'WHAT', 'TARGET', 'RESULT'],
      entries.map((entry) => [
        stamp(entry.at),
        actorText(entry.actor, entry.actorName),
        entry.action,
        entry.target,
        entry.result,
      ]),
    );
  });
  return EXIT.done;
}
