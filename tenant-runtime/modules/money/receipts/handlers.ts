import { Composer, InlineKeyboard } from 'grammy';
import type { Clock } from '../../../../kernel/clock.ts';
import type { StoreContext } from '../../../bot/context.ts';
import { receiptOf } from '../../../bot/pictures.ts';
import type { Outbox } from '../../delivery/outbox/index.ts';
import { PAYMENT_LABELS, payCallbacks } from '../payments/index.ts';
import type { Albums } from './albums.ts';
import { enough, LABELS, receiptNotice, thanks, withCaption } from './copy.ts';
import { countReceipts, insertReceipt, orderOfReceipt } from './sql.ts';

/** A receipt that comes later than this after the order is not taken for one. */
const OF_ORDERS_MS = 3 * 86_400_000;
/** Each goes to every seller: nobody may send them any number. */
const MOST_A_DAY = 10;
const DAY_MS = 86_400_000;
/** Pictures that come one after the other are thanked for once. */
const ONE_THANKS_MS = 10 * 60_000;

/** The other pictures of an album whose first one was taken. Goes before the forms: they have their answer already. */
export function albumHandlers(albums: Albums): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  composer.on('message', async (ctx, next) => {
    if (!(await albums.follow(ctx))) await next();
  });
  return composer;
}

/** A picture that a customer sends outside of any form after a purchase: most likely the receipt, and the sellers see it. */
export function receiptHandlers(deps: {
  outbox: Pick<Outbox, 'notifyAdminsInConfidence'>;
  albums: Albums;
  /** What a button carries that opens the order for the sellers. */
  orderButton(orderId: number): string;
  clock: Clock;
}): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  composer.on('message', async (ctx, next) => {
    const media = receiptOf(ctx.message);
    if (!media) return next();
    const now = deps.clock.now();
    const ago = (millis: number) => new Date(now.getTime() - millis);
    const { tx, user } = ctx;
    const order = await orderOfReceipt(tx, user.id, ago(OF_ORDERS_MS));
    if (!order) return next();
    const sent = await countReceipts(tx, user.id, order.id, { all: ago(DAY_MS), ofOrder: ago(ONE_THANKS_MS) });
    if (sent.all >= MOST_A_DAY) return ctx.send(enough());
    const id = await insertReceipt(tx, { orderId: order.id, userId: user.id, at: now });
    const notice = receiptNotice(user, order);
    const keyboard = new InlineKeyboard().text(LABELS.open, deps.orderButton(order.id));
    await deps.outbox.notifyAdminsInConfidence(
      tx,
      `receipt:${id}`,
      notice,
      { text: withCaption(notice, ctx.message.caption), ...media },
      { orOwners: true, replyMarkup: keyboard },
    );
    await deps.albums.begin(ctx, { cause: `receipt:${id}`, notice, keyboard });
    if (sent.ofOrder > 0) return;
    const status = new InlineKeyboard().text(PAYMENT_LABELS.status, payCallbacks.pack('status', order.id));
    ctx.send(thanks(order), order.status === 'awaiting_payment' ? { keyboard: status } : {});
  });
  return composer;
}
