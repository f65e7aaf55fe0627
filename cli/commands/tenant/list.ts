import { type Command, Option } from 'commander';
import {
  RENT_FACETS,
  ROUTES,
  TENANT_RUNTIMES,
  TENANT_SORTS,
  TENANT_STATES,
} from '../../../control-plane/api/contract/index.ts';
import { collect } from '../../api/pages.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import { oneOrMore, wholeNumber } from '../../input/parse.ts';
import { stateText } from '../../output/states.ts';
import { table } from '../../output/table.ts';
import { relative } from '../../output/time.ts';

type ListOptions = {
  state?: string;
  rent?: string;
  image?: string;
  runtime?: string;
  shard?: string;
  search?: string;
  sort: string;
  order: string;
  limit: number;
};

export function listCommand(tenant: Command): void {
  tenant
    .command('list')
    .alias('ls')
    .description('stores, by name unless sorted otherwise')
    .option('--state <states>', `only stores in these states: ${TENANT_STATES.join(', ')}`, oneOrMore(TENANT_STATES))
    .option('--rent <rents>', `only stores whose rent is: ${RENT_FACETS.join(', ')}`, oneOrMore(RENT_FACETS))
    .option('--image <image>', 'only stores of this image')
    .option('--runtime <runtime>', `only stores that run: ${TENANT_RUNTIMES.join(', ')}`, oneOrMore(TENANT_RUNTIMES))
    .option('--shard <shard>', 'only stores of this shard')
    .option('--search <text>', 'only stores with this in slug, name or bot')
    .addOption(new Option('--sort <field>', 'what they are sorted by').choices(TENANT_SORTS).default('store'))
    .addOption(new Option('--order <order>', 'in which direction').choices(['asc', 'desc']).default('asc'))
    .option('--limit <n>', 'at most this many', wholeNumber(1, 100_000), 1000)
    .action(run(list));
}

async function list({ client: connect, output }: Context, options: ListOptions) {
  const client = await connect();
  const tenants = await collect(options.limit, async (cursor, limit) => {
    const { state, rent, image, runtime, shard, search: q, sort, order } = options;
    const query = { state, rent, image, runtime, shard, q, sort, order, limit, cursor };
    const page = await client.call(ROUTES.listTenants, { query });
    return { items: page.tenants, nextCursor: page.nextCursor };
  });
  output.result({ tenants }, () => {
    if (tenants.length === 0) {
      const { state, rent, image, runtime, shard, search } = options;
      const isNarrowed = [state, rent, image, runtime, shard, search].some((one) => one !== undefined);
      return isNarrowed ? 'No stores like that.' : 'No stores. Open one: lapak tenant create';
    }
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
