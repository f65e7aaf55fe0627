import type { RuntimeSpec } from '../../../fleet/drivers/index.ts';
import { createRuntimeClient } from '../../../fleet/runtime-client.ts';
import type { Telegram } from '../../../platform/telegram/index.ts';
import { type Check, type Finding, failed, ok, warning } from '../check.ts';
import type { RehearsalDeps } from '../deps.ts';

export function tokenCheck({ tenants }: RehearsalDeps): Check {
  return {
    name: 'token',
    timeoutSeconds: 30,
    remedy: 'Set a token that @BotFather gave: lapak tenant config set.',
    async run({ tenant, spec, signal }) {
      const me = await tenants.telegram.getMe(spec.env.TELEGRAM_BOT_TOKEN ?? '', signal);
      if (me.id === tenant.bot_id) return ok(`Telegram knows it as @${me.username}, the bot of this store`);
      return failed(`it is the token of another bot, @${me.username}`, 'Set the token of the bot that belongs here.');
    },
  };
}

/** Updates reach the store: pushed to its own address, or fetched by it. */
export function updatesCheck({ tenants }: RehearsalDeps): Check {
  return {
    name: 'updates',
    timeoutSeconds: 30,
    remedy: 'Look at Telegram and at the runtime: lapak health, lapak tenant logs.',
    run: ({ spec, signal }) => (spec.env.TELEGRAM_WEBHOOK_URL ? pushed : fetched)(tenants.telegram, spec, signal),
  };
}

type Store = Pick<RuntimeSpec, 'env' | 'ports'>;

const waiting = (updates: number) => `${updates} updates wait at Telegram`;

async function fetched(telegram: Telegram, { env, ports }: Store, signal: AbortSignal): Promise<Finding> {
  const info = await telegram.getWebhookInfo(env.TELEGRAM_BOT_TOKEN ?? '', signal);
  const readiness = await createRuntimeClient(ports.telegram, signal).readiness();
  const intake = readiness.checks?.telegram;
  if (info.url) return failed('somebody set a webhook, so nothing can be fetched', 'Restart the store.');
  if (!intake?.ok)
    return failed(
      intake?.detail ?? (readiness.ready ? 'it tells nothing of its updates' : readiness.reason),
      'Read its log: lapak tenant logs.',
    );
  return ok(`fetched by the store itself: ${intake.detail}; ${waiting(info.pending)}`);
}

/** What Telegram says of its posts to a store's address. */
export async function pushed(telegram: Telegram, { env }: Store, signal: AbortSignal): Promise<Finding> {
  const info = await telegram.getWebhookInfo(env.TELEGRAM_BOT_TOKEN ?? '', signal);
  const { TELEGRAM_WEBHOOK_URL: wanted } = env;
  if (info.url !== wanted)
    return failed(`Telegram posts to ${info.url || 'nobody'}, not to ${wanted}`, 'Restart the store.');
  if (info.lastError) {
    return warning(
      `Telegram posts to ${wanted}, and last failed: ${info.lastError}`,
      'Look at the ingress and its certificate.',
    );
  }
  return ok(`Telegram posts to ${wanted} without a fault; ${waiting(info.pending)}`);
}
