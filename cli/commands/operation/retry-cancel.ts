import type { Command } from 'commander';
import { ROUTES } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import { finish, follow, type WaitOption } from '../../follow.ts';

export function retryAndCancelCommands(operation: Command): void {
  operation
    .command('retry')
    .argument('<id>', 'id of the operation')
    .description('go on with a failed or cancelled operation, at the step that did not succeed')
    .option('--no-wait', 'return at once; the operation goes on')
    .action(run(retry));
  operation
    .command('cancel')
    .argument('<id>', 'id of the operation')
    .description('stop an operation at its next safe point')
    .option('--no-wait', 'return at once')
    .action(run(cancel));
}

async function retry(context: Context, id: string, options: WaitOption) {
  const client = await context.client();
  const { operation } = await client.call(ROUTES.retryOperation, { params: { id } });
  return finish(context, client, operation, options);
}

/** Done when the operation has stopped; failed when it ended in another way before it could be stopped. */
async function cancel(context: Context, id: string, { wait }: WaitOption) {
  const client = await context.client();
  const { operation } = await client.call(ROUTES.cancelOperation, { params: { id } });
  const latest = wait ? await follow(context, client, operation) : operation;
  const asked = !wait || latest.state === 'cancelled';
  context.output.result({ operation: latest }, () => {
    if (latest.state === 'cancelled') return `The ${latest.kind} of ${latest.store} is cancelled.`;
    return wait ? `Too late to cancel: it has ${latest.state} already.` : 'It stops at its next safe point.';
  });
  return asked ? EXIT.done : EXIT.failed;
}
