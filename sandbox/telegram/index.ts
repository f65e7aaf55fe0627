import { randomBytes, randomInt } from 'node:crypto';
import { AppError } from '../../kernel/errors.ts';
import { type Condition, createCondition } from '../condition.ts';
import type { Faults } from '../faults/injector.ts';
import type { RetryPolicy } from '../retry.ts';
import type { Sequence } from '../sequence.ts';
import { type Bot, type CallRecord, createBot } from './bot.ts';
import { createDispatch, type Dispatch } from './dispatch.ts';
import { createGoneWords, type GoneWords } from './gone.ts';
import { createPeople, type People } from './people.ts';
import { createRates, type Rates } from './rates.ts';
import type { User } from './types.ts';
import { createWebhookSender, type WebhookSender } from './webhook.ts';

export type NewBot = { token?: string; username?: string; name?: string };
export type NewUser = { id?: number; firstName?: string; lastName?: string; username?: string };
export type CallFilter = {
  botId?: number;
  method?: string;
  chatId?: number;
  /** Only calls after this number of the sandbox's sequence. */
  since?: number;
};

/** The Telegram of a sandbox: its bots, its people, and the Bot API between them. */
export type Telegram = {
  createBot(given?: NewBot): Bot;
  bots(): Bot[];
  /** @throws AppError NOT_FOUND */
  bot(id: number): Bot;
  createUser(given?: NewUser): User;
  users(): User[];
  /** @throws AppError NOT_FOUND */
  user(id: number): User;
  botByToken(token: string): Bot | undefined;
  calls(filter?: CallFilter): CallRecord[];
  readonly people: People;
  readonly rates: Rates;
  /** How it words that a message is gone. */
  readonly gone: GoneWords;
  readonly dispatch: Dispatch;
  /** Rings after every recorded call. */
  readonly called: Condition;
  /** Forgets every bot and person. */
  reset(): void;
};

export function createTelegram(deps: {
  faults: Faults;
  sequence: Sequence;
  retry: RetryPolicy;
  now: () => Date;
}): Telegram {
  const { faults, sequence, retry, now } = deps;
  const byToken = new Map<string, Bot>();
  const byId = new Map<number, Bot>();
  const users = new Map<number, User>();
  const senders: WebhookSender[] = [];
  const rates = createRates();
  const botByToken = (token: string) => byToken.get(token);
  const gone = createGoneWords();
  const called = createCondition();
  const dispatch = createDispatch({ botByToken, faults, rates, gone, sequence, called, now });

  return {
    createBot(given = {}) {
      const token = given.token ?? `${randomInt(1e9, 9e9)}:${randomBytes(26).toString('base64url')}`;
      const id = Number(/^(\d{5,15}):[A-Za-z0-9_-]{20,}$/.exec(token)?.[1]);
      if (!id) throw new AppError('BAD_REQUEST', 'A bot token is <digits>:<at least 20 letters, digits, _ or ->.');
      const known = byToken.get(token);
      if (known) return known;
      if (byId.has(id)) throw new AppError('BAD_REQUEST', `A bot with the id ${id} exists, with another token.`);
      const user: User = {
        id,
        is_bot: true,
        first_name: given.name ?? 'Toko',
        username: given.username ?? `toko_${id}_bot`,
      };
      const bot = createBot(token, user, { now, sequence, faults });
      byToken.set(token, bot);
      byId.set(id, bot);
      senders.push(createWebhookSender(bot, { faults, dispatch, retry, now }));
      return bot;
    },
    bots: () => [...byId.values()],
    bot: (id) => found(byId.get(id), 'bot'),
    createUser({ id = randomInt(1e8, 8e9), firstName = 'Budi', lastName, username } = {}) {
      const user: User = {
        id,
        is_bot: false,
        first_name: firstName,
        ...(lastName ? { last_name: lastName } : {}),
        ...(username ? { username } : {}),
        language_code: 'id',
      };
      users.set(id, user);
      return user;
    },
    users: () => [...users.values()],
    user: (id) => found(users.get(id), 'user'),
    botByToken,
    calls({ botId, method, chatId, since = 0 } = {}) {
      const bots = botId === undefined ? [...byId.values()] : [found(byId.get(botId), 'bot')];
      const wanted = (call: CallRecord) =>
        call.seq > since &&
        (method === undefined || call.method === method) &&
        (chatId === undefined || call.chatId === chatId);
      return bots.flatMap((bot) => bot.calls.list().filter(wanted)).sort((a, b) => a.seq - b.seq);
    },
    people: createPeople({ now }),
    rates,
    gone,
    dispatch,
    called,
    reset() {
      for (const sender of senders.splice(0)) sender.stop();
      for (const map of [byToken, byId, users]) map.clear();
      rates.set(undefined);
      gone.choose('not_found');
    },
  };
}

function found<T>(thing: T | undefined, what: string): T {
  if (!thing) throw new AppError('NOT_FOUND', `There is no such ${what} in the sandbox.`);
  return thing;
}
