import { tooManyRequests } from './api-error.ts';

/** How fast a bot may send. Telegram documents 1 a second to one chat, short bursts aside, and 30 a second in all. */
export type RateLimits = { perChatPerSecond: number; perChatBurst: number; overallPerSecond: number };

export const STRICT_RATES: RateLimits = { perChatPerSecond: 1, perChatBurst: 3, overallPerSecond: 30 };

export type Rates = {
  /** `undefined` switches the limits off. */
  set(limits: RateLimits | undefined): void;
  get(): RateLimits | undefined;
  /**
   * Edits count in all, but in no chat: they have no `chatId`.
   * @throws BotApiError 429 when this message would be too many
   */
  spend(botId: number, chatId: number | undefined, messages: number): void;
};

type Bucket = { tokens: number; at: number };

/** Token buckets. `millis` is a monotonic clock. */
export function createRates(millis: () => number = () => performance.now()): Rates {
  let limits: RateLimits | undefined;
  const buckets = new Map<string, Bucket>();

  const wait = (key: string, perSecond: number, capacity: number, messages: number) => {
    const now = millis();
    const bucket = buckets.get(key) ?? { tokens: capacity, at: now };
    bucket.tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    buckets.set(key, bucket);
    // An album larger than the burst goes out when the bucket is full.
    const missing = Math.min(messages, capacity) - bucket.tokens;
    return { bucket, seconds: missing > 0 ? missing / perSecond : 0 };
  };

  return {
    set(next) {
      limits = next;
      buckets.clear();
    },
    get: () => limits,
    spend(botId, chatId, messages) {
      if (!limits) return;
      const chat =
        chatId === undefined
          ? undefined
          : wait(`${botId}:${chatId}`, limits.perChatPerSecond, limits.perChatBurst, messages);
      const all = wait(`${botId}`, limits.overallPerSecond, limits.overallPerSecond, messages);
      const seconds = Math.max(chat?.seconds ?? 0, all.seconds);
      if (seconds > 0) throw tooManyRequests(Math.ceil(seconds));
      if (chat) chat.bucket.tokens -= messages;
      all.bucket.tokens -= messages;
    },
  };
}
