import type { Faults } from '../faults/injector.ts';
import { pause, postJson, type RetryPolicy, retryDelay } from '../retry.ts';
import { createArgs } from './args.ts';
import type { Bot, Webhook } from './bot.ts';
import type { Dispatch } from './dispatch.ts';
import { unixTime } from './methods/call.ts';
import type { Pending } from './updates.ts';

/** Delivers a bot's updates to its webhook for as long as it has one. */
export type WebhookSender = { stop(): void };

/**
 * Updates of one chat go one after the other, those of several chats side by side up to `max_connections`. An update
 * that is not answered by 2xx stays first in its chat and is sent again, with back-off, until it is or the webhook goes.
 */
export function createWebhookSender(
  bot: Bot,
  deps: { faults: Faults; dispatch: Dispatch; retry: RetryPolicy; now: () => Date },
): WebhookSender {
  const { faults, dispatch, retry, now } = deps;
  const stopped = new AbortController();
  const busyChats = new Set<unknown>();
  const underway = new Set<Pending>();
  let served: Webhook | undefined;
  let current = new AbortController();

  const startMore = () => {
    if (bot.webhook !== served) {
      current.abort();
      current = new AbortController();
      served = bot.webhook;
    }
    if (!served || stopped.signal.aborted) return;
    for (const entry of bot.updates.pending) {
      if (underway.size >= served.maxConnections) return;
      const lane = entry.chatId ?? entry;
      if (underway.has(entry) || busyChats.has(lane)) continue;
      underway.add(entry);
      busyChats.add(lane);
      void deliver(entry, served, current.signal).finally(() => {
        underway.delete(entry);
        busyChats.delete(lane);
        startMore();
      });
    }
  };

  const deliver = async (entry: Pending, webhook: Webhook, signal: AbortSignal) => {
    const body = JSON.stringify(entry.update);
    const headers: Record<string, string> = webhook.secret ? { 'x-telegram-bot-api-secret-token': webhook.secret } : {};
    let copies = faults.deliveries({
      target: 'telegram',
      method: 'webhook',
      token: bot.token,
      chatId: entry.chatId,
      params: entry.update,
    });
    for (let attempt = 0; !signal.aborted; ) {
      const outcome = await postJson(webhook.url, body, headers, retry.timeoutMillis, signal);
      if (signal.aborted) return;
      if (!outcome.ok) {
        webhook.lastError = { date: unixTime(now()), message: outcome.error };
        await pause(retryDelay(retry, attempt), signal);
        attempt += 1;
        continue;
      }
      await runReply(outcome.body, signal);
      copies -= 1;
      if (copies > 0) continue;
      bot.updates.remove(entry);
      return;
    }
  };

  /** A call of the Bot API in the answer to a webhook is made, and its result thrown away. */
  const runReply = async (body: string, signal: AbortSignal) => {
    if (!body.startsWith('{')) return;
    try {
      const { method, ...values } = JSON.parse(body);
      if (typeof method === 'string') await dispatch({ token: bot.token, method, args: createArgs(values), signal });
    } catch {
      // As on the real server: an answer that is no call is none.
    }
  };

  const silence = bot.updates.bell.on(startMore);

  return {
    stop() {
      silence();
      stopped.abort();
      current.abort();
    },
  };
}
