import { type Command, Option } from 'commander';
import { ROUTES, TENANT_STATES } from '../../../control-plane/api/contract/index.ts';
import { collect } from '../../api/pages.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import { wholeNumber } from '../../input/parse.ts';
import { stateText } from '../../output/states.ts';
import { table } from '../../output/table.ts';
import { relative } from '../../output/time.ts';

type ListOptions = { state?: string; search?: string; limit: number };

export function listCommand(tenant: Command): void {
  tenant
    .command('list')
    .alias('ls')
    .description('stores, by name')
    .addOption(new Option('--state <state>', 'only stores in this state').choices(TENANT_STATES))
    .option('--search <text>', 'only stores with this in their name')
    .option('--limit <n>', 'at most this many', wholeNumber(1, 100_000), 1000)
    .action(run(list));
}

async function list({ client: connect, output }: Context, options: ListOptions) {
  const client = await connect();
  const tenants = await collect(options.limit, async (cursor, limit) => {
    const query = { state: options.state, q: options.search, limit, cursor };
    const page = await client.call(ROUTES.listTenants, { query });
    return { items: page.tenants, nextCursor: page.nextCursor };
  });
  output.result({ tenants }, () => {
    if (tenants.length === 0) return 'No stores. Open one: lapak tenant create';
    return table(
      ['STORE', 'STATE', 'BOT', 'MODE', 'PORTS', 'RENT', 'CREATED'],
      tenants.map((tenant) => [
        tenant.store,
        stateText(tenant),
        `@${tenant.bot.username}`,
        tenant.mode,
        tenant.ports ? `${tenant.ports.telegram}, ${tenant.ports.pakasir}` : '-',
        relative(tenant.paidUntil),
        relative(tenant.createdAt),
      ]),
    );
  });
  return EXIT.done;
}
