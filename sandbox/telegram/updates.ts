import { randomInt } from 'node:crypto';
import { type Bell, createBell } from '../bell.ts';
import { BotApiError } from './api-error.ts';
import type { Update } from './types.ts';

/** Kinds that a bot does not get unless it asks for them. */
const OPT_IN = ['chat_member', 'message_reaction', 'message_reaction_count'];
const MAX_PENDING = 50_000;

export type Pending = {
  update: Update;
  /** Updates of one chat reach a webhook one after the other. */
  chatId: number | undefined;
  /** Injected by a test with an id of its choice: delivered once, whatever the offset. */
  injected: boolean;
  handedOut: boolean;
};

export type UpdateQueue = {
  readonly pending: readonly Pending[];
  /** Rings when an update was added or removed, or the consumer changed. */
  readonly bell: Bell;
  /** Adds an update with the next id; nothing when the bot does not want its kind. */
  push(kind: string, payload: unknown, chatId: number): void;
  inject(update: Update, chatId?: number): void;
  remove(entry: Pending): void;
  clear(): void;
  /** Which kinds the bot wants; `undefined` keeps the present choice, an empty list restores the default. */
  allow(kinds: readonly string[] | undefined): void;
  readonly allowed: readonly string[] | undefined;
  /** Ends a poll that is under way with 409, because a webhook was set. */
  endPoll(): void;
  /** `getUpdates`. A second call ends the first with 409. */
  poll(options: { offset: number; limit: number; timeoutMillis: number; signal: AbortSignal }): Promise<Update[]>;
};

export function createUpdateQueue(): UpdateQueue {
  let pending: Pending[] = [];
  let allowed: readonly string[] | undefined;
  let nextId = randomInt(100_000_000, 900_000_000);
  let consumer = 0;
  let endedBy = '';
  const bell = createBell();

  const add = (entry: Pending) => {
    pending.push(entry);
    if (pending.length > MAX_PENDING) pending.shift();
    bell.ring();
  };
  const wants = (kind: string) => (allowed ? allowed.includes(kind) : !OPT_IN.includes(kind));

  return {
    get pending() {
      return pending;
    },
    get allowed() {
      return allowed;
    },
    bell,
    push(kind, payload, chatId) {
      if (!wants(kind)) return;
      add({ update: { update_id: nextId, [kind]: payload }, chatId, injected: false, handedOut: false });
      nextId += 1;
    },
    inject(update, chatId) {
      nextId = Math.max(nextId, update.update_id + 1);
      add({ update, chatId, injected: true, handedOut: false });
    },
    remove(entry) {
      const at = pending.indexOf(entry);
      if (at >= 0) pending.splice(at, 1);
      bell.ring();
    },
    clear() {
      pending = [];
      bell.ring();
    },
    allow(kinds) {
      if (kinds) allowed = kinds.length > 0 ? kinds : undefined;
    },
    endPoll() {
      consumer += 1;
      endedBy = 'setWebhook request';
      bell.ring();
    },
    async poll({ offset, limit, timeoutMillis, signal }) {
      consumer += 1;
      const me = consumer;
      endedBy = 'other getUpdates request; make sure that only one bot instance is running';
      bell.ring();
      if (offset > 0) {
        pending = pending.filter((entry) => (entry.injected ? !entry.handedOut : entry.update.update_id >= offset));
      } else if (offset < 0) {
        pending = pending.slice(offset);
      }
      const look = () => (consumer !== me ? 'replaced' : pending.length > 0 ? 'ready' : undefined);
      const seen = await bell.until(look, timeoutMillis, signal);
      if (seen === 'replaced' || consumer !== me) {
        throw new BotApiError(409, `Conflict: terminated by ${endedBy}`);
      }
      const batch = pending.slice(0, limit);
      for (const entry of batch) entry.handedOut = true;
      return batch.map((entry) => entry.update);
    },
  };
}
