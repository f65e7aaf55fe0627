import { useEffect, useReducer, useState } from 'react';
import type { ChatChange, LiveUpdate } from '../../../sandbox/control/live.ts';
import type { ChatEvent } from '../../../sandbox/telegram/chat.ts';
import type { ReplyKeyboard } from '../../../sandbox/telegram/types.ts';
import type { MessageView } from '../../../sandbox/telegram/view.ts';

/** A chat as a phone shows it. */
export type ChatState = {
  messages: readonly MessageView[];
  keyboard: ReplyKeyboard | null;
  blocked: boolean;
  /** Answers to taps and what the bot is doing, the last few. */
  events: readonly ChatEvent[];
};

/** What the page knows of the sandbox. */
export type LiveState = Omit<LiveUpdate, 'chats' | 'whole'> & { chats: ReadonlyMap<number, ChatState> };

const EMPTY_CHAT: ChatState = { messages: [], keyboard: null, blocked: false, events: [] };
const KEPT = 500;
const KEPT_EVENTS = 20;

/** The state after an update. Pure. */
export function applied(state: LiveState | undefined, update: LiveUpdate): LiveState {
  const before = update.whole ? undefined : state;
  const { chats, whole: _, ...rest } = update;
  return {
    ...rest,
    chats: new Map(chats.map((chat) => [chat.user, changed(before?.chats.get(chat.user) ?? EMPTY_CHAT, chat)])),
    calls: joined(before?.calls, update.calls),
    payments: {
      ...update.payments,
      calls: joined(before?.payments.calls, update.payments.calls),
      webhooks: joined(before?.payments.webhooks, update.payments.webhooks),
      transactions: replaced(before?.payments.transactions ?? [], update.payments.transactions, ({ txnId }) => txnId),
    },
  };
}

function changed(chat: ChatState, { messages, ids, keyboard, blocked, events }: ChatChange): ChatState {
  const there = new Set(ids);
  return {
    messages: replaced(chat.messages, messages, ({ id }) => id)
      .filter(({ id }) => there.has(id))
      .sort((a, b) => a.id - b.id),
    keyboard,
    blocked,
    events: [...chat.events, ...events].slice(-KEPT_EVENTS),
  };
}

const joined = <T>(before: readonly T[] | undefined, more: readonly T[]): T[] =>
  [...(before ?? []), ...more].slice(-KEPT);

/** The entries with those of the same key in place of the old ones, and new ones behind. */
function replaced<T>(before: readonly T[], newer: readonly T[], keyOf: (entry: T) => unknown): T[] {
  const byKey = new Map(before.map((entry) => [keyOf(entry), entry]));
  for (const entry of newer) byKey.set(keyOf(entry), entry);
  return [...byKey.values()];
}

/** Follows the sandbox: its state, and whether the line to it is up. `people` are those whose chats are shown. */
export function useLive(bot: number | undefined, people: readonly number[]): { state?: LiveState; connected: boolean } {
  const [state, apply] = useReducer(applied, undefined as LiveState | undefined);
  const [connected, setConnected] = useState(false);
  const chats = [...new Set(people)].join(',');
  useEffect(() => {
    const search = new URLSearchParams({ ...(bot === undefined ? {} : { bot: String(bot) }), chats });
    // It connects again by itself, and goes on after the last event that it got.
    const source = new EventSource(`/control/live?${search}`);
    source.onopen = () => setConnected(true);
    source.onerror = () => setConnected(false);
    source.onmessage = ({ data }) => apply(JSON.parse(data) as LiveUpdate);
    return () => source.close();
  }, [bot, chats]);
  return { state, connected };
}
