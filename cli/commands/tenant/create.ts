import type { Command } from 'commander';
import { CreateTenantRequest, ROUTES, type TenantRuntime } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { finish, type WaitOption } from '../../follow.ts';
import { createSecretReader, type SecretReader } from '../../input/secrets.ts';
import { completeRequest } from './questions.ts';
import { checked, environmentOf, limitsOf, runtimeOption, type SettingOptions, settingOptions } from './settings.ts';

type CreateOptions = SettingOptions & WaitOption & { image?: string; runtime?: TenantRuntime };

export const ABOUT_SECRETS = `
Secrets are never given on the command line itself. They come from the files above, else from the environment
(LAPAK_BOT_TOKEN, LAPAK_PAKASIR_API_KEY, LAPAK_PAKASIR_WEBHOOK_SECRET), else they are asked for.`;

export function createCommand(tenant: Command): void {
  settingOptions(
    tenant
      .command('create')
      .argument('[store]', 'name of the store: small letters, digits and -')
      .argument('[gateway]', 'name of the gateway, part of the folder name', 'qris')
      .description('open a store; what is missing is asked for'),
  )
    .option('--image <image>', 'image that the docker driver runs')
    .addOption(runtimeOption())
    .option('--no-wait', 'return at once; the operation goes on')
    .addHelpText('after', ABOUT_SECRETS)
    .action(run(create));
}

/** The secrets that a new store needs, as far as they are given. */
export async function givenSecrets(readSecret: SecretReader, options: SettingOptions) {
  return {
    telegramBotToken: await readSecret({
      option: '--bot-token-file',
      file: options.botTokenFile,
      variable: 'LAPAK_BOT_TOKEN',
    }),
    pakasirApiKey: await readSecret({
      option: '--pakasir-api-key-file',
      file: options.pakasirApiKeyFile,
      variable: 'LAPAK_PAKASIR_API_KEY',
    }),
    pakasirWebhookSecret: await readSecret({
      option: '--pakasir-webhook-secret-file',
      file: options.pakasirWebhookSecretFile,
      variable: 'LAPAK_PAKASIR_WEBHOOK_SECRET',
    }),
  };
}

async function create(context: Context, store: string | undefined, gateway: string, options: CreateOptions) {
  const client = await context.client();
  const readSecret = createSecretReader(context.env);
  const given = {
    store,
    storeName: options.storeName,
    adminIds: options.adminIds,
    ownerIds: options.ownerIds,
    pakasirSlug: options.pakasirSlug,
    ...(await givenSecrets(readSecret, options)),
  };
  const env = await environmentOf(options, readSecret);
  const { pakasirSlug, pakasirApiKey, pakasirWebhookSecret, ...rest } = await completeRequest(context, given);
  const body = checked(CreateTenantRequest, {
    ...rest,
    gateway,
    pakasir: { slug: pakasirSlug, apiKey: pakasirApiKey, webhookSecret: pakasirWebhookSecret },
    image: options.image,
    runtime: options.runtime,
    mode: options.mode,
    limits: limitsOf(options),
    env,
  });
  const accepted = await client.call(ROUTES.createTenant, { body });
  const latest = async () => ({
    tenant: options.wait ? await client.call(ROUTES.showTenant, { params: { store: body.store } }) : accepted.tenant,
  });
  return finish(context, client, accepted.operation, options, latest);
}
