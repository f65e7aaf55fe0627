import { type Api, Bot } from 'grammy';
import type { Update, UserFromGetMe } from 'grammy/types';
import type { BackgroundTask } from '../../../kernel/background-tasks.ts';
import { withStorableTexts } from '../../../kernel/text.ts';
import { clientOptions, createBotApi, sendHtml } from '../../platform/telegram/index.ts';
import { type BotDeps, ownerCaller } from './context.ts';
import { COMMANDS } from './copy/people.ts';
import { answerFault, createHandlers } from './handlers.ts';
import { ownerBotTask } from './poller.ts';
import { claimUpdate, deleteUpdatesBefore } from './sql.ts';
import { createStrangers } from './strangers.ts';

const POLL_TIMEOUT_SECONDS = 40;
/** Telegram repeats an update for a day at most. */
const KEEP_UPDATES_MS = 3 * 86_400_000;

export type OwnerBot = {
  /** Asks Telegram for updates, and answers them. */
  task: BackgroundTask;
  /** Forgets updates that cannot come again. */
  expire(): Promise<void>;
};

/** The bot that owners of this control plane talk to. It takes orders from nobody else. */
export function createOwnerBot(
  deps: Omit<BotDeps, 'log'> & {
    log: BotDeps['log'];
    token: string;
    apiRoot: string;
    api: Api;
    ownerIds: readonly number[];
    /** Telegram answers: what waits may be said. */
    onConnected(): void;
  },
): OwnerBot {
  const { db, clock, log, api, apiRoot, ownerIds } = deps;
  const owners = new Set(ownerIds);
  const bot = new Bot(deps.token, { client: clientOptions(apiRoot) });
  const strangers = createStrangers({ ...deps, callerOf: ownerCaller });
  bot.use(async (ctx, next) => {
    try {
      await next();
    } catch (err) {
      if (!(await answerFault(ctx, err))) log.error({ err, updateId: ctx.update.update_id }, 'an owner got no answer');
    }
  });
  bot.use(createHandlers(deps));

  async function connected(me: UserFromGetMe): Promise<void> {
    bot.botInfo = me;
    for (const chatId of ownerIds) {
      // Telegram knows the chat of an owner only once they have written.
      await api
        .setMyCommands([...COMMANDS], { scope: { type: 'chat', chat_id: chatId } })
        .catch((err) => log.debug({ err, chatId }, 'the list of commands was not taken'));
    }
    log.info({ bot: me.username }, 'the owner bot listens');
    deps.onConnected();
  }

  /** Takes an update up at most once, however often it comes. */
  async function handle(given: Update): Promise<void> {
    const update = withStorableTexts(given);
    const { message, callback_query: query } = update;
    const from = message?.from ?? query?.from;
    const chat = (message ?? query?.message)?.chat;
    if (!from || from.is_bot || (chat && chat.type !== 'private')) return;
    if (!owners.has(from.id)) return refuse(update, from);
    if (!(await claimUpdate(db, bot.botInfo.id, update.update_id, clock.now()))) return;
    await bot
      .handleUpdate(update)
      .catch((err) => log.error({ err, updateId: update.update_id }, 'an update of an owner failed'));
  }

  async function refuse(
    { message, callback_query: query }: Update,
    from: { id: number } & Parameters<typeof strangers.meet>[0],
  ) {
    try {
      const words = await strangers.meet(from, message?.text ?? (query ? 'sebuah tombol' : 'sesuatu'));
      if (words === undefined) return;
      if (query) await api.answerCallbackQuery(query.id, { text: words });
      else await sendHtml(api, from.id, words);
    } catch (err) {
      log.warn({ err }, 'a stranger got no answer');
    }
  }

  const pollApi = createBotApi(deps.token, apiRoot, POLL_TIMEOUT_SECONDS);
  return {
    task: ownerBotTask({ api: pollApi, onConnected: connected, handle, log }),
    expire: () => deleteUpdatesBefore(db, new Date(clock.now().getTime() - KEEP_UPDATES_MS)),
  };
}
