import type { Command } from 'commander';
import { ROUTES, UpdateTenantRequest } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { EXIT, usageError } from '../../exit.ts';
import { finish, type WaitOption } from '../../follow.ts';
import { setting, settingKey, storeSlug } from '../../input/parse.ts';
import { createSecretReader, type SecretReader } from '../../input/secrets.ts';
import { table } from '../../output/table.ts';
import { checked, environmentOf, environmentWith, limitsOf, type SettingOptions, settingOptions } from './settings.ts';

/** What Commander makes of `[KEY=VALUE...]`: an empty list when there are none. */
type Pairs = Record<string, string> | [];

type SetOptions = SettingOptions & WaitOption & { unset?: string[] };

export function configCommands(tenant: Command): void {
  const config = tenant.command('config').description('settings of a store');
  config
    .command('show')
    .argument('<store>', 'name of the store', storeSlug)
    .description('the settings in force; secrets only as set or unset')
    .action(run(show));
  settingOptions(
    config
      .command('set')
      .argument('<store>', 'name of the store', storeSlug)
      .argument('[KEY=VALUE...]', 'settings of bot.env', setting)
      .description('change settings; the runtime is replaced'),
  )
    .option('--unset <KEY...>', 'settings of bot.env to go back to their default', settingKey)
    .option('--no-wait', 'return at once; the operation goes on')
    .action(run(set));
}

async function show({ client: connect, output }: Context, store: string) {
  const client = await connect();
  const configuration = await client.call(ROUTES.showTenantConfiguration, { params: { store } });
  output.result({ configuration }, () => {
    const { env, secrets, revision } = configuration;
    const rows = [
      ...Object.entries(env),
      ...Object.entries(secrets).map(([key, state]) => [key, `(secret, ${state})`]),
    ];
    rows.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
    return `${table(['KEY', 'VALUE'], rows)}\n\nRevision ${revision}`;
  });
  return EXIT.done;
}

async function set(context: Context, store: string, pairs: Pairs, options: SetOptions) {
  const client = await context.client();
  // No secret is taken from the environment here: one left over from another store would replace this store's.
  const body = checked(UpdateTenantRequest, await changesOf(pairs, options, createSecretReader({})));
  if (Object.values(body).every((value) => value === undefined)) {
    throw usageError(
      'Nothing to change was given.',
      [],
      ['For example: lapak tenant config set <store> LOG_LEVEL=debug'],
    );
  }
  const { operation } = await client.call(ROUTES.updateTenant, { params: { store }, body });
  // Null only where the rent alone is changed.
  if (operation === null) return EXIT.done;
  return finish(context, client, operation, options);
}

async function changesOf(pairs: Pairs, options: SetOptions, readSecret: SecretReader) {
  const pakasir = {
    slug: options.pakasirSlug,
    apiKey: await readSecret({ option: '--pakasir-api-key-file', file: options.pakasirApiKeyFile }),
    webhookSecret: await readSecret({
      option: '--pakasir-webhook-secret-file',
      file: options.pakasirWebhookSecretFile,
    }),
  };
  const set = { ...(Array.isArray(pairs) ? {} : pairs), ...(await environmentOf(options, readSecret)) };
  return {
    storeName: options.storeName,
    adminIds: options.adminIds,
    ownerIds: options.ownerIds,
    telegramBotToken: await readSecret({ option: '--bot-token-file', file: options.botTokenFile }),
    pakasir: Object.values(pakasir).some((value) => value !== undefined) ? pakasir : undefined,
    mode: options.mode,
    limits: limitsOf(options),
    env: environmentWith(set, options.unset),
  };
}
