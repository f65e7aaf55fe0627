import { type Command, Option } from 'commander';
import { OPERATION_STATES, type Operation, ROUTES } from '../../../control-plane/api/contract/index.ts';
import { collect } from '../../api/pages.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import { storeSlug, wholeNumber } from '../../input/parse.ts';
import { table } from '../../output/table.ts';
import { duration, relative } from '../../output/time.ts';

type ListOptions = { store?: string; state?: string; limit: number };

export function listCommand(operation: Command): void {
  operation
    .command('list')
    .alias('ls')
    .description('operations, newest first')
    .option('--store <store>', 'only those of one store', storeSlug)
    .addOption(new Option('--state <state>', 'only those in this state').choices(OPERATION_STATES))
    .option('--limit <n>', 'at most this many', wholeNumber(1, 100_000), 20)
    .action(run(list));
}

async function list({ client: connect, output }: Context, { limit, ...filter }: ListOptions) {
  const client = await connect();
  const operations = await collect(limit, async (cursor, size) => {
    const query = { store: filter.store, state: filter.state, limit: size, cursor };
    const page = await client.call(ROUTES.listOperations, { query });
    return { items: page.operations, nextCursor: page.nextCursor };
  });
  output.result({ operations }, () => {
    if (operations.length === 0) return 'No operations.';
    return table(['ID', 'KIND', 'STORE', 'STATE', 'AT STEP', 'TOOK', 'ASKED'], operations.map(row));
  });
  return EXIT.done;
}

function row(operation: Operation): string[] {
  const { id, kind, store, state, startedAt, finishedAt, createdAt } = operation;
  const took = startedAt ? duration((finishedAt ? Date.parse(finishedAt) : Date.now()) - Date.parse(startedAt)) : '-';
  return [id, kind, store, state, currentStep(operation), took, relative(createdAt)];
}

/** `3/5 files` while there is something left to do. */
function currentStep({ steps, state }: Operation): string {
  const index = steps.findIndex((step) => step.state !== 'succeeded' && step.state !== 'skipped');
  return state === 'succeeded' || index < 0 ? '-' : `${index + 1}/${steps.length} ${steps[index]?.name}`;
}
