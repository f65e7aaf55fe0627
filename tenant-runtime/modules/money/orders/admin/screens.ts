import { InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../../../bot/context.ts';
import { type Html, paragraphs } from '../../../../bot/html.ts';
import { numbered, type Page, paged, turnPages } from '../../../../bot/paging.ts';
import type { WriteTime } from '../../../../bot/time.ts';
import type { View } from '../../../../bot/view.ts';
import { ADMIN_MENU } from '../../../staff/menu/index.ts';
import { EXPORTS } from '../../exports/index.ts';
import {
  customerOf,
  findOrder,
  type ListedOrder,
  linesOf,
  listOrders,
  methodText,
  type OrderFilter,
} from '../index.ts';
import { adminCallbacks as callbacks, formCallbacks, ORDER_ADMIN } from './callbacks.ts';
import { copy, FILTERS, LABELS } from './copy.ts';
import { illegal } from './copy-forms.ts';

export type ScreenDeps = {
  time: WriteTime;
  /** What people call a way to pay. */
  labelOf(method: string): string;
  /** What a button that shows this customer carries. */
  customerButton(userId: number): string;
};

const PAGE = 5;

const pageOf = (ctx: StoreContext, filter: OrderFilter, asked: number): Promise<Page<ListedOrder>> =>
  paged(asked, PAGE, (window) => listOrders(ctx.tx, filter, window));

export async function listScreen(ctx: StoreContext, { time }: ScreenDeps, at: number, asked: number): Promise<View> {
  const shown = FILTERS[at] ? at : 0;
  const { label = '', filter = {} } = FILTERS[shown] ?? {};
  const list = await pageOf(ctx, filter, asked);
  const keyboard = numbered(list.items, ({ id }) => callbacks.pack('open', id));
  turnPages(keyboard, list, (page) => callbacks.pack('list', shown, page)).row();
  FILTERS.forEach((tab, index) => {
    if (index % 3 === 0) keyboard.row();
    if (index !== shown) keyboard.text(tab.label, callbacks.pack('list', index, 0));
  });
  keyboard
    .row()
    .text(LABELS.search, callbacks.pack('search'))
    .text(LABELS.status, callbacks.pack('status'))
    .row()
    .text(EXPORTS.text, EXPORTS.data)
    .row()
    .text(ADMIN_MENU.text, ADMIN_MENU.data);
  return { text: copy.list(list, label, time), keyboard };
}

export async function foundScreen(ctx: StoreContext, { time }: ScreenDeps, part: string, asked: number): Promise<View> {
  const list = await pageOf(ctx, { part }, asked);
  const keyboard = numbered(list.items, ({ id }) => callbacks.pack('open', id));
  turnPages(keyboard, list, (page) => formCallbacks.pack('found', page)).row();
  return { text: copy.found(list, part, time), keyboard: keyboard.text(LABELS.backToList, ORDER_ADMIN.data) };
}

/** The order and what can be done with it, below what just happened. */
export async function orderScreen(ctx: StoreContext, deps: ScreenDeps, orderId: number, news?: Html): Promise<View> {
  const order = await findOrder(ctx.tx, orderId);
  if (!order) return goneScreen();
  const items = await linesOf(ctx.tx, order.id);
  const text = copy.detail(
    order,
    items,
    await customerOf(ctx.tx, order.userId),
    deps.time,
    methodText(order, deps.labelOf(order.method)),
  );
  const keyboard = new InlineKeyboard();
  if (!illegal(order, 'paid')) keyboard.text(LABELS.markPaid, callbacks.pack('paid', order.id)).row();
  if (!illegal(order, 'cancelled')) keyboard.text(LABELS.cancel, callbacks.pack('cancel', order.id)).row();
  if (!illegal(order, 'refunded')) keyboard.text(LABELS.refund, callbacks.pack('refund', order.id)).row();
  if (order.status === 'paid' || order.status === 'delivered') {
    keyboard.text(LABELS.resend, callbacks.pack('resend', order.id)).row();
  }
  keyboard.text(LABELS.customer, deps.customerButton(order.userId)).row().text(LABELS.backToList, ORDER_ADMIN.data);
  return { text: paragraphs(news, text), keyboard };
}

export function goneScreen(): View {
  const keyboard = new InlineKeyboard()
    .text(LABELS.backToList, ORDER_ADMIN.data)
    .row()
    .text(ADMIN_MENU.text, ADMIN_MENU.data);
  return { text: copy.lost, keyboard };
}
