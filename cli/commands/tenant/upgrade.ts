import type { Command } from 'commander';
import { type Operation, ROUTES, type Tenant } from '../../../control-plane/api/contract/index.ts';
import type { Client } from '../../api/client.ts';
import { collect } from '../../api/pages.ts';
import { type Context, run } from '../../context.ts';
import { CliError, EXIT, type ExitCode, usageError } from '../../exit.ts';
import { finish, follow, type WaitOption } from '../../follow.ts';
import { storeSlug } from '../../input/parse.ts';
import { printable } from '../../output/text.ts';

type UpgradeOptions = WaitOption & { image?: string; all?: boolean; withoutBackup: boolean };

const ABOUT = `
The store is backed up first, and watched for a while after it serves (LAPAK_UPGRADE_WATCH, 150 seconds); what does not
serve is rolled back to the image and the configuration from before. Without --image it goes to the image of the control plane (LAPAK_IMAGE).`;

export function upgradeCommand(tenant: Command): void {
  tenant
    .command('upgrade')
    .argument('[store]', 'name of the store', storeSlug)
    .description('bring a store to a new image, with a way back')
    .option('--image <image>', 'image to go to')
    .option('--all', 'every open store, one after the other, up to the first that fails')
    .option('--without-backup', 'take no backup first, say because there is no pg_dump', false)
    .option('--no-wait', 'return at once; the operation goes on')
    .addHelpText('after', ABOUT)
    .action(run(upgrade));
}

async function upgrade(context: Context, store: string | undefined, options: UpgradeOptions): Promise<ExitCode> {
  if ((store === undefined) !== (options.all === true)) {
    throw usageError('Give the name of a store, or --all.', [], ['For example: lapak tenant upgrade warung']);
  }
  if (options.all && !options.wait) {
    throw usageError(
      '--all waits for each store before it goes on to the next: --no-wait does not go with it.',
      [],
      [],
    );
  }
  const client = await context.client();
  const begin = (name: string) =>
    client.call(ROUTES.upgradeTenant, {
      params: { store: name },
      body: { image: options.image, withoutBackup: options.withoutBackup },
    });
  if (store === undefined) return upgradeAll(context, client, begin);
  const { operation } = await begin(store);
  return finish(context, client, operation, options);
}

/** A bad image is found at the first store that it does not suit; the others keep what they have. */
async function upgradeAll(
  { output, ...context }: Context,
  client: Client,
  begin: (store: string) => Promise<{ operation: Operation }>,
): Promise<ExitCode> {
  const stores = (await everyStore(client)).filter(({ desiredState }) => desiredState !== 'removed');
  const operations: Operation[] = [];
  for (const { store } of stores) {
    if (!output.json) output.note(`${printable(store)}:`);
    const { operation } = await begin(store).catch((fault) => {
      throw stoppedAt(store, operations, stores, fault);
    });
    const ended = await follow({ ...context, output }, client, operation);
    operations.push(ended);
    if (ended.state !== 'succeeded') break;
  }
  const last = operations.at(-1);
  const failed = last !== undefined && last.state !== 'succeeded' ? last : undefined;
  output.result({ operations, left: stores.slice(operations.length).map(({ store }) => store) }, () =>
    failed
      ? `${output.style('red', '✗')} ${printable(failed.store)}: ${printable(failed.error?.message ?? failed.state)}\n` +
        `  ${operations.length - 1} upgraded before it, ${stores.length - operations.length} left as they were.`
      : `${output.style('green', '✓')} ${operations.length} upgraded.`,
  );
  return failed ? EXIT.failed : EXIT.done;
}

/** A refusal that says how far it went. Anything else is left as it is. */
function stoppedAt(store: string, done: readonly Operation[], all: readonly Tenant[], fault: unknown): unknown {
  if (!(fault instanceof CliError)) return fault;
  const { exit, code, hints, refusals, requestId, message } = fault;
  const before = done.length > 0 ? `: ${done.map((each) => each.store).join(', ')}` : '';
  return new CliError(
    `${store}: ${message} ${done.length} upgraded before it${before}; ${all.length - done.length} left as they were.`,
    { exit, code, hints, refusals, requestId, cause: fault },
  );
}

function everyStore(client: Client): Promise<Tenant[]> {
  return collect(100_000, async (cursor, limit) => {
    const page = await client.call(ROUTES.listTenants, { query: { limit, cursor } });
    return { items: page.tenants, nextCursor: page.nextCursor };
  });
}
