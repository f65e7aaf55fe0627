import type { Command } from 'commander';
import { ROUTES } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { finish } from '../../follow.ts';

export function watchCommand(operation: Command): void {
  operation
    .command('watch')
    .argument('<id>', 'id of the operation')
    .description('show the steps of an operation until it ends, and end as it does')
    .action(run(watch));
}

async function watch(context: Context, id: string) {
  const client = await context.client();
  const operation = await client.call(ROUTES.showOperation, { params: { id } });
  return finish(context, client, operation, { wait: true });
}
