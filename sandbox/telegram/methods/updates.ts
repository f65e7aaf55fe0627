import { BotApiError, badRequest, tooManyRequests } from '../api-error.ts';
import type { Method, MethodCall } from './call.ts';

const MAX_POLL_SECONDS = 50;
/** A webhook is set once in this time. */
const SET_WEBHOOK_MILLIS = 1000;

function allowedUpdates({ args }: MethodCall): string[] | undefined {
  const kinds = args.object('allowed_updates', 'allowed updates');
  return Array.isArray(kinds) ? kinds.map(String) : undefined;
}

const getUpdates: Method = (call) => {
  const { bot, args, signal } = call;
  if (bot.webhook) {
    throw new BotApiError(
      409,
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  }
  bot.updates.allow(allowedUpdates(call));
  const limit = args.integer('limit') ?? 100;
  return bot.updates.poll({
    offset: args.integer('offset') ?? 0,
    limit: limit < 1 || limit > 100 ? 100 : limit,
    timeoutMillis: Math.min(MAX_POLL_SECONDS, Math.max(0, args.integer('timeout') ?? 0)) * 1000,
    signal,
  });
};

const setWebhook: Method = (call) => {
  const { bot, args } = call;
  const url = args.text('url')?.trim() ?? '';
  if (url === '') return deleteWebhook(call);
  const millis = call.now().getTime();
  if (millis < bot.nextSetWebhookAt) throw tooManyRequests(1);
  bot.nextSetWebhookAt = millis + SET_WEBHOOK_MILLIS;
  checkWebhookUrl(url);
  const secret = args.text('secret_token') || undefined;
  if (secret !== undefined && secret.length > 256) throw badRequest('secret token is too long');
  if (secret !== undefined && !/^[A-Za-z0-9_-]+$/.test(secret)) {
    throw badRequest('secret token contains unallowed characters');
  }
  bot.updates.allow(allowedUpdates(call));
  if (args.flag('drop_pending_updates')) bot.updates.clear();
  const connections = args.integer('max_connections') ?? 40;
  bot.webhook = { url, secret, maxConnections: Math.min(100, Math.max(1, connections)) };
  bot.updates.endPoll();
  return true;
};

const deleteWebhook: Method = ({ bot, args }) => {
  bot.webhook = undefined;
  if (args.flag('drop_pending_updates')) bot.updates.clear();
  bot.updates.changed.notify();
  return true;
};

const getWebhookInfo: Method = ({ bot }) => {
  const { webhook, updates } = bot;
  updates.expire();
  return {
    url: webhook?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: updates.pending.length,
    ...(webhook ? { max_connections: webhook.maxConnections, ip_address: '127.0.0.1' } : {}),
    ...(webhook?.lastError
      ? { last_error_date: webhook.lastError.date, last_error_message: webhook.lastError.message }
      : {}),
    ...(updates.allowed ? { allowed_updates: updates.allowed } : {}),
  };
};

/**
 * Telegram takes HTTPS on four ports. So does the sandbox, except that addresses on this machine or in a private
 * network may be plain: nothing else could reach a test or a demo.
 */
function checkWebhookUrl(given: string): void {
  if (!URL.canParse(given)) throw badRequest('bad webhook: Failed to resolve host: Name or service not known');
  const url = new URL(given);
  if (isPrivateHost(url.hostname) && ['http:', 'https:'].includes(url.protocol)) return;
  if (url.protocol !== 'https:') throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  if (!['', '80', '88', '443', '8443'].includes(url.port)) {
    throw badRequest('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
  }
}

const isPrivateHost = (host: string) =>
  !host.includes('.') || /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(host) || host.startsWith('[');

export const updateMethods: Record<string, Method> = { getUpdates, setWebhook, deleteWebhook, getWebhookInfo };
