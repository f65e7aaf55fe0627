import { type Command, Option } from 'commander';
import { ROLLOUT_STORE_STATES, ROUTES } from '../../../control-plane/api/contract/index.ts';
import { collect } from '../../api/pages.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import type { WaitOption } from '../../follow.ts';
import { finishRollout } from '../../follow-rollout.ts';
import { wholeNumber } from '../../input/parse.ts';
import { changeText, rolloutFacts } from '../../output/rollout.ts';
import { table } from '../../output/table.ts';
import { relative } from '../../output/time.ts';
import { startCommand } from './start.ts';

export function rolloutCommands(program: Command): void {
  const rollout = program.command('rollout').description('changes of many stores: a canary first, then in waves');
  startCommand(rollout);
  rollout
    .command('list')
    .alias('ls')
    .description('rollouts, newest first')
    .option('--limit <n>', 'at most this many', wholeNumber(1, 100_000), 20)
    .action(run(list));
  rollout
    .command('show')
    .argument('<id>', 'id of the rollout')
    .description('one rollout with its waves, and its stores')
    .addOption(new Option('--state <state>', 'only stores in this state').choices(ROLLOUT_STORE_STATES))
    .option('--limit <n>', 'at most so many stores', wholeNumber(1, 100_000), 50)
    .action(run(show));
  rollout
    .command('watch')
    .argument('<id>', 'id of the rollout')
    .description('follow a rollout until it ends or halts, and end as it does')
    .action(run(watch));
  actionCommand(rollout, 'pause', 'begin no more stores; what is at work ends');
  actionCommand(rollout, 'abort', 'end it; stores that are done stay as they are');
  followedActionCommand(rollout, 'resume', 'go on with a paused or halted one; its failed stores are tried again');
  followedActionCommand(rollout, 'revert', 'bring the stores that are done back to what they were before it');
}

function actionCommand(rollout: Command, action: 'pause' | 'abort', description: string): void {
  rollout
    .command(action)
    .argument('<id>', 'id of the rollout')
    .description(description)
    .action(
      run(async ({ client: connect, output }: Context, id: string) => {
        const changed = await (await connect()).call(ROUTES[`${action}Rollout`], { params: { id } });
        output.result({ rollout: changed }, () => rolloutFacts(changed));
        return EXIT.done;
      }),
    );
}

function followedActionCommand(rollout: Command, action: 'resume' | 'revert', description: string): void {
  rollout
    .command(action)
    .argument('<id>', 'id of the rollout')
    .description(description)
    .option('--no-wait', 'return at once; the rollout goes on')
    .action(
      run(async (context: Context, id: string, options: WaitOption) => {
        const client = await context.client();
        const changed = await client.call(ROUTES[`${action}Rollout`], { params: { id } });
        return finishRollout(context, client, changed, options);
      }),
    );
}

async function list({ client: connect, output }: Context, { limit }: { limit: number }) {
  const client = await connect();
  const rollouts = await collect(limit, async (cursor, size) => {
    const page = await client.call(ROUTES.listRollouts, { query: { limit: size, cursor } });
    return { items: page.rollouts, nextCursor: page.nextCursor };
  });
  output.result({ rollouts }, () => {
    if (rollouts.length === 0) return 'No rollouts.';
    return table(
      ['ID', 'WHAT', 'STATE', 'STORES', 'DONE', 'FAILED', 'ASKED'],
      rollouts.map((each) => [
        each.id,
        changeText(each),
        each.state,
        String(each.total),
        String(each.total - each.counts.waiting - each.counts.running),
        String(each.counts.failed),
        relative(each.createdAt),
      ]),
    );
  });
  return EXIT.done;
}

async function show({ client: connect, output }: Context, id: string, options: { state?: string; limit: number }) {
  const client = await connect();
  const rollout = await client.call(ROUTES.showRollout, { params: { id } });
  const stores = await collect(options.limit, async (cursor, limit) => {
    const query = { state: options.state, limit, cursor };
    const page = await client.call(ROUTES.listRolloutStores, { params: { id }, query });
    return { items: page.stores, nextCursor: page.nextCursor };
  });
  output.result({ rollout, stores }, () => {
    const rows = stores.map(({ store, wave, state, operation, detail }) => [
      store,
      rollout.waves[wave]?.name ?? '-',
      state,
      operation ?? '-',
      detail?.split('\n', 1)[0] ?? '',
    ]);
    return `${rolloutFacts(rollout)}\n\n${table(['STORE', 'WAVE', 'STATE', 'OPERATION', 'WHY'], rows)}`;
  });
  return EXIT.done;
}

async function watch(context: Context, id: string) {
  const client = await context.client();
  const rollout = await client.call(ROUTES.showRollout, { params: { id } });
  return finishRollout(context, client, rollout, { wait: true });
}
