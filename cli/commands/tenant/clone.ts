import type { Command } from 'commander';
import { CloneTenantRequest, ROUTES } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { finish, type WaitOption } from '../../follow.ts';
import { storeSlug, telegramIds } from '../../input/parse.ts';
import { createSecretReader } from '../../input/secrets.ts';
import { ABOUT_SECRETS, givenSecrets } from './create.ts';
import { completeRequest } from './questions.ts';
import { checked, type SettingOptions } from './settings.ts';

type CloneOptions = SettingOptions & WaitOption;

const ABOUT_CLONES = `
Copied: categories, products, terms, vouchers, reply texts, settings and limits. Never: customers, orders, balances, stock,
and secrets. A seller who has pressed Start in the new bot before gets the photos carried over; else they are set anew.`;

export function cloneCommand(tenant: Command): void {
  tenant
    .command('clone')
    .argument('<store>', 'name of the store to copy', storeSlug)
    .argument('[new-store]', 'name of the new store', storeSlug)
    .description('open a store with the catalogue and the settings of another; what is missing is asked for')
    .option('--store-name <name>', 'name that customers see (else as the other)')
    .option('--admin-ids <ids>', 'Telegram ids of the sellers, separated by commas (else as the other)', telegramIds)
    .option('--owner-ids <ids>', 'Telegram ids of the owners, separated by commas (else as the other)', telegramIds)
    .option('--bot-token-file <file>', 'file with the token of the new bot (- is stdin)')
    .option('--pakasir-slug <slug>', 'slug of the Pakasir project')
    .option('--pakasir-api-key-file <file>', 'file with its API key (- is stdin)')
    .option('--pakasir-webhook-secret-file <file>', 'file with its webhook secret (- is stdin)')
    .option('--no-wait', 'return at once; the operation goes on')
    .addHelpText('after', `${ABOUT_CLONES}\n${ABOUT_SECRETS}`)
    .action(run(clone));
}

async function clone(context: Context, source: string, store: string | undefined, options: CloneOptions) {
  const client = await context.client();
  const original = await client.call(ROUTES.showTenant, { params: { store: source } });
  const secrets = await givenSecrets(createSecretReader(context.env), options);
  const complete = await completeRequest(context, {
    store,
    storeName: options.storeName,
    adminIds: options.adminIds ?? original.adminIds,
    ownerIds: options.ownerIds,
    pakasirSlug: options.pakasirSlug,
    ...secrets,
  });
  const { pakasirSlug: slug, pakasirApiKey: apiKey, pakasirWebhookSecret: webhookSecret, ...rest } = complete;
  const body = checked(CloneTenantRequest, { ...rest, pakasir: { slug, apiKey, webhookSecret } });
  const accepted = await client.call(ROUTES.cloneTenant, { params: { store: source }, body });
  const latest = async () => ({
    tenant: options.wait ? await client.call(ROUTES.showTenant, { params: { store: body.store } }) : accepted.tenant,
  });
  return finish(context, client, accepted.operation, options, latest);
}
