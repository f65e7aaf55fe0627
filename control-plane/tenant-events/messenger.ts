import { Api, GrammyError } from 'grammy';
import type { Clock } from '../../kernel/clock.ts';
import type { Db } from '../../kernel/db.ts';
import type { Log } from '../../kernel/log.ts';
import { createWaker, type Waker } from '../../kernel/waker.ts';
import { type Folded, nextMessage, wordsOf } from './fold.ts';
import { markRefused, markSent, type OwnerMessage, openMessages } from './sql.ts';

/** So many events of a store are looked at for its next message to a chat. */
const MOST_OF_EACH = 50;
/** One message a second per chat is what Telegram takes; meanwhile more may come and share the next. */
const PACE_MS = 1100;
const LONGEST_WAIT_MS = 5 * 60_000;
const TIMEOUT_SECONDS = 15;

/** Says to the owners, through the alert bot, what waits for them: again until Telegram has taken or refused it. */
export function createMessenger(deps: { db: Db; token: string; apiRoot: string; clock: Clock; log: Log }): Waker {
  const { db, log } = deps;
  const api = new Api(deps.token, { apiRoot: deps.apiRoot, timeoutSeconds: TIMEOUT_SECONDS });

  /** Which store spoke last in each of the owners' chats. */
  const spokeLast = new Map<number, string>();

  /** Sends a message; undefined once Telegram has it, or why it never will. Throws when it must be tried later. */
  async function send(chatId: number, text: string, markup: { parse_mode?: 'HTML' }): Promise<string | undefined> {
    try {
      await api.sendMessage(chatId, text, { ...markup, link_preview_options: { is_disabled: true } });
      return undefined;
    } catch (error) {
      if (error instanceof GrammyError && (error.error_code === 400 || error.error_code === 403)) {
        return error.description;
      }
      throw error;
    }
  }

  async function say(chatId: number, { ids, store, text }: Folded): Promise<'done' | 'later'> {
    try {
      spokeLast.set(chatId, store);
      // The markup is the store's: what is wrong with it must cost the owner no word of the rest.
      const refused = (await send(chatId, text, { parse_mode: 'HTML' })) && (await send(chatId, wordsOf(text), {}));
      if (refused === undefined) {
        await markSent(db, ids, deps.clock.now());
        return 'done';
      }
      log.error({ chatId, reason: refused }, 'an owner cannot be told: they must start the alert bot');
      await markRefused(db, ids, refused);
      return 'done';
    } catch (error) {
      log.warn({ chatId, err: error }, 'an owner could not be told, will try again');
      return 'later';
    }
  }

  /** One message to each chat that something waits for. */
  async function round(): Promise<{ chats: number; held: boolean }> {
    const waiting = Map.groupBy(await openMessages(db, MOST_OF_EACH), (message: OwnerMessage) => message.chatId);
    let held = false;
    for (const [chatId, messages] of waiting) {
      const message = nextMessage(messages, spokeLast.get(chatId));
      if (message && (await say(chatId, message)) === 'later') held = true;
    }
    return { chats: waiting.size, held };
  }

  return createWaker({
    async work() {
      const { chats, held } = await round();
      if (held) throw new Error('Telegram did not take a message');
      return chats > 0 ? PACE_MS : undefined;
    },
    onFault: (_, failures) => Math.min(LONGEST_WAIT_MS, 1000 * 2 ** failures),
  });
}
