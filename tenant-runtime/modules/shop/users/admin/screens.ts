import { InlineKeyboard } from 'grammy';
import { isStaff, type StoreContext } from '../../../../bot/context.ts';
import { type Html, paragraphs } from '../../../../bot/html.ts';
import { numbered, type Page, turnPages } from '../../../../bot/paging.ts';
import { dateTime, longDate } from '../../../../bot/time.ts';
import { buttonColumn, type View } from '../../../../bot/view.ts';
import { ordersOf } from '../../../money/history/index.ts';
import { orderButton } from '../../../money/orders/admin/index.ts';
import type { Wallet } from '../../../money/wallet/index.ts';
import { ADMIN_MENU } from '../../../staff/menu/index.ts';
import type { Users } from '../index.ts';
import { adminCallbacks as callbacks, searchCallbacks, USER_ADMIN } from './callbacks.ts';
import { buttons, found, type Marked, userDetail, userGone, userList } from './copy.ts';
import type { UserAdmin } from './service.ts';
import type { ListedUser } from './sql.ts';

export type UserAdminDeps = {
  admin: UserAdmin;
  users: Pick<Users, 'roleOf'>;
  wallet: Pick<Wallet, 'balanceOf'>;
  timeZone: string;
};

const RECENT_ORDERS = 5;

function marked(deps: UserAdminDeps, page: Page<ListedUser>): Page<Marked<ListedUser>> {
  return { ...page, items: page.items.map((user) => ({ ...user, staff: isStaff(deps.users.roleOf(user.id)) })) };
}

export async function usersScreen(ctx: StoreContext, deps: UserAdminDeps, asked: number): Promise<View> {
  const page = await deps.admin.page(ctx.tx, asked);
  const keyboard = numbered(page.items, ({ id }) => callbacks.pack('open', id));
  turnPages(keyboard, page, (to) => callbacks.pack('list', to));
  keyboard.row().text(buttons.search, callbacks.pack('search')).row().text(ADMIN_MENU.text, ADMIN_MENU.data);
  return { text: userList(marked(deps, page), longDate(deps.timeZone)), keyboard };
}

export async function foundScreen(ctx: StoreContext, deps: UserAdminDeps, query: string, asked: number): Promise<View> {
  const page = await deps.admin.search(ctx.tx, query, asked);
  const keyboard = numbered(page.items, ({ id }) => callbacks.pack('open', id));
  turnPages(keyboard, page, (to) => searchCallbacks.pack('found', to));
  keyboard.row().text(buttons.back, callbacks.pack('list', 0)).row().text(ADMIN_MENU.text, ADMIN_MENU.data);
  return { text: found(query, marked(deps, page), longDate(deps.timeZone)), keyboard };
}

/** The user as admins see them, below what just happened. */
export async function userScreen(ctx: StoreContext, deps: UserAdminDeps, userId: number, news?: Html): Promise<View> {
  const user = await deps.admin.find(ctx.tx, userId);
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
  return { text: paragraphs(news, text), keyboard };
}

export function goneScreen(): View {
  return { text: userGone(), keyboard: buttonColumn(USER_ADMIN, ADMIN_MENU) };
}
