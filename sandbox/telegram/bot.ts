import { type Bounded, createBounded } from '../bounded.ts';
import type { Faults } from '../faults/injector.ts';
import type { Sequence } from '../sequence.ts';
import type { BotApiAnswer } from './api-error.ts';
import type { Chat, ChatEvent, StoredMessage } from './chat.ts';
import { createFiles, type Files } from './files.ts';
import type { Message, User } from './types.ts';
import { createUpdateQueue, type UpdateQueue } from './updates.ts';

/** One call of the Bot API, as it was made and answered. */
export type CallRecord = {
  seq: number;
  at: string;
  botId: number;
  method: string;
  chatId?: number;
  params: Record<string, unknown>;
  /** Status and body that were, or in the case of a dropped connection would have been, sent. */
  status: number;
  response: BotApiAnswer | undefined;
};

export type Webhook = {
  url: string;
  secret: string | undefined;
  maxConnections: number;
  lastError?: { date: number; message: string };
  /** Since when its answers are 410, in milliseconds; one of another kind ends that. */
  goneSince?: number | undefined;
};

export type Bot = {
  readonly token: string;
  readonly user: User;
  readonly chats: Map<number, Chat>;
  readonly updates: UpdateQueue;
  readonly files: Files;
  readonly calls: Bounded<CallRecord>;
  /** Callback queries by id. */
  readonly queries: Map<string, { chat: Chat; at: number; answered: boolean }>;
  /** Commands, descriptions and the menu button, by name and language. */
  readonly profile: Map<string, unknown>;
  /** When its name and descriptions were set, in milliseconds. */
  readonly profileChanges: Map<string, number[]>;
  webhook: Webhook | undefined;
  /** Until then a webhook may not be set again. Milliseconds since 1970. */
  nextSetWebhookAt: number;
  nextMessageId(): number;
  /** Puts a message into a chat and writes the event down. */
  store(chat: Chat, message: Message, how: { byBot: boolean; frozen?: boolean; method?: string }): StoredMessage;
  note(chat: Chat, event: Omit<ChatEvent, 'seq' | 'at'>): ChatEvent;
};

const MAX_MESSAGES = 20_000;
const MAX_CALLS = 20_000;
const MAX_QUERIES = 5000;

export function createBot(
  token: string,
  user: User,
  deps: { now: () => Date; sequence: Sequence; faults: Faults },
): Bot {
  let lastMessageId = 0;
  const order: { chat: Chat; id: number }[] = [];

  const note: Bot['note'] = (chat, event) => {
    const full = { seq: deps.sequence.next(), at: deps.now().toISOString(), ...event };
    chat.history.add(full);
    const stored = event.messageId === undefined ? undefined : chat.messages.get(event.messageId);
    if (stored && ['sent', 'edited', 'user_sent', 'user_edited'].includes(event.kind)) stored.changed = full.seq;
    chat.changed.notify();
    return full;
  };

  return {
    token,
    user,
    chats: new Map(),
    updates: createUpdateQueue({
      now: deps.now,
      late: (method, params, chatId) => deps.faults.late({ target: 'telegram', method, token, chatId, params }),
    }),
    files: createFiles(user.id),
    calls: createBounded(MAX_CALLS),
    queries: boundedMap(MAX_QUERIES),
    profile: new Map(),
    profileChanges: new Map(),
    webhook: undefined,
    nextSetWebhookAt: 0,
    nextMessageId() {
      lastMessageId += 1;
      return lastMessageId;
    },
    store(chat, message, { byBot, frozen = false, method }) {
      const stored = { message, byBot, frozen, changed: 0 };
      chat.messages.set(message.message_id, stored);
      order.push({ chat, id: message.message_id });
      if (order.length > MAX_MESSAGES) {
        for (const old of order.splice(0, MAX_MESSAGES / 4)) old.chat.messages.delete(old.id);
      }
      note(chat, {
        kind: byBot ? 'sent' : 'user_sent',
        messageId: message.message_id,
        message,
        ...(method ? { method } : {}),
      });
      return stored;
    },
    note,
  };
}

function boundedMap<K, V>(limit: number): Map<K, V> {
  const map = new Map<K, V>();
  const set = map.set.bind(map);
  map.set = (key, value) => {
    for (const oldest of map.keys()) {
      if (map.size < limit) break;
      map.delete(oldest);
    }
    return set(key, value);
  };
  return map;
}
