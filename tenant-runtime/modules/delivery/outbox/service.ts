import { randomUUID } from 'node:crypto';
import type { Api } from 'grammy';
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { Activate, BackgroundTask } from '../../../../kernel/background-tasks.ts';
import { backoffMs } from '../../../../kernel/backoff.ts';
import { open, type SealingKey, seal } from '../../../../kernel/crypto.ts';
import type { Db, Queryable, Tx } from '../../../../kernel/db.ts';
import type { Log } from '../../../../kernel/log.ts';
import { clip, type Html, html, lines, plainText, rawHtml } from '../../../bot/html.ts';
import { type Media, send } from '../../../bot/send.ts';
import { isUnauthorized, type Outcome } from '../../../bot/telegram.ts';
import {
  deleteEnded,
  dropSealed,
  insertBulk,
  insertMessage,
  markRefused,
  markSent,
  type OutboxMessage,
  openMessages,
  type Receipt,
  takeMissed,
} from './sql.ts';

/** Lines of one message, and characters of each. */
const MOST = { lines: 20, chars: 150 };

/** What somebody missed, oldest first, folded into one message. */
function missedNews(news: readonly Html[]): Html {
  const shown = news.slice(-MOST.lines);
  const older = news.length - shown.length;
  return lines(
    html`📬 <b>Selama kamu tidak terhubung</b> ada ${news.length} kabar:`,
    '',
    older > 0 && html`… ${older} kabar yang lebih lama`,
    ...shown.map((text) => html`• ${clip(plainText(text).replace(/\s+/g, ' ').trim(), MOST.chars)}`),
  );
}

/** A message that is sealed while it waits: nobody reads it in the database, and once it is sent nothing of it stays. */
export type Confidential = { text: Html } & Media;

export type Outbox = {
  /** Queues a message to one chat in this transaction. `cause` is what makes it due: one cause sends one message. */
  send(tx: Tx, chatId: number, cause: string, text: Html, replyMarkup?: InlineKeyboardMarkup): Promise<void>;
  /** The same, and tells another chat how it ended. */
  sendWithReceipt(
    tx: Tx,
    chatId: number,
    cause: string,
    text: Html,
    receipt: Receipt,
    replyMarkup?: InlineKeyboardMarkup,
  ): Promise<void>;
  /** Queues one text to many chats, each due by a cause of its own; messages that are not of such a crowd go first. */
  sendToMany(
    tx: Tx,
    to: readonly { chatId: number; cause: string }[],
    text: Html,
    replyMarkup?: InlineKeyboardMarkup,
  ): Promise<void>;
  /** Notifies every admin, owners left out; the cause is extended by the chat. */
  notifyAdmins(tx: Tx, cause: string, text: Html): Promise<void>;
  /** Notifies every admin in confidence. `fallback` stays in the database, and is sent when the rest cannot be opened. */
  notifyAdminsInConfidence(
    tx: Tx,
    cause: string,
    fallback: Html,
    message: Confidential,
    /** `orOwners`: where nobody but the owners sells, they are told. */
    options?: { replyMarkup?: InlineKeyboardMarkup; orOwners?: boolean },
  ): Promise<void>;
  /** Tells somebody who can be reached again what they missed, folded into one message together with `more`. */
  catchUp(tx: Tx, chatId: number, more: readonly Html[]): Promise<void>;
  /** Forgets messages in confidence that have waited since before this time. */
  dropConfidential(on: Queryable, before: Date): Promise<void>;
  /** Forgets messages that ended long ago. */
  purge(on: Queryable, now: Date): Promise<void>;
  /** Sends to every owner, through the owner's alert bot when there is one. Modules tell owners by their events. */
  messageOwners(tx: Tx, cause: string, text: Html): Promise<void>;
  /** Sends what is queued, in order per chat and kind, until Telegram has taken or refused it. */
  task: BackgroundTask;
  /** Does so once, as far as it gets: for a store that stops. */
  drain(signal: AbortSignal): Promise<void>;
};

const PLAIN = { replyMarkup: null, sealed: null, receipt: null };
/** Messages that are read at once. What comes meanwhile waits for them, a crowd of thousands or not. */
const BATCH = 25;
const RETRY = { firstMs: 1000, maxMs: 5 * 60_000 };
/** For whoever asks what was sent. */
const KEEP_MS = 30 * 86_400_000;

export function createOutbox(deps: {
  db: Db;
  api: Api;
  /** The owner's alert bot; without one the store's bot speaks to the owners. */
  ownerApi: Api | undefined;
  recipients: { noticeIds: readonly number[]; ownerIds: readonly number[] };
  markUnreachable(on: Queryable, chatId: number): Promise<void>;
  /** Called in the transaction that notes that a channel will not take a message. */
  onChannelRefused(tx: Tx, chatId: number, reason: string): Promise<void>;
  /** Runs `task`. */
  activate: Activate;
  /** Seals what is sent in confidence. */
  key: SealingKey;
  log: Log;
}): Outbox {
  const { db, recipients, key } = deps;

  async function queue(tx: Tx, message: OutboxMessage): Promise<void> {
    if (await insertMessage(tx, message)) tx.afterCommit(deps.activate);
  }

  const toEach = async (tx: Tx, ids: readonly number[], via: OutboxMessage['via'], cause: string, text: Html) => {
    for (const chatId of ids) await queue(tx, { cause: `${cause}:${chatId}`, via, chatId, text, ...PLAIN });
  };

  const place = (cause: string) => `outbox:${cause}`;

  function opened({ cause, text, sealed }: OutboxMessage): Confidential {
    const alone = { text: rawHtml(text) };
    if (sealed === null) return alone;
    try {
      return JSON.parse(open(sealed, [key], place(cause))) as Confidential;
    } catch (err) {
      // A key that is lost must not hold up the chat.
      deps.log.error({ err, cause }, 'a message in confidence cannot be opened');
      return alone;
    }
  }

  /** Writes down how a message ended, and tells whoever is to know. */
  async function end(
    message: OutboxMessage,
    how: 'sent' | 'failed',
    mark: (on: Queryable) => Promise<void>,
    reason?: string,
  ) {
    const { cause, receipt } = message;
    // The ids of channels and groups are below zero.
    const refusedBy = reason !== undefined && message.chatId < 0 ? message.chatId : undefined;
    if (receipt === null && refusedBy === undefined) return mark(db);
    await db.tx(async (tx) => {
      await mark(tx);
      if (refusedBy !== undefined) await deps.onChannelRefused(tx, refusedBy, reason ?? '');
      if (receipt === null) return;
      const { chatId, [how]: text } = receipt;
      await queue(tx, { cause: `${cause}:${how}`, via: 'store', chatId, text, ...PLAIN });
    });
  }

  /** Sends one message; the outcome says whether its chat must wait. */
  async function deliver(message: OutboxMessage & { id: number }): Promise<Outcome<unknown>> {
    const { text, ...media } = opened(message);
    const keyboard = message.replyMarkup as InlineKeyboardMarkup | null;
    const through = (api: Api) => send(api, message.chatId, text, { ...media, ...(keyboard ? { keyboard } : {}) });
    let outcome = await through(message.via === 'owner' ? (deps.ownerApi ?? deps.api) : deps.api);
    // The owner must hear also when the alert bot's token was revoked, or never was started by them.
    if (message.via === 'owner' && deps.ownerApi && (outcome.kind === 'unreachable' || isUnauthorized(outcome))) {
      outcome = await through(deps.api);
    }
    if (outcome.kind === 'ok') {
      await end(message, 'sent', (tx) => markSent(tx, message.id));
    }
    if (outcome.kind === 'unreachable' || outcome.kind === 'refused') {
      const { description, kind } = outcome;
      const mark = (tx: Queryable) => markRefused(tx, message.id, description, kind === 'unreachable');
      await end(message, 'failed', mark, description);
      deps.log.warn({ cause: message.cause, outcome }, 'a queued message will not be taken');
    }
    if (outcome.kind === 'unreachable' && message.via === 'store') await deps.markUnreachable(db, message.chatId);
    return outcome;
  }

  const task: BackgroundTask = {
    name: 'outbox',
    run: flush,
    retryMs: (failures) => backoffMs(failures, RETRY),
    onFailure: (err, failures) => deps.log.warn({ err, failures }, 'messages wait, will try again'),
  };

  return {
    send: (tx, chatId, cause, text, replyMarkup) =>
      queue(tx, { cause, via: 'store', chatId, text, ...PLAIN, replyMarkup: replyMarkup ?? null }),
    sendWithReceipt: (tx, chatId, cause, text, receipt, replyMarkup) =>
      queue(tx, { cause, via: 'store', chatId, text, ...PLAIN, receipt, replyMarkup: replyMarkup ?? null }),
    async sendToMany(tx, to, text, replyMarkup) {
      if ((await insertBulk(tx, to, text, replyMarkup)) > 0) tx.afterCommit(deps.activate);
    },
    notifyAdmins: (tx, cause, text) => toEach(tx, recipients.noticeIds, 'store', cause, text),
    async notifyAdminsInConfidence(tx, cause, text, message, { replyMarkup = undefined, orOwners = false } = {}) {
      const { noticeIds, ownerIds } = recipients;
      for (const chatId of orOwners && noticeIds.length === 0 ? ownerIds : noticeIds) {
        const own = `${cause}:${chatId}`;
        const sealed = seal(JSON.stringify(message), key, place(own));
        await queue(tx, { cause: own, via: 'store', chatId, text, ...PLAIN, sealed, replyMarkup: replyMarkup ?? null });
      }
    },
    async catchUp(tx, chatId, more) {
      const missed = await takeMissed(tx, chatId);
      const news = [...missed.map(({ text }) => text), ...more];
      if (news.length === 0) return;
      const cause = `missed:${chatId}:${randomUUID()}`;
      await queue(tx, { cause, via: 'store', chatId, text: missedNews(news), ...PLAIN });
    },
    dropConfidential: dropSealed,
    purge: (on, now) => deleteEnded(on, new Date(now.getTime() - KEEP_MS)),
    messageOwners: (tx, cause, text) => toEach(tx, recipients.ownerIds, 'owner', cause, text),
    task,
    drain: (signal) => flush(signal).catch((err) => deps.log.warn({ err }, 'messages wait for the next start')),
  };

  /** Throws when something must be tried later. */
  async function flush(signal: AbortSignal): Promise<void> {
    const held = await db.withLock('outbox', async () => {
      // A chat that must wait keeps its order, and holds up no other.
      const waiting: { via: OutboxMessage['via']; chatId: number; description: string }[] = [];
      for (;;) {
        const messages = await openMessages(db, waiting, BATCH);
        for (const message of messages) {
          if (signal.aborted) return true;
          const { via, chatId } = message;
          if (waiting.some((chat) => chat.via === via && chat.chatId === chatId)) continue;
          const outcome = await deliver(message);
          if (outcome.kind === 'later') waiting.push({ via, chatId, description: outcome.description });
        }
        if (messages.length === BATCH) continue;
        if (waiting[0]) throw new Error(`Telegram asks to wait: ${waiting[0].description}`);
        return true;
      }
    });
    if (!held) throw new Error('another process is sending the outbox');
  }
}
