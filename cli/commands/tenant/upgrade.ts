import type { Command } from 'commander';
import { ROUTES } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { type ExitCode, usageError } from '../../exit.ts';
import { finish, type WaitOption } from '../../follow.ts';
import { finishRollout } from '../../follow-rollout.ts';
import { storeSlug } from '../../input/parse.ts';

type UpgradeOptions = WaitOption & { image?: string; all?: boolean; withoutBackup: boolean };

const ABOUT = `
The store is backed up first, and watched for a while after it serves (LAPAK_UPGRADE_WATCH, 150 seconds); what does not
serve is rolled back to the image and the configuration from before. Without --image it goes to the image of the control plane (LAPAK_IMAGE).
--all is lapak rollout start --image … --all, which takes more options.`;

export function upgradeCommand(tenant: Command): void {
  tenant
    .command('upgrade')
    .argument('[store]', 'name of the store', storeSlug)
    .description('bring a store to a new image, with a way back')
    .option('--image <image>', 'image to go to')
    .option('--all', 'every open store, as a rollout: one first, then in waves')
    .option('--without-backup', 'take no backup first, say because there is no pg_dump', false)
    .option('--no-wait', 'return at once; the operation goes on')
    .addHelpText('after', ABOUT)
    .action(run(upgrade));
}

async function upgrade(context: Context, store: string | undefined, options: UpgradeOptions): Promise<ExitCode> {
  if ((store === undefined) !== (options.all === true)) {
    throw usageError('Give the name of a store, or --all.', [], ['For example: lapak tenant upgrade warung']);
  }
  const client = await context.client();
  const { image, withoutBackup } = options;
  if (store === undefined) {
    const body = { change: { kind: 'image', image, withoutBackup }, target: { all: true } };
    return finishRollout(context, client, await client.call(ROUTES.startRollout, { body }), options);
  }
  const { operation } = await client.call(ROUTES.upgradeTenant, { params: { store }, body: { image, withoutBackup } });
  return finish(context, client, operation, options);
}
