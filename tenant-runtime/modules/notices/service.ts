import type { Api, InlineKeyboard } from 'grammy';
import { sha256Hex } from '../../../kernel/crypto.ts';
import type { Db } from '../../../kernel/db.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Html } from '../../bot/html.ts';
import { attempt, isUnchanged, isUneditable } from '../../bot/telegram.ts';
import { dateTime } from '../../bot/time.ts';
import { findDelivery } from '../delivery/index.ts';
import { type Deposits, findDeposit } from '../deposits/index.ts';
import { customerOf, findOrder, linesOf, methodText } from '../orders/index.ts';
import type { Subject } from '../payments/index.ts';
import { depositNotice, orderNotice } from './copy.ts';
import { findNotice, putNotice } from './sql.ts';

export type Notices = {
  /** Brings every seller's message about an order or a deposit to what it is now. May be repeated. */
  sync(subject: Subject): Promise<void>;
};

type Content = { body: Html; photo?: string; document?: string; keyboard?: InlineKeyboard };

export function createNotices(deps: {
  db: Db;
  api: Api;
  chatIds: readonly number[];
  proofOf: Deposits['proofOf'];
  /** The buttons below a transfer that awaits an admin. */
  reviewKeyboard(depositId: number): InlineKeyboard;
  /** What people call a way to pay. */
  labelOf(method: string): string;
  timeZone: string;
  log: Log;
}): Notices {
  const { db, api } = deps;
  const time = dateTime(deps.timeZone);

  async function show(topic: string, chatId: number, content: Content): Promise<void> {
    const { body, photo, document } = content;
    const other = { parse_mode: 'HTML' as const, ...(content.keyboard ? { reply_markup: content.keyboard } : {}) };
    const bodyHash = sha256Hex(body);
    const known = await findNotice(db, topic, chatId);
    if (known?.refused || known?.bodyHash === bodyHash) return;
    const messageId = known?.messageId ?? undefined;
    if (messageId !== undefined) {
      const edited = await attempt<unknown>(() =>
        photo || document
          ? api.editMessageCaption(chatId, messageId, { caption: body, ...other })
          : api.editMessageText(chatId, messageId, body, other),
      );
      if (edited.kind === 'ok' || isUnchanged(edited))
        return putNotice(db, topic, chatId, { messageId, bodyHash, refused: null });
      if (edited.kind === 'later') throw new Error(`Telegram: ${edited.description}`);
      if (!isUneditable(edited)) return refuse(topic, chatId, bodyHash, edited.description);
    }
    const sent = await attempt<{ message_id: number }>(() =>
      photo
        ? api.sendPhoto(chatId, photo, { caption: body, ...other })
        : document
          ? api.sendDocument(chatId, document, { caption: body, ...other })
          : api.sendMessage(chatId, body, other),
    );
    if (sent.kind === 'later') throw new Error(`Telegram: ${sent.description}`);
    if (sent.kind !== 'ok') return refuse(topic, chatId, bodyHash, sent.description);
    await putNotice(db, topic, chatId, { messageId: sent.value.message_id, bodyHash, refused: null });
  }

  async function refuse(topic: string, chatId: number, bodyHash: string, refused: string): Promise<void> {
    await putNotice(db, topic, chatId, { messageId: null, bodyHash, refused });
    deps.log.warn({ topic, chatId, reason: refused }, 'a notice does not reach a seller');
  }

  async function ofOrder(id: number): Promise<Content | undefined> {
    const order = await findOrder(db, id);
    if (!order) return undefined;
    const [items, customer, delivery] = await Promise.all([
      linesOf(db, id),
      customerOf(db, order.userId),
      findDelivery(db, id),
    ]);
    return {
      body: orderNotice(
        order,
        methodText(order, deps.labelOf(order.method)),
        items,
        customer,
        delivery?.status,
        time(order.createdAt),
      ),
    };
  }

  async function ofDeposit(id: number): Promise<Content | undefined> {
    const deposit = await findDeposit(db, id);
    if (!deposit) return undefined;
    const [customer, proof] = await Promise.all([customerOf(db, deposit.userId), deps.proofOf(db, id)]);
    return {
      body: depositNotice(deposit, deps.labelOf(deposit.method), customer, proof, time(deposit.createdAt)),
      ...(proof?.photo ? { photo: proof.photo } : proof?.document ? { document: proof.document } : {}),
      ...(deposit.status === 'awaiting_review' ? { keyboard: deps.reviewKeyboard(id) } : {}),
    };
  }

  return {
    async sync({ kind, id }) {
      const topic = `${kind}:${id}`;
      const held = await db.withLock(`notice:${topic}`, async () => {
        const content = await (kind === 'order' ? ofOrder(id) : ofDeposit(id));
        if (!content) return true;
        for (const chatId of deps.chatIds) await show(topic, chatId, content);
        return true;
      });
      if (!held) throw new Error('another process is at this notice');
    },
  };
}
