import { type ChatClient, createChatClient } from './client/chat.ts';
import { createFaultsClient, type FaultsClient } from './client/faults.ts';
import { type ControlHttp, createControlHttp, longPoll } from './client/http.ts';
import { createPakasirClient, type PakasirClient } from './client/pakasir.ts';
import type { BotView } from './control/bots.ts';
import type { ChannelRight } from './control/channels.ts';
import type { Settings } from './control/routes.ts';
import type { CallRecord } from './telegram/bot.ts';
import type { CallFilter, NewBot, NewUser } from './telegram/index.ts';
import type { ChannelChat, Update, User } from './telegram/types.ts';

/** A channel that one bot posts to, as its readers see it. */
export type ChannelClient = ChannelChat &
  Pick<
    ChatClient,
    'waitFor' | 'waitForDeleted' | 'mark' | 'messages' | 'last' | 'history' | 'download' | 'transcript'
  > & {
    /** What the bot may do there: `post`, nothing (`no_right`), or it is out (`not_member`, `kicked`). */
    setRight(right: ChannelRight): Promise<void>;
  };

export type { AlbumFile, ChatClient, FileInput, WaitOptions } from './client/chat.ts';
export type { FaultHandle, FaultsClient } from './client/faults.ts';
export type { PakasirClient } from './client/pakasir.ts';
export type { BotView } from './control/bots.ts';
export type { Toast } from './control/chats.ts';
export type { FaultInput, FaultView } from './faults/rules.ts';
export type { Transaction } from './pakasir/types.ts';
export type { CallRecord } from './telegram/bot.ts';
export type { ButtonView, ChatView, MessageView } from './telegram/view.ts';
export { type RenderOptions, renderButtons, renderMessage, renderTranscript } from './transcript.ts';

export type PersonClient = User & { chatWith(bot: { id: number }): ChatClient };

/** A sandbox over its control API: what tests, the benchmark and the demo use to play people, banks and bad luck. */
export type SandboxClient = {
  readonly url: string;
  createBot(bot?: NewBot): Promise<BotView>;
  bots(): Promise<BotView[]>;
  createUser(user?: NewUser): Promise<PersonClient>;
  /** People who wrote to the bot long ago; some of them have blocked it since, or are gone. No update is sent. */
  createCrowd(
    bot: { id: number },
    ids: readonly number[],
    blocked?: readonly number[],
    deactivated?: readonly number[],
  ): Promise<void>;
  /** A channel in which the bot may post, until its right is changed. */
  createChannel(bot: { id: number }, channel: { title: string; username?: string }): Promise<ChannelClient>;
  /** A raw update, with an `update_id` of your choice. */
  injectUpdate(bot: { id: number }, update: Update): Promise<void>;
  /** `getWebhookInfo` of a bot. */
  webhookInfo(bot: { id: number }): Promise<Record<string, unknown>>;
  /** Calls of the Bot API, oldest first, without getUpdates. */
  calls(filter?: CallFilter): Promise<CallRecord[]>;
  /** Resolves with the calls once there are `count` (1) that match. */
  waitForCalls(filter: CallFilter, options?: { count?: number; timeoutMs?: number }): Promise<CallRecord[]>;
  /** The number of the last event, for `since`. */
  now(): Promise<number>;
  configure(settings: Settings): Promise<void>;
  reset(): Promise<void>;
  readonly pakasir: PakasirClient;
  readonly faults: FaultsClient;
};

/** @param baseUrl what the sandbox printed, such as `http://127.0.0.1:7780` */
export function createSandboxClient(baseUrl: string): SandboxClient {
  const url = baseUrl.replace(/\/+$/, '');
  const http = createControlHttp(url);
  const calls = (filter: CallFilter = {}) => http.get<CallRecord[]>('/calls', filter);
  return {
    url,
    createBot: (bot = {}) => http.post('/bots', bot),
    bots: () => http.get('/bots'),
    async createUser(user = {}) {
      const person = await http.post<User>('/users', user);
      return { ...person, chatWith: (bot) => createChatClient(http, bot.id, person.id) };
    },
    async createCrowd(bot, ids, blocked = [], deactivated = []) {
      await http.post(`/bots/${bot.id}/crowd`, { ids, blocked, deactivated });
    },
    async createChannel(bot, channel) {
      return createChannelClient(http, bot.id, await http.post<ChannelChat>(`/bots/${bot.id}/channels`, channel));
    },
    async injectUpdate(bot, update) {
      await http.post(`/bots/${bot.id}/updates`, update);
    },
    webhookInfo: async (bot) => (await http.get<{ result: Record<string, unknown> }>(`/bots/${bot.id}/webhook`)).result,
    calls,
    async waitForCalls(filter, { count = 1, timeoutMs = 90_000 } = {}) {
      const found = await longPoll(timeoutMs, async (timeoutMillis) => {
        return (await http.post<{ found: CallRecord[] | null }>('/calls/wait', { ...filter, count, timeoutMillis }))
          .found;
      });
      if (found) return found;
      const seen = (await calls(filter)).length;
      throw new Error(`Waited ${timeoutMs} ms for ${count} calls like ${JSON.stringify(filter)}; there are ${seen}.`);
    },
    now: async () => (await http.get<{ seq: number }>('/sequence')).seq,
    async configure(settings) {
      await http.post('/settings', settings);
    },
    async reset() {
      await http.post('/reset');
    },
    pakasir: createPakasirClient(http),
    faults: createFaultsClient(http),
  };
}

function createChannelClient(http: ControlHttp, botId: number, channel: ChannelChat): ChannelClient {
  return {
    ...createChatClient(http, botId, channel.id),
    ...channel,
    async setRight(right) {
      await http.post(`/bots/${botId}/channels/${channel.id}/right`, { right });
    },
  };
}
