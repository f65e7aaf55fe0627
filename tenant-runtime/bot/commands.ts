import { type Api, Composer } from 'grammy';
import type { BotCommand } from 'grammy/types';
import type { Log } from '../../kernel/log.ts';
import { isStaff, type StoreContext } from './context.ts';
import { attempt } from './telegram.ts';

const FOR_ALL: readonly BotCommand[] = [
  { command: 'start', description: '🏠 Buka toko' },
  { command: 'cari', description: '🔍 Cari produk' },
];
const FOR_STAFF: readonly BotCommand[] = [...FOR_ALL, { command: 'admin', description: '⚙️ Admin Settings' }];

/** The list that Telegram shows behind the menu button of a chat. The store works without it: nothing here fails. */
export type Commands = {
  publish(): Promise<void>;
  /** Telegram knows the chat of somebody of the staff only once they have written. */
  publishFor(staffId: number): Promise<void>;
};

export function createCommands(deps: { api: Api; staffIds: readonly number[]; log: Log }): Commands {
  async function set(commands: readonly BotCommand[], chatId?: number): Promise<void> {
    const scope = chatId === undefined ? {} : { scope: { type: 'chat', chat_id: chatId } as const };
    try {
      const outcome = await attempt(() => deps.api.setMyCommands(commands, scope));
      if (outcome.kind !== 'ok') deps.log.info({ chatId, outcome }, 'the list of commands was not taken');
    } catch (err) {
      deps.log.warn({ err }, 'the list of commands could not be sent');
    }
  }
  return {
    async publish() {
      await set(FOR_ALL);
      for (const id of deps.staffIds) await set(FOR_STAFF, id);
    },
    publishFor: (staffId) => set(FOR_STAFF, staffId),
  };
}

/** Staff who come for the first time find their command behind the menu button from then on. */
export function commandHandlers(commands: Pick<Commands, 'publishFor'>): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  composer.command('start', async (ctx, next) => {
    const { id } = ctx.user;
    if (isStaff(ctx.role)) ctx.tx.afterCommit(() => void commands.publishFor(id));
    await next();
  });
  return composer;
}
