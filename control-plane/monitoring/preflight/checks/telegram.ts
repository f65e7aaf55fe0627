import type { RuntimeSpec } from '../../../fleet/drivers/index.ts';
import { createRuntimeClient } from '../../../fleet/runtime-client.ts';
import type { Telegram } from '../../../platform/telegram/index.ts';
import type { Check, CheckContext } from '../check.ts';
import type { RehearsalDeps } from '../deps.ts';
import { type Finding, failed, ok, warning } from '../findings.ts';

export function tokenCheck({ tenants }: RehearsalDeps): Check {
  return {
    name: 'token',
    timeoutSeconds: 30,
    async run({ tenant, spec, signal }) {
      const me = await tenants.telegram.getMe(spec.env.TELEGRAM_BOT_TOKEN ?? '', signal);
      const { username } = me;
      return me.id === tenant.bot_id ? ok({ kind: 'own_token', username }) : failed({ kind: 'other_token', username });
    },
  };
}

/** Updates reach the store: pushed to its own address, or fetched by it. */
export function updatesCheck({ tenants }: RehearsalDeps): Check {
  return {
    name: 'updates',
    timeoutSeconds: 30,
    run: (context) => (context.spec.env.TELEGRAM_WEBHOOK_URL ? pushed : fetched)(tenants.telegram, context),
  };
}

type Asked = Pick<CheckContext, 'endpoint' | 'signal'> & { spec: Pick<RuntimeSpec, 'env'> };

async function fetched(telegram: Telegram, { spec: { env }, endpoint, signal }: Asked): Promise<Finding> {
  const info = await telegram.getWebhookInfo(env.TELEGRAM_BOT_TOKEN ?? '', signal);
  const readiness = await createRuntimeClient(endpoint.telegram, signal).readiness();
  const intake = readiness.checks?.telegram;
  if (info.url) return failed({ kind: 'webhook_set' });
  if (intake?.ok) return ok({ kind: 'updates_fetched', intake: intake.detail, waiting: info.pending });
  const reason = intake?.detail ?? (readiness.ready ? null : readiness.reason);
  return failed({ kind: 'updates_missing', reason });
}

/** What Telegram says of its posts to a store's address. */
export async function pushed(telegram: Telegram, { spec: { env }, signal }: Omit<Asked, 'endpoint'>): Promise<Finding> {
  const info = await telegram.getWebhookInfo(env.TELEGRAM_BOT_TOKEN ?? '', signal);
  const { TELEGRAM_WEBHOOK_URL: to = '' } = env;
  if (info.url !== to) return failed({ kind: 'posted_elsewhere', to: info.url || null, wanted: to });
  if (info.lastError) return warning({ kind: 'posts_failed', to, error: info.lastError });
  return ok({ kind: 'updates_posted', to, waiting: info.pending });
}
