import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { FaultView } from '../faults/rules.ts';
import type { PakasirCall } from '../pakasir/index.ts';
import type { Notification } from '../pakasir/notifier.ts';
import type { Transaction } from '../pakasir/types.ts';
import type { CallRecord } from '../telegram/bot.ts';
import type { Chat, ChatEvent } from '../telegram/chat.ts';
import type { ReplyKeyboard, User } from '../telegram/types.ts';
import { type MessageView, messageView } from '../telegram/view.ts';
import type { Sandbox } from '../types.ts';
import type { Declare } from './route.ts';

/** A chat in an update of the stream: what changed since the update before, and what is there. */
export type ChatChange = {
  user: number;
  /** Messages that are new or edited. */
  messages: MessageView[];
  /** Ids of all messages: what the reader has beside these was deleted. */
  ids: number[];
  keyboard: ReplyKeyboard | null;
  blocked: boolean;
  /** Answers to taps and what the bot is doing ("typing"); none in the first update. */
  events: ChatEvent[];
};

export type BotChange = {
  id: number;
  name: string;
  username: string;
  webhook: string;
  /** Updates that the bot has not taken yet. */
  pending: number;
  description: string;
  commands: { command: string; description: string }[];
};

/** Everything that changed in a sandbox since the number before; the first update of a stream holds what there is. */
export type LiveUpdate = {
  /** Nothing that the reader has of earlier counts any more. */
  whole: boolean;
  seq: number;
  /** The sandbox's time. */
  at: string;
  bots: BotChange[];
  people: User[];
  chats: ChatChange[];
  calls: CallRecord[];
  payments: { calls: PakasirCall[]; webhooks: Notification[]; transactions: Transaction[]; notifying: boolean };
  faults: FaultView[];
};

/** Of what was called before the stream began, at most this many of each kind. */
const PAST = 300;
/** Streams at once; each costs a look at the sandbox for every event. */
const MAX_STREAMS = 32;
const HEARTBEAT_MILLIS = 15_000;

const ids = z
  .string()
  .regex(/^(\d{1,16}(,\d{1,16}){0,7})?$/, 'up to eight ids of people, with commas between them')
  .transform((text) => (text === '' ? [] : text.split(',').map(Number)));
const query = z.strictObject({ bot: z.coerce.number().optional(), chats: ids.default([]) });

/** `GET /control/live`: server-sent events that keep a page up to date. */
export function liveRoutes(sandbox: Sandbox, declare: Declare): void {
  let streams = 0;
  declare(
    'GET',
    '/live',
    'server-sent events: what changes ?bot&chats=<person>,<person>; goes on after Last-Event-ID',
    { body: query },
    ({ body, request, reply }) => {
      if (streams >= MAX_STREAMS) {
        return reply.code(429).send({ error: `${MAX_STREAMS} pages look at this sandbox already: close one.` });
      }
      streams += 1;
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      const stop = follow(sandbox, raw, body, String(request.headers['last-event-id'] ?? ''));
      raw.once('close', () => {
        streams -= 1;
        stop();
      });
      return reply;
    },
  );
}

/** Writes an update at once and after every change; a reader that is slow gets fewer, larger ones. */
function follow(sandbox: Sandbox, raw: ServerResponse, watched: z.infer<typeof query>, lastId: string): () => void {
  const { sequence } = sandbox;
  let [era, number] = lastId.split('.');
  let since = Number(number) || 0;
  let waiting = false;
  const send = () => {
    if (waiting || raw.destroyed) return;
    if (era !== sequence.era) since = 0;
    era = sequence.era;
    const update = changesSince(sandbox, watched, since);
    since = update.seq;
    if (raw.write(`id: ${era}.${update.seq}\ndata: ${JSON.stringify(update)}\n\n`)) return;
    waiting = true;
    raw.once('drain', () => {
      waiting = false;
      send();
    });
  };
  const unsubscribe = sequence.changed.subscribe(send);
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MILLIS);
  send();
  return () => {
    clearInterval(heartbeat);
    unsubscribe();
  };
}

function changesSince(sandbox: Sandbox, { bot: id, chats }: z.infer<typeof query>, since: number): LiveUpdate {
  const { telegram, pakasir, faults, sequence } = sandbox;
  const bot = id === undefined ? undefined : telegram.bots().find(({ user }) => user.id === id);
  return {
    whole: since === 0,
    seq: sequence.last(),
    at: sandbox.now().toISOString(),
    bots: telegram.bots().map(({ user, webhook, updates, profile }) => ({
      id: user.id,
      name: user.first_name,
      username: user.username ?? '',
      webhook: webhook?.url ?? '',
      pending: updates.pending.length,
      description: String(profile.get('description:') ?? ''),
      commands: commandsOf(profile),
    })),
    people: telegram.users(),
    chats: bot ? chats.map((user) => chatSince(user, bot.chats.get(user), since)) : [],
    calls: bot ? newer(bot.calls.list(), since) : [],
    payments: {
      calls: newer(pakasir.calls.list(), since),
      webhooks: newer(pakasir.notifier.sent(), since),
      transactions: pakasir.ledger
        .list()
        .filter(({ changed }) => changed > since)
        .slice(-PAST),
      notifying: pakasir.projects().every(({ notify }) => notify),
    },
    faults: faults.list(),
  };
}

const NO_CHAT = { messages: [], ids: [], keyboard: null, blocked: false, events: [] };

function chatSince(user: number, chat: Chat | undefined, since: number): ChatChange {
  if (!chat) return { user, ...NO_CHAT };
  const told = ({ kind }: ChatEvent) => kind === 'answered' || kind === 'action';
  return {
    user,
    messages: [...chat.messages.values()].filter(({ changed }) => changed > since).map(messageView),
    ids: [...chat.messages.keys()],
    keyboard: chat.keyboard ?? null,
    blocked: chat.blocked,
    events: since === 0 ? [] : newer(chat.history.list(), since).filter(told),
  };
}

/** The entries after a number, oldest first. Lists are in the order of their numbers. */
function newer<T extends { seq: number }>(entries: readonly T[], since: number): T[] {
  let from = entries.length;
  while (from > 0 && (entries[from - 1] as T).seq > since && entries.length - from < PAST) from -= 1;
  return entries.slice(from);
}

/** The commands of private chats, in the language that the people of a sandbox have, else in any. */
function commandsOf(profile: ReadonlyMap<string, unknown>): BotChange['commands'] {
  const found = ['all_private_chats', 'default'].flatMap((type) =>
    ['id', ''].flatMap((language) => profile.get(`commands:${JSON.stringify({ type })}:${language}`) ?? []),
  );
  return found as BotChange['commands'];
}
