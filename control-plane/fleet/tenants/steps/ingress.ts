import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../../kernel/errors.ts';
import type { Step } from '../../operations/index.ts';
import type { TenantDeps } from '../deps.ts';
import { isWebhook, SECRET_NAMES, webhookUrl } from '../environment.ts';
import { loadSpec, loadTenant } from '../runtime-spec.ts';

/** Routes from outside stand before the runtime starts: Telegram posts from the moment that the webhook is set. */
export function routeIngress(deps: TenantDeps): Step {
  return {
    name: 'ingress',
    timeoutSeconds: 30,
    async run({ operation }) {
      const tenant = await loadTenant(deps, operation.tenant_id);
      const { publicUrl } = deps.platform;
      if (!publicUrl || !isWebhook(tenant.mode, publicUrl)) {
        const removed = await deps.ingress.remove(tenant.store);
        return removed ? { detail: 'routes removed, the store polls' } : { skipped: true, detail: 'the store polls' };
      }
      const endpoint = deps.driver.endpoint(await loadSpec(deps, tenant));
      const routed = await deps.ingress.put(tenant.store, endpoint);
      const address = `${publicUrl}/${tenant.store}`;
      return { detail: routed === 'live' ? address : `${address}, as soon as Caddy answers again` };
    },
  };
}

const LOOK_EVERY_MS = 500;

/** The runtime sets its webhook when it starts; this looks whether Telegram has it, and lets go of a former bot's. */
export function verifyWebhook(deps: TenantDeps): Step {
  return {
    name: 'webhook',
    timeoutSeconds: 60,
    async run({ operation, signal, progress }) {
      const tenant = await loadTenant(deps, operation.tenant_id);
      const secrets = await deps.secrets.openAll(deps.db, tenant.id);
      await leaveFormerBot(deps, tenant.id, secrets, signal);
      const { publicUrl } = deps.platform;
      if (!publicUrl || !isWebhook(tenant.mode, publicUrl)) return { skipped: true, detail: 'the store polls' };
      const expected = webhookUrl(publicUrl, tenant.store);
      for (;;) {
        const info = await deps.telegram.getWebhookInfo(secrets[SECRET_NAMES.botToken] ?? '', signal);
        if (info.url === expected) return { detail: info.lastError ? `set; last error: ${info.lastError}` : expected };
        await progress('waiting for the runtime to set it');
        await sleep(LOOK_EVERY_MS, undefined, { signal });
      }
    },
  };
}

/** After a change of token: the former bot would go on posting its updates to this store's address. */
async function leaveFormerBot(
  deps: TenantDeps,
  tenantId: string,
  secrets: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const former = secrets[SECRET_NAMES.formerBotToken];
  if (former === undefined) return;
  try {
    await deps.telegram.deleteWebhook(former, signal);
  } catch (error) {
    // A token that was revoked posts nothing any more.
    if (!(error instanceof AppError) || error.code !== 'TELEGRAM_TOKEN_REJECTED') throw error;
  }
  await deps.db.tx((tx) => deps.secrets.put(tx, tenantId, SECRET_NAMES.formerBotToken, null));
}
