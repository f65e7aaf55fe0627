import type { Command } from 'commander';
import { ROUTES } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import { storeSlug } from '../../input/parse.ts';
import { tenantFacts } from '../../output/tenant.ts';

export function showCommand(tenant: Command): void {
  tenant.command('show').argument('<store>', 'name of the store', storeSlug).description('one store').action(run(show));
}

async function show({ client: connect, output }: Context, store: string) {
  const client = await connect();
  const tenant = await client.call(ROUTES.showTenant, { params: { store } });
  output.result({ tenant }, () => tenantFacts(tenant));
  return EXIT.done;
}
