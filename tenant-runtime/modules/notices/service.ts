import type { Api } from 'grammy';
import { sha256Hex } from '../../../kernel/crypto.ts';
import type { Db } from '../../../kernel/db.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Html } from '../../bot/html.ts';
import { attempt, isUnchanged, isUneditable } from '../../bot/telegram.ts';
import { dateTime } from '../../bot/time.ts';
import { findDelivery } from '../delivery/index.ts';
import { customerOf, findOrder, linesOf } from '../orders/index.ts';
import { orderNotice } from './copy.ts';
import { findNotice, putNotice } from './sql.ts';

export type Notices = {
  /** Brings every seller's message about an order to what the order is now. May be repeated. */
  sync(orderId: number): Promise<void>;
};

export function createNotices(deps: {
  db: Db;
  api: Api;
  chatIds: readonly number[];
  timeZone: string;
  log: Log;
}): Notices {
  const { db, api } = deps;
  const time = dateTime(deps.timeZone);

  async function show(topic: string, chatId: number, body: Html): Promise<void> {
    const bodyHash = sha256Hex(body);
    const known = await findNotice(db, topic, chatId);
    if (known?.refused || known?.bodyHash === bodyHash) return;
    const messageId = known?.messageId ?? undefined;
    if (messageId !== undefined) {
      const edited = await attempt(() => api.editMessageText(chatId, messageId, body, { parse_mode: 'HTML' }));
      if (edited.kind === 'ok' || isUnchanged(edited))
        return putNotice(db, topic, chatId, { messageId, bodyHash, refused: null });
      if (edited.kind === 'later') throw new Error(`Telegram: ${edited.description}`);
      if (!isUneditable(edited)) return refuse(topic, chatId, bodyHash, edited.description);
    }
    const sent = await attempt(() => api.sendMessage(chatId, body, { parse_mode: 'HTML' }));
    if (sent.kind === 'later') throw new Error(`Telegram: ${sent.description}`);
    if (sent.kind !== 'ok') return refuse(topic, chatId, bodyHash, sent.description);
    await putNotice(db, topic, chatId, { messageId: sent.value.message_id, bodyHash, refused: null });
  }

  async function refuse(topic: string, chatId: number, bodyHash: string, refused: string): Promise<void> {
    await putNotice(db, topic, chatId, { messageId: null, bodyHash, refused });
    deps.log.warn({ topic, chatId, reason: refused }, 'a notice does not reach a seller');
  }

  return {
    async sync(orderId) {
      const topic = `order:${orderId}`;
      const held = await db.withLock(`notice:${topic}`, async () => {
        const order = await findOrder(db, orderId);
        if (!order) return true;
        const [items, customer, delivery] = await Promise.all([
          linesOf(db, orderId),
          customerOf(db, order.userId),
          findDelivery(db, orderId),
        ]);
        const body = orderNotice(order, items, customer, delivery?.status, time(order.createdAt));
        for (const chatId of deps.chatIds) await show(topic, chatId, body);
        return true;
      });
      if (!held) throw new Error('another process is at this notice');
    },
  };
}
