import { type Api, InputFile } from 'grammy';
import type { Db } from '../../../kernel/db.ts';
import type { Failpoint } from '../../../kernel/failpoint.ts';
import type { Log } from '../../../kernel/log.ts';
import { type Html, plainText } from '../../bot/html.ts';
import { attempt, type EditRefusal, editOr, type Outcome } from '../../bot/telegram.ts';
import type { Order } from '../orders/index.ts';
import { putMessage, setFilled } from './sql.ts';

/** One message of a delivery. */
export type Part = { kind: 'text'; body: Html } | { kind: 'file'; caption: Html; text: string; name: string };

type Placed = 'placed' | 'unreachable';

export type Placing = {
  /**
   * Makes one part appear: in the message that was reserved for it, or in a new one. Anything that passes is thrown and
   * tried again.
   */
  place(order: Order, index: number, part: Part, reserved: number | undefined): Promise<Placed>;
};

export function createPlacing(deps: {
  db: Db;
  api: Api;
  failpoint: Failpoint;
  log: Log;
  /** What stands in a message until the goods are in it. */
  placeholder(order: Order): Html;
  /** What a file of goods is called. */
  fileName(order: Order): string;
}): Placing {
  const { db, api, failpoint } = deps;

  async function place(order: Order, index: number, part: Part, reserved: number | undefined): Promise<Placed> {
    const target = reserved ?? (await reserve(order, index));
    if (target === 'unreachable') return target;
    const filled = await fill(order.userId, target, part);
    failpoint('delivery.filled');
    if (filled.kind === 'unreachable') return 'unreachable';
    if (filled.kind !== 'ok') throw untaken(filled.description);
    if (filled.value === undefined) {
      await setFilled(db, order.id, index);
      failpoint('delivery.recorded');
      return 'placed';
    }
    const { means, description } = filled.value;
    if (means !== 'gone') await attempt(() => api.deleteMessage(order.userId, target));
    // The customer deleted the message before the goods were in it: another one takes its place.
    if (reserved !== undefined) return place(order, index, part, undefined);
    return sendWhole(order, index, part, description);
  }

  async function reserve(order: Order, index: number): Promise<number | 'unreachable'> {
    const text = deps.placeholder(order);
    const sent = await attempt(() => api.sendMessage(order.userId, text, { parse_mode: 'HTML' }));
    failpoint('delivery.placeholder_sent');
    if (sent.kind === 'unreachable') return 'unreachable';
    if (sent.kind !== 'ok') throw new Error(`Telegram did not take a message: ${sent.description}`);
    await putMessage(db, order.id, index, sent.value.message_id);
    failpoint('delivery.placeholder_recorded');
    return sent.value.message_id;
  }

  /** Puts the part into a message; the value is why it cannot be there. */
  function fill(chatId: number, messageId: number, part: Part): Promise<Outcome<EditRefusal | undefined>> {
    const call = (): Promise<unknown> =>
      part.kind === 'text'
        ? api.editMessageText(chatId, messageId, part.body, TEXT)
        : api.editMessageMedia(chatId, messageId, {
            type: 'document',
            media: fileOf(part),
            caption: part.caption,
            parse_mode: 'HTML',
          });
    return editOr<EditRefusal>(call, async (why) => ({ kind: 'ok', value: why }));
  }

  /**
   * Telegram does not edit even a message of this moment. What was paid for is sent as it is, and what is refused as a text
   * goes as a file without any formatting; should the answer be lost, the goods are there twice rather than not at all.
   */
  async function sendWhole(order: Order, index: number, part: Part, reason: string): Promise<Placed> {
    deps.log.warn({ ref: order.ref, reason }, 'goods cannot be put into a message, they are sent as a new one');
    const bare = { text: plainOf(part), name: deps.fileName(order) };
    const ways = [
      () =>
        part.kind === 'text'
          ? api.sendMessage(order.userId, part.body, TEXT)
          : api.sendDocument(order.userId, fileOf(part), { caption: part.caption, parse_mode: 'HTML' }),
      () => api.sendDocument(order.userId, fileOf(bare)),
    ];
    let refusal = reason;
    for (const way of ways) {
      const sent = await attempt<{ message_id: number }>(way);
      if (sent.kind === 'unreachable') return 'unreachable';
      if (sent.kind === 'later') throw untaken(sent.description);
      if (sent.kind === 'ok') {
        await putMessage(db, order.id, index, sent.value.message_id);
        await setFilled(db, order.id, index);
        return 'placed';
      }
      refusal = sent.description;
    }
    throw untaken(refusal);
  }

  return { place };
}

const TEXT = { parse_mode: 'HTML' as const, link_preview_options: { is_disabled: true } };

const untaken = (description: string) => new Error(`Telegram did not take the goods: ${description}`);

const fileOf = ({ text, name }: { text: string; name: string }) => new InputFile(Buffer.from(text, 'utf8'), name);

const plainOf = (part: Part): string => (part.kind === 'text' ? plainText(part.body) : part.text);
