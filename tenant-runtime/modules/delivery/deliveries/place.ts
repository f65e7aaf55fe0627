import { type Api, InlineKeyboard, InputFile } from 'grammy';
import type { Db } from '../../../../kernel/db.ts';
import type { Failpoint } from '../../../../kernel/failpoint.ts';
import type { Log } from '../../../../kernel/log.ts';
import { type Html, plainText } from '../../../bot/html.ts';
import { attempt, type EditRefusal, editOr, type Outcome } from '../../../bot/telegram.ts';
import type { Order } from '../../money/orders/index.ts';
import type { FileKind } from '../../shop/stock/index.ts';
import { putMessage, setFilled } from './sql.ts';

/** One message of a delivery. */
export type Part =
  /** `copied` is what a button below copies. */
  | { kind: 'text'; body: Html; copied?: string }
  /** Goods that are too long for messages, as a file of ours. */
  | { kind: 'file'; caption: Html; text: string; name: string }
  /** A file of the seller's, which Telegram holds. */
  | SellersFile;

type SellersFile = { kind: FileKind; caption: Html; fileId: string };

/** `refused`: Telegram does not give out the seller's file, and says why. */
type Placed = { kind: 'placed' | 'unreachable' } | { kind: 'refused'; reason: string };
const PLACED = { kind: 'placed' } as const;
const UNREACHABLE = { kind: 'unreachable' } as const;

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
  /** What stands where a file of the seller's would be that Telegram does not give out. */
  fileLater(order: Order): Html;
  /** Label of the button that copies goods. */
  copyLabel: string;
}): Placing {
  const { db, api, failpoint } = deps;

  async function place(order: Order, index: number, part: Part, reserved: number | undefined): Promise<Placed> {
    const target = reserved ?? (await reserve(order, index));
    if (target === 'unreachable') return UNREACHABLE;
    const filled = await fill(order.userId, target, part);
    failpoint('delivery.filled');
    if (filled.kind === 'unreachable') return UNREACHABLE;
    if (filled.kind !== 'ok') throw untaken(filled.description);
    if (filled.value === undefined) {
      await setFilled(db, order.id, index);
      failpoint('delivery.recorded');
      return PLACED;
    }
    const { means, description } = filled.value;
    if (isSellers(part) && means !== 'gone') return postpone(order, target, description);
    if (means !== 'gone') await attempt(() => api.deleteMessage(order.userId, target));
    // The customer deleted the message before the goods were in it: another one takes its place.
    if (reserved !== undefined) return place(order, index, part, undefined);
    return sendWhole(order, index, part, description);
  }

  /** Tells the customer, where the file would be, that it comes later. */
  async function postpone(order: Order, messageId: number, reason: string): Promise<Placed> {
    const html = { parse_mode: 'HTML' as const };
    const told = await attempt(() => api.editMessageText(order.userId, messageId, deps.fileLater(order), html));
    if (told.kind === 'unreachable') return UNREACHABLE;
    if (told.kind === 'later') throw untaken(told.description);
    return { kind: 'refused', reason };
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
    const call = (): Promise<unknown> => {
      if (part.kind === 'text') return api.editMessageText(chatId, messageId, part.body, textOptions(part));
      const source = isSellers(part)
        ? { type: part.kind, media: part.fileId }
        : ({ type: 'document', media: fileOf(part) } as const);
      return api.editMessageMedia(chatId, messageId, { ...source, caption: part.caption, parse_mode: 'HTML' });
    };
    return editOr<EditRefusal>(call, async (why) => ({ kind: 'ok', value: why }));
  }

  /**
   * Telegram does not edit even a message of this moment. What was paid for is sent as it is, and what is refused as a text
   * goes as a file without any formatting; should the answer be lost, the goods are there twice rather than not at all.
   */
  async function sendWhole(order: Order, index: number, part: Part, reason: string): Promise<Placed> {
    deps.log.warn({ ref: order.ref, reason }, 'goods cannot be put into a message, they are sent as a new one');
    const ways = isSellers(part) ? [() => sendSellers(order.userId, part)] : waysOf(order, part);
    let refusal = reason;
    for (const way of ways) {
      const sent = await attempt<{ message_id: number }>(way);
      if (sent.kind === 'unreachable') return UNREACHABLE;
      if (sent.kind === 'later') throw untaken(sent.description);
      if (sent.kind === 'ok') {
        await putMessage(db, order.id, index, sent.value.message_id);
        await setFilled(db, order.id, index);
        return PLACED;
      }
      refusal = sent.description;
    }
    if (isSellers(part)) return { kind: 'refused', reason: refusal };
    throw untaken(refusal);
  }

  function waysOf({ userId, ...order }: Order, part: Exclude<Part, SellersFile>) {
    const bare = { text: plainOf(part), name: deps.fileName({ userId, ...order }) };
    return [
      () =>
        part.kind === 'text'
          ? api.sendMessage(userId, part.body, textOptions(part))
          : api.sendDocument(userId, fileOf(part), { caption: part.caption, parse_mode: 'HTML' }),
      () => api.sendDocument(userId, fileOf(bare)),
    ];
  }

  function sendSellers(chatId: number, { kind, caption, fileId }: SellersFile): Promise<{ message_id: number }> {
    const other = { caption, parse_mode: 'HTML' as const };
    if (kind === 'photo') return api.sendPhoto(chatId, fileId, other);
    return kind === 'video' ? api.sendVideo(chatId, fileId, other) : api.sendDocument(chatId, fileId, other);
  }

  const textOptions = ({ copied }: { copied?: string }) => ({
    parse_mode: 'HTML' as const,
    link_preview_options: { is_disabled: true },
    ...(copied === undefined ? {} : { reply_markup: new InlineKeyboard().copyText(deps.copyLabel, copied) }),
  });

  return { place };
}

const untaken = (description: string) => new Error(`Telegram did not take the goods: ${description}`);

const fileOf = ({ text, name }: { text: string; name: string }) => new InputFile(Buffer.from(text, 'utf8'), name);

const isSellers = (part: Part): part is SellersFile => 'fileId' in part;

const plainOf = (part: Exclude<Part, SellersFile>): string => (part.kind === 'text' ? plainText(part.body) : part.text);
