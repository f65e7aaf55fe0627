import type { Command } from 'commander';
import { ROUTES, type Shard, type ShardDetails } from '../../control-plane/api/contract/index.ts';
import { type Context, run } from '../context.ts';
import { EXIT } from '../exit.ts';
import { table } from '../output/table.ts';
import { relative } from '../output/time.ts';

export function shardCommands(program: Command): void {
  const shard = program.command('shard').description('processes that host many stores each');
  shard.command('list').alias('ls').description('shards, and how full they are').action(run(list));
  shard
    .command('show')
    .argument('<shard>', 'name of the shard')
    .description('one shard, and its stores')
    .action(
      run(async (context: Context, name: string) => {
        const client = await context.client();
        return tell(context, await client.call(ROUTES.showShard, { params: { name } }));
      }),
    );
  shard
    .command('drain')
    .argument('<shard>', 'name of the shard')
    .description('move its stores to other shards, an operation each, and remove it')
    .addHelpText(
      'after',
      `
Back at once; the moves go on, also through a restart of the control plane. Stores whose move failed stay: drain again to try
them once more, or see why with lapak operation list --store <store>.`,
    )
    .action(
      run(async (context: Context, name: string) => {
        const client = await context.client();
        const drained = await client.call(ROUTES.drainShard, { params: { name } });
        return tell(context, drained);
      }),
    );
}

async function list({ client: connect, output }: Context) {
  const { shards } = await (await connect()).call(ROUTES.listShards, {});
  output.result({ shards }, () => {
    if (shards.length === 0) return 'No shards.';
    return table(
      ['SHARD', 'STATE', 'STORES', 'PROCESS', 'RESTARTS', 'CODE', 'MADE'],
      shards.map((each) => [
        each.name,
        each.state,
        `${each.stores} of ${each.capacity}`,
        each.observed.state,
        String(each.observed.restarts),
        each.code,
        relative(each.createdAt),
      ]),
    );
  });
  return EXIT.done;
}

function tell({ output }: Context, details: ShardDetails) {
  output.result(details, () => {
    const rows = details.stores.map(({ store, state, moves }) => [store, state, moves ? 'on its way' : '']);
    return `${facts(details.shard)}\n\n${rows.length === 0 ? 'No stores.' : table(['STORE', 'STATE', 'MOVE'], rows)}`;
  });
  return EXIT.done;
}

const CODE: Record<Shard['code'], string> = {
  installed: 'the installed code',
  older: 'older code than is installed',
  unknown: 'code that it has not named yet',
};

function facts({ name, state, stores, capacity, observed, code, drainingSince }: Shard): string {
  const since = drainingSince === null ? '' : `, since ${relative(drainingSince)}`;
  return `${name}: ${state}${since}; ${stores} of ${capacity} stores; its process: ${observed.state}, with ${CODE[code]}`;
}
