import type { Api, Bot } from 'grammy';
import type { Message, Update } from 'grammy/types';
import type { Db, Queryable, Tx } from '../../kernel/db.ts';
import type { Log } from '../../kernel/log.ts';
import { createMutex } from '../../kernel/mutex.ts';
import { withStorableTexts } from '../../kernel/text.ts';
import type { FetchAttachment } from './attachments.ts';
import type { Role, StoreContext, StoreUser } from './context.ts';
import type { Form } from './form.ts';
import { escapeHtml } from './html.ts';
import { createScreen, type Screen } from './screen.ts';

export type Sender = { id: number; first_name: string; last_name?: string; username?: string };

/** What stands between an update and its handler. */
export type Gatekeeper = {
  /** Records the sender and says who they are; also that they can be reached again. */
  recognise(tx: Tx, sender: Sender): Promise<{ user: StoreUser; role: Role; form: Form | undefined }>;
  /** False when the update goes no further (spam); it has said so itself. */
  admit(ctx: StoreContext): Promise<boolean>;
};

export type Updates = {
  /**
   * Handles one update in one transaction, once, however often it comes. Resolves when it is committed; what the person
   * sees is sent after that. Rejects when the database is away: the update is not handled and must come again.
   */
  handle(update: Update): Promise<void>;
  /** Handles the answer that is held of a person, once no further piece of it is waited for. */
  complete(userId: number): Promise<void>;
  /** Resolves when nothing is being handled or sent. */
  idle(): Promise<void>;
};

export type UpdateResult = 'handled' | 'repeated' | 'ignored' | 'faulty';

export function createUpdates(deps: {
  bot: Bot<StoreContext>;
  api: Api;
  db: Db;
  gatekeeper: Gatekeeper;
  fetchAttachment: FetchAttachment;
  apology: string;
  log: Log;
  count(result: UpdateResult): void;
  /** The message of an answer that came in pieces, when its time has come. */
  dueAnswer(tx: Tx, userId: number): Promise<Message | undefined>;
  /** Gives up an answer that its wizard failed on. */
  dropAnswer(tx: Tx, userId: number): Promise<void>;
}): Updates {
  const { bot, db, gatekeeper, log } = deps;
  const handling = createMutex<number>();
  const sending = createMutex<number>();
  /** The newest screen that waits to be shown in a message, by chat and message: quick taps end in one edit. */
  const newest = new Map<string, Screen>();

  async function handle(update: Update): Promise<void> {
    const sender = senderOf(update);
    if (!sender) {
      deps.count('ignored');
      return;
    }
    let screen = screenFor(update, sender);
    let result: UpdateResult;
    try {
      const attachment = await deps.fetchAttachment(update, sender.id);
      result = await db.tx(async (tx) => {
        if (!(await claim(tx, update.update_id))) return 'repeated';
        const recognised = await gatekeeper.recognise(tx, sender);
        pending.set(update, { tx, ...recognised, ...screen.methods, attachment });
        await bot.handleUpdate(update);
        return 'handled';
      });
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      // A handler's own fault would come again with every repeat: the update is put aside and the person is told.
      log.error({ err: causeOf(error), updateId: update.update_id }, 'update failed');
      await db.tx((tx) => claim(tx, update.update_id));
      screen = screenFor(update, sender);
      screen.methods.toast(deps.apology, { alert: true });
      if (!update.callback_query) screen.methods.send(escapeHtml(deps.apology));
      result = 'faulty';
    } finally {
      pending.delete(update);
    }
    deps.count(result);
    if (result === 'repeated') return;
    show(sender.id, screen, update.update_id);
  }

  function show(personId: number, screen: Screen, updateId: number): void {
    const edited = screen.edits();
    const place = `${personId}:${edited}`;
    if (edited !== undefined) newest.set(place, screen);
    sending
      .run(personId, async () => {
        try {
          for (const outcome of await screen.flush(deps.api, () => newest.get(place) !== screen)) {
            log.warn({ outcome, updateId }, 'an answer was not taken by Telegram');
          }
        } finally {
          if (newest.get(place) === screen) newest.delete(place);
        }
      })
      .catch((err) => log.error({ err, updateId }, 'an answer could not be sent'));
  }

  async function complete(userId: number): Promise<void> {
    let screen = createScreen({ chatId: userId });
    try {
      const update = await db.tx(async (tx) => {
        const message = await deps.dueAnswer(tx, userId);
        if (!message?.from) return undefined;
        const update: Update = { update_id: 0, message: message as NonNullable<Update['message']> };
        const recognised = await gatekeeper.recognise(tx, message.from);
        pending.set(update, { tx, ...recognised, ...screen.methods, attachment: undefined, complete: true });
        await bot.handleUpdate(update).finally(() => pending.delete(update));
        return update;
      });
      if (!update) return;
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      log.error({ err: causeOf(error) }, 'an answer in several messages failed');
      await db.tx((tx) => deps.dropAnswer(tx, userId));
      screen = createScreen({ chatId: userId });
      screen.methods.send(escapeHtml(deps.apology));
    }
    show(userId, screen, 0);
  }

  // The state of an update reaches its context here, before any handler sees it.
  const pending = new Map<
    Update,
    Pick<
      StoreContext,
      'tx' | 'user' | 'role' | 'form' | 'attachment' | 'send' | 'show' | 'toast' | 'erase' | 'complete'
    >
  >();
  bot.use(async (ctx, next) => {
    Object.assign(ctx, pending.get(ctx.update));
    if (ctx.complete || (await gatekeeper.admit(ctx))) await next();
  });

  return {
    handle: (update) => handling.run(senderOf(update)?.id ?? 0, () => handle(withStorableTexts(update))),
    complete: (userId) => handling.run(userId, () => complete(userId)),
    async idle() {
      await handling.idle();
      await sending.idle();
    },
  };
}

function screenFor(update: Update, sender: Sender): Screen {
  const pressed = update.callback_query?.message;
  return createScreen({
    chatId: sender.id,
    // A message that Telegram no longer gives out has date 0 and nothing else.
    ...(pressed && pressed.date !== 0 ? { pressed } : {}),
    ...(update.callback_query ? { callbackId: update.callback_query.id } : {}),
  });
}

/**
 * The person behind a private message or a pressed button; groups, channels and bots are not served. Nobody is behind what
 * Telegram would not send: it would be sent again for a day.
 */
export function senderOf(update: Update): Sender | undefined {
  const chat = (update.message ?? update.callback_query?.message ?? update.my_chat_member)?.chat;
  const from = (update.message ?? update.callback_query ?? update.my_chat_member)?.from;
  if (!from || from.is_bot || !Number.isSafeInteger(from.id) || typeof from.first_name !== 'string') return undefined;
  return chat === undefined || chat?.type === 'private' ? from : undefined;
}

async function claim(tx: Tx, updateId: number): Promise<boolean> {
  const rows = await tx.query(
    'INSERT INTO updates (update_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING update_id',
    [updateId],
  );
  return rows.length > 0;
}

/** Telegram repeats an update for a day at most. */
const KEEP_MS = 3 * 86_400_000;

export async function forgetUpdates(on: Queryable, now: Date): Promise<void> {
  await on.query('DELETE FROM updates WHERE handled_at < $1', [new Date(now.getTime() - KEEP_MS)]);
}

const causeOf = (error: unknown): unknown => (error as { error?: unknown }).error ?? error;

/**
 * Connection faults, shutdowns (class 57) and lack of resources (class 53) pass; the same update may work later, or another
 * runtime, which took the store over, handles it. A statement that took too long (57014) would take as long again.
 */
function isDatabaseAway(error: unknown): boolean {
  const cause = causeOf(error) as { code?: string; message?: string };
  const code = cause.code ?? '';
  return (
    /^(08|53|57(?!014))/.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', '40001', '40P01', 'LEASE_LOST'].includes(code) ||
    /Connection terminated|timeout exceeded when trying to connect|not queryable/i.test(cause.message ?? '')
  );
}
