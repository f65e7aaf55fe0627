import type { Command } from 'commander';
import { ROUTES } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import { finish, type WaitOption } from '../../follow.ts';
import { storeSlug } from '../../input/parse.ts';
import { table } from '../../output/table.ts';
import { count } from '../../output/text.ts';
import { duration, relative } from '../../output/time.ts';

export function drillCommands(backup: Command): void {
  backup
    .command('drill')
    .argument('[store]', 'name of the store; without one, every store, a few at a time', storeSlug)
    .description('restore the newest backup beside its store, count its rows and drop it again')
    .option('--no-wait', 'return at once; the operation goes on')
    .action(run(drill));
  backup
    .command('drills')
    .argument('[store]', 'only those of this store', storeSlug)
    .description('drills, newest first')
    .action(run(list));
}

async function drill(context: Context, store: string | undefined, options: WaitOption) {
  const client = await context.client();
  if (store !== undefined) {
    const { operation } = await client.call(ROUTES.startDrill, { params: { store } });
    return finish(context, client, operation, options);
  }
  const { stores } = await client.call(ROUTES.startDrills, {});
  context.output.result({ stores }, () =>
    stores.length === 0
      ? 'No store has a backup that waits for a drill.'
      : `Asked for: the drills of ${count(stores.length, 'store')}, a few at a time. See the results: lapak backup drills`,
  );
  return EXIT.done;
}

async function list({ client: connect, output }: Context, store: string | undefined) {
  const client = await connect();
  const { drills } = await client.call(ROUTES.listDrills, { query: { store } });
  output.result({ drills }, () => {
    if (drills.length === 0)
      return store === undefined
        ? 'No drills yet.'
        : `No drills of ${store} yet. Make one: lapak backup drill ${store}`;
    const rows = drills.map((each) => [
      each.store,
      each.result,
      duration(each.seconds * 1000),
      relative(each.at),
      each.detail,
    ]);
    return table(['STORE', 'RESULT', 'TOOK', 'WHEN', 'WHAT'], rows);
  });
  return EXIT.done;
}
