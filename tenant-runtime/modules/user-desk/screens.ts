import { InlineKeyboard } from 'grammy';
import { isStaff, type StoreContext } from '../../bot/context.ts';
import { type Html, html, keep } from '../../bot/html.ts';
import { type Page, turnPages } from '../../bot/paging.ts';
import { dateTime, longDate } from '../../bot/time.ts';
import { ADMIN_MENU } from '../admin/index.ts';
import { ordersOf } from '../history/index.ts';
import { orderButton } from '../order-desk/index.ts';
import type { Users } from '../users/index.ts';
import type { Wallet } from '../wallet/index.ts';
import { deskCallbacks as callbacks, searchCallbacks, USER_DESK } from './callbacks.ts';
import { buttons, found, type Marked, userDetail, userGone, userList } from './copy.ts';
import type { UserDesk } from './service.ts';
import type { ListedUser } from './sql.ts';

export type DeskDeps = {
  desk: UserDesk;
  users: Pick<Users, 'roleOf'>;
  wallet: Pick<Wallet, 'balanceOf'>;
  timeZone: string;
};
export type ScreenContent = { text: Html; keyboard: InlineKeyboard };

const RECENT_ORDERS = 5;

function marked(deps: DeskDeps, page: Page<ListedUser>): Page<Marked<ListedUser>> {
  return { ...page, items: page.items.map((user) => ({ ...user, staff: isStaff(deps.users.roleOf(user.id)) })) };
}

function numbers(page: Page<ListedUser>): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  for (const [index, user] of page.items.entries()) {
    keyboard.text(String(index + 1), callbacks.pack('open', user.id));
  }
  return keyboard.row();
}

export async function usersScreen(ctx: StoreContext, deps: DeskDeps, asked: number): Promise<ScreenContent> {
  const page = await deps.desk.page(ctx.tx, asked);
  const keyboard = turnPages(numbers(page), page, (to) => callbacks.pack('list', to));
  keyboard.row().text(buttons.search, callbacks.pack('search')).row().text(ADMIN_MENU.text, ADMIN_MENU.data);
  return { text: userList(marked(deps, page), longDate(deps.timeZone)), keyboard };
}

export async function foundScreen(
  ctx: StoreContext,
  deps: DeskDeps,
  query: string,
  asked: number,
): Promise<ScreenContent> {
  const page = await deps.desk.search(ctx.tx, query, asked);
  const keyboard = turnPages(numbers(page), page, (to) => searchCallbacks.pack('found', to));
  keyboard.row().text(buttons.back, callbacks.pack('list', 0)).row().text(ADMIN_MENU.text, ADMIN_MENU.data);
  return { text: found(query, marked(deps, page), longDate(deps.timeZone)), keyboard };
}

/** The user as admins see them, below what just happened. */
export async function userScreen(
  ctx: StoreContext,
  deps: DeskDeps,
  userId: number,
  news?: Html,
): Promise<ScreenContent> {
  const user = await deps.desk.find(ctx.tx, userId);
  if (!user) return goneScreen();
  const balance = await deps.wallet.balanceOf(ctx.tx, userId);
  const recent = await ordersOf(ctx.tx, userId, { limit: RECENT_ORDERS, offset: 0 });
  const staff = isStaff(deps.users.roleOf(userId));
  const text = userDetail({ ...user, staff }, { balance, recent }, dateTime(deps.timeZone));
  const keyboard = new InlineKeyboard();
  for (const [index, order] of recent.entries()) keyboard.text(String(index + 1), orderButton(order.id));
  keyboard
    .row()
    .text(buttons.adjust, callbacks.pack('adjust', userId))
    .text(buttons.write, callbacks.pack('write', userId))
    .row();
  if (user.blocked) keyboard.text(buttons.unblock, callbacks.pack('unblock', userId)).row();
  else if (!staff) keyboard.text(buttons.block, callbacks.pack('block', userId)).row();
  keyboard.text(buttons.back, callbacks.pack('list', 0)).text(buttons.search, callbacks.pack('search'));
  return { text: news ? html`${keep(news)}\n\n${keep(text)}` : text, keyboard };
}

export function goneScreen(): ScreenContent {
  const keyboard = new InlineKeyboard()
    .text(USER_DESK.text, USER_DESK.data)
    .row()
    .text(ADMIN_MENU.text, ADMIN_MENU.data);
  return { text: userGone(), keyboard };
}

export const say = (ctx: StoreContext, { text, keyboard }: ScreenContent): void => ctx.say(text, { keyboard });
export const show = (ctx: StoreContext, { text, keyboard }: ScreenContent): void => ctx.show(text, { keyboard });
