import { randomInt } from 'node:crypto';
import { pause } from '../../kernel/pause.ts';
import type { Faults } from '../faults/injector.ts';
import { type PostOutcome, postJson, type RetryPolicy } from '../retry.ts';
import { createArgs } from './args.ts';
import type { Bot, Webhook } from './bot.ts';
import type { Dispatch } from './dispatch.ts';
import { unixTime } from './methods/call.ts';
import type { Pending } from './updates.ts';

/** Delivers a bot's updates to its webhook for as long as it has one. */
export type WebhookSender = { stop(): void };

const MAX_RETRY_AFTER_SECONDS = 3600;
/** A webhook that says "gone" for this long is closed. */
const GONE_MILLIS = 23 * 3600_000;
/** A webhook may answer with a call of the Bot API, but not with one of these. */
const NO_REPLY = /^(get|setwebhook$|deletewebhook$|close$|logout$)/i;

/** What is known of an update on its way. */
type Course = { fails: number; copies: number };

/**
 * Updates of one lane go one after the other, those of several lanes side by side up to `max_connections`. An update
 * that is not answered by 2xx stays first in its lane and is sent again until it is, it expires or the webhook goes.
 */
export function createWebhookSender(
  bot: Bot,
  deps: { faults: Faults; dispatch: Dispatch; retry: RetryPolicy; now: () => Date },
): WebhookSender {
  const { faults, dispatch, retry, now } = deps;
  const stopped = new AbortController();
  /** Lanes whose first update is under way or waits to be sent again. */
  const busy = new Set<unknown>();
  const courses = new WeakMap<Pending, Course>();
  let connections = 0;
  let served: Webhook | undefined;
  let current = new AbortController();

  const startMore = () => {
    if (bot.webhook !== served) {
      current.abort();
      current = new AbortController();
      served = bot.webhook;
    }
    if (!served || stopped.signal.aborted) return;
    bot.updates.expire();
    for (const entry of bot.updates.pending) {
      if (connections >= served.maxConnections) return;
      const lane = entry.lane ?? entry;
      if (busy.has(lane)) continue;
      busy.add(lane);
      void attempt(entry, served, current.signal).finally(() => {
        busy.delete(lane);
        startMore();
      });
    }
  };

  /** Sends an update once, and waits as long as its lane has to rest after a failure. */
  const attempt = async (entry: Pending, webhook: Webhook, signal: AbortSignal) => {
    const course = courses.get(entry) ?? { fails: 0, copies: copiesOf(entry) };
    courses.set(entry, course);
    const headers: Record<string, string> = webhook.secret ? { 'x-telegram-bot-api-secret-token': webhook.secret } : {};
    connections += 1;
    const outcome = await postJson(
      webhook.url,
      JSON.stringify(entry.update),
      headers,
      retry.timeoutMillis,
      signal,
    ).finally(() => {
      connections -= 1;
    });
    if (signal.aborted) return;
    if (outcome.ok) {
      webhook.goneSince = undefined;
      await runReply(outcome.body, signal);
      course.copies -= 1;
      if (course.copies <= 0) bot.updates.remove(entry);
      return;
    }
    webhook.lastError = { date: unixTime(now()), message: outcome.error };
    if (closes(webhook, outcome)) {
      if (bot.webhook === webhook) bot.webhook = undefined;
      return;
    }
    const delay = delayAfter(course, outcome);
    course.fails += 1;
    if (now().getTime() + delay > entry.expiresAt) return bot.updates.remove(entry);
    // Others may use the connection meanwhile.
    startMore();
    await pause(delay, signal);
  };

  const copiesOf = (entry: Pending) =>
    faults.deliveries({
      target: 'telegram',
      method: 'webhook',
      token: bot.token,
      chatId: entry.chatId,
      params: entry.update,
    });

  /**
   * As long as the receiver asks for; else at once the first time, then after 2, 4, 8 … seconds, 60 to 120 at most.
   * `retry.baseMillis` is what one of these seconds takes here.
   */
  const delayAfter = ({ fails }: Course, { retryAfter = 0 }: PostOutcome): number => {
    if (retryAfter > 0) return Math.min(retryAfter, MAX_RETRY_AFTER_SECONDS) * retry.baseMillis;
    if (fails === 0) return 0;
    const most = retry.maxMillis + randomInt(Math.floor(retry.maxMillis) + 1);
    return Math.min(most, retry.baseMillis * 2 ** Math.min(fails, 20));
  };

  /** Whether an answer is the last of 23 hours in which all were 410. */
  const closes = (webhook: Webhook, { status }: PostOutcome): boolean => {
    // No answer at all says nothing about it.
    if (status === 0) return false;
    const millis = now().getTime();
    webhook.goneSince = status === 410 ? (webhook.goneSince ?? millis) : undefined;
    return webhook.goneSince !== undefined && millis - webhook.goneSince > GONE_MILLIS;
  };

  /** A call of the Bot API in the answer to a webhook is made, and its result thrown away. */
  const runReply = async (body: string, signal: AbortSignal) => {
    if (!body.startsWith('{')) return;
    try {
      const { method, ...values } = JSON.parse(body);
      if (typeof method !== 'string' || NO_REPLY.test(method)) return;
      await dispatch({ token: bot.token, method, args: createArgs(values), signal });
    } catch {
      // As on the real server: an answer that is no call is none.
    }
  };

  const silence = bot.updates.changed.subscribe(startMore);

  return {
    stop() {
      silence();
      stopped.abort();
      current.abort();
    },
  };
}
