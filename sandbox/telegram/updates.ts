import { randomInt } from 'node:crypto';
import { type Condition, createCondition } from '../condition.ts';
import { BotApiError } from './api-error.ts';
import type { Update } from './types.ts';

/** Kinds that a bot does not get unless it asks for them. */
const OPT_IN = ['chat_member', 'message_reaction', 'message_reaction_count'];
const MAX_PENDING = 50_000;

const DAY_MILLIS = 24 * 3600_000;
/** Someone waits for the answer to these: nobody wants them later. */
const QUERY_MILLIS = 150_000;
const QUERIES = ['callback_query', 'pre_checkout_query', 'shipping_query'];

/** Kinds that queue together; every other kind queues by itself. */
const LANES: Record<string, string> = {
  message: 'message',
  edited_message: 'message',
  pre_checkout_query: 'checkout',
  shipping_query: 'checkout',
};

export type Pending = {
  update: Update;
  chatId: number | undefined;
  /** Updates of one person and one kind reach a webhook one after the other; `undefined` waits for none. */
  lane: string | undefined;
  /** Milliseconds since 1970. */
  expiresAt: number;
  /** Injected by a test with an id of its choice: delivered once, whatever the offset. */
  injected: boolean;
  handedOut: boolean;
};

export type UpdateQueue = {
  readonly pending: readonly Pending[];
  /** Rings when an update was added or removed, or the consumer changed. */
  readonly changed: Condition;
  /** Adds an update with the next id; nothing when the bot does not want its kind. */
  push(kind: string, payload: unknown, chatId: number): void;
  inject(update: Update, chatId?: number): void;
  remove(entry: Pending): void;
  /** Drops what Telegram keeps no longer: messages after 24 hours, taps after 150 seconds. */
  expire(): void;
  clear(): void;
  /** Which kinds the bot wants; `undefined` keeps the present choice, an empty list restores the default. */
  allow(kinds: readonly string[] | undefined): void;
  readonly allowed: readonly string[] | undefined;
  /** Ends a poll that is under way with 409, because a webhook was set. */
  endPoll(): void;
  /** `getUpdates`. A second call ends the first with 409. */
  poll(options: { offset: number; limit: number; timeoutMillis: number; signal: AbortSignal }): Promise<Update[]>;
};

export function createUpdateQueue(deps: {
  now: () => Date;
  /** Resolves when an update that a fault makes late may arrive; `undefined` when none does. */
  late: (kind: string, payload: unknown, chatId: number) => Promise<void> | undefined;
}): UpdateQueue {
  const { now, late } = deps;
  let pending: Pending[] = [];
  let allowed: readonly string[] | undefined;
  let nextId = randomInt(100_000_000, 900_000_000);
  let consumer = 0;
  let endedBy = '';
  const changed = createCondition();
  /** Lanes that stand still, and what waits in them: it has no id yet, as Telegram numbers what arrives. */
  const standing = new Map<string, (() => void)[]>();

  const add = (entry: Pending) => {
    pending.push(entry);
    if (pending.length > MAX_PENDING) pending.shift();
    changed.notify();
  };
  const wants = (kind: string) => (allowed ? allowed.includes(kind) : !OPT_IN.includes(kind));
  const expiry = (kind: string) => now().getTime() + (QUERIES.includes(kind) ? QUERY_MILLIS : DAY_MILLIS);
  const laneOf = (kind: string, chatId: number) => `${chatId}:${LANES[kind] ?? kind}`;

  const queue: UpdateQueue = {
    get pending() {
      return pending;
    },
    get allowed() {
      return allowed;
    },
    changed,
    push(kind, payload, chatId) {
      if (!wants(kind)) return;
      const lane = laneOf(kind, chatId);
      const expiresAt = expiry(kind);
      const arrive = () => {
        const update = { update_id: nextId, [kind]: payload };
        nextId += 1;
        add({ update, chatId, lane, expiresAt, injected: false, handedOut: false });
      };
      const before = standing.get(lane);
      if (before) {
        before.push(arrive);
        return;
      }
      const waiting = late(kind, payload, chatId);
      if (!waiting) return arrive();
      standing.set(lane, [arrive]);
      void waiting.then(() => {
        const arrivals = standing.get(lane) ?? [];
        standing.delete(lane);
        for (const come of arrivals) come();
      });
    },
    inject(update, chatId) {
      nextId = Math.max(nextId, update.update_id + 1);
      const kind = Object.keys(update).find((key) => key !== 'update_id') ?? '';
      const lane = chatId === undefined ? undefined : laneOf(kind, chatId);
      add({ update, chatId, lane, expiresAt: expiry(kind), injected: true, handedOut: false });
    },
    remove(entry) {
      const at = pending.indexOf(entry);
      if (at >= 0) pending.splice(at, 1);
      changed.notify();
    },
    expire() {
      if (pending.length === 0) return;
      const millis = now().getTime();
      const kept = pending.filter((entry) => entry.expiresAt > millis);
      if (kept.length === pending.length) return;
      pending = kept;
      changed.notify();
    },
    clear() {
      pending = [];
      changed.notify();
    },
    allow(kinds) {
      if (kinds) allowed = kinds.length > 0 ? kinds : undefined;
    },
    endPoll() {
      consumer += 1;
      endedBy = 'setWebhook request';
      changed.notify();
    },
    async poll({ offset, limit, timeoutMillis, signal }) {
      consumer += 1;
      const me = consumer;
      endedBy = 'other getUpdates request; make sure that only one bot instance is running';
      changed.notify();
      if (offset > 0) {
        pending = pending.filter((entry) => (entry.injected ? !entry.handedOut : entry.update.update_id >= offset));
      } else if (offset < 0) {
        pending = pending.slice(offset);
      }
      queue.expire();
      const look = () => (consumer !== me ? 'replaced' : pending.length > 0 ? 'ready' : undefined);
      const seen = await changed.until(look, timeoutMillis, signal);
      if (seen === 'replaced' || consumer !== me) {
        throw new BotApiError(409, `Conflict: terminated by ${endedBy}`);
      }
      const batch = pending.slice(0, limit);
      for (const entry of batch) entry.handedOut = true;
      return batch.map((entry) => entry.update);
    },
  };
  return queue;
}
