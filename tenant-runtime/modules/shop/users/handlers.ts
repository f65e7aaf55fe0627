import { Composer, InlineKeyboard } from 'grammy';
import type { Tx } from '../../../../kernel/db.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import { nameOf, type StoreContext } from '../../../bot/context.ts';
import type { Html } from '../../../bot/html.ts';
import { MENU, mainMenu } from '../../../bot/menu.ts';
import { longDate } from '../../../bot/time.ts';
import type { Wizards } from '../../../bot/wizards.ts';
import { CUSTOMER_SERVICE, usersCallbacks as callbacks, HOME, INFORMATION } from './callbacks.ts';
import { count, HOW_TO_BUTTON, INFO_BUTTON, information, menuReady, productUnknown } from './copy.ts';
import { buttons, contactLabel, customerService } from './copy-profile.ts';
import { profileHandlers } from './profile.ts';
import type { Users } from './service.ts';

export type UsersHandlersDeps = {
  users: Users;
  /** The reply templates `welcome` and `cara_order`. */
  welcome(tx: Tx, values: { nama: string; total_user: string; total_transaksi: string }): Promise<Html>;
  howToOrder(tx: Tx, values: { nama: string }): Promise<Html>;
  /** What the modules above offer on the first screen. */
  storefront: {
    categories(tx: Tx): Promise<{ text: string; data: string }[]>;
    /** Says the product of this code to the person; false when there is none. */
    openByCode(ctx: StoreContext, code: string): Promise<boolean>;
  };
  balanceOf(tx: Tx, userId: number): Promise<Rupiah>;
  /** The button that leads to a person's own orders. */
  history: { text: string; data: string };
  wizards: Wizards;
  timeZone: string;
};

const DEEP_LINK = /^p_([A-Za-z0-9_-]{1,32})$/;

/** The first screen and what it says of the store and of oneself. */
export function usersHandlers(deps: UsersHandlersDeps): Composer<StoreContext> {
  const { users, storefront } = deps;
  const composer = new Composer<StoreContext>();
  const back = () => new InlineKeyboard().text(HOME.text, HOME.data);

  async function home(ctx: StoreContext): Promise<{ text: Html; keyboard: InlineKeyboard }> {
    const totals = await users.totals(ctx.tx);
    const text = await deps.welcome(ctx.tx, {
      nama: nameOf(ctx.user),
      total_user: count(totals.users),
      total_transaksi: count(totals.transactions),
    });
    const keyboard = new InlineKeyboard()
      .text(INFO_BUTTON, callbacks.pack('info'))
      .text(HOW_TO_BUTTON, callbacks.pack('howto'));
    const categories = await storefront.categories(ctx.tx);
    categories.forEach((category, index) => {
      if (index % 2 === 0) keyboard.row();
      keyboard.text(category.text, category.data);
    });
    return { text, keyboard };
  }

  async function info(ctx: StoreContext): Promise<{ text: Html; keyboard: InlineKeyboard }> {
    const { id } = ctx.user;
    const profile = await users.profile(ctx.tx, id);
    const balance = await deps.balanceOf(ctx.tx, id);
    const text = information({
      name: nameOf(ctx.user),
      id,
      balance,
      joinedAt: profile?.joinedAt,
      whatsapp: profile?.whatsapp ?? null,
      date: longDate(deps.timeZone),
    });
    const keyboard = new InlineKeyboard()
      .text(buttons.name, callbacks.pack('name'))
      .text(buttons.whatsapp, callbacks.pack('whatsapp'))
      .row()
      .text(deps.history.text, deps.history.data)
      .row()
      .text(CUSTOMER_SERVICE.text, CUSTOMER_SERVICE.data)
      .row()
      .text(HOME.text, HOME.data);
    return { text, keyboard };
  }

  async function service(ctx: StoreContext): Promise<{ text: Html; keyboard: InlineKeyboard }> {
    const people = await users.contacts(ctx.tx);
    const keyboard = new InlineKeyboard();
    for (const person of people) {
      if (person.username !== null) keyboard.url(contactLabel(person), `https://t.me/${person.username}`).row();
    }
    return { text: customerService(people), keyboard: keyboard.text(INFORMATION.text, INFORMATION.data) };
  }

  const howTo = (ctx: StoreContext) => deps.howToOrder(ctx.tx, { nama: nameOf(ctx.user) });

  composer.command('start', async (ctx) => {
    await users.start(ctx.tx, ctx.user.id);
    ctx.send(menuReady(), { keyboard: mainMenu(ctx.role) });
    const code = DEEP_LINK.exec(ctx.match)?.[1];
    if (code && (await storefront.openByCode(ctx, code))) return;
    if (code) ctx.send(productUnknown());
    const { text, keyboard } = await home(ctx);
    ctx.send(text, { keyboard });
  });

  composer.hears(MENU.info, async (ctx) => {
    const { text, keyboard } = await info(ctx);
    ctx.send(text, { keyboard });
  });
  composer.hears(MENU.howToOrder, async (ctx) => ctx.send(await howTo(ctx), { keyboard: back() }));

  callbacks.on(composer, 'home', async (ctx) => {
    const { text, keyboard } = await home(ctx);
    ctx.show(text, { keyboard });
  });
  callbacks.on(composer, 'info', async (ctx) => {
    const { text, keyboard } = await info(ctx);
    ctx.show(text, { keyboard });
  });
  callbacks.on(composer, 'service', async (ctx) => {
    const { text, keyboard } = await service(ctx);
    ctx.show(text, { keyboard });
  });
  profileHandlers(composer, deps);
  callbacks.on(composer, 'howto', async (ctx) => ctx.show(await howTo(ctx), { keyboard: back() }));

  composer.on('my_chat_member', async (ctx) => {
    const { chat, new_chat_member: now } = ctx.myChatMember;
    if (chat.type !== 'private') return;
    if (now.status === 'kicked') await users.markUnreachable(ctx.tx, ctx.user.id);
    else await users.markReachable(ctx.tx, ctx.user.id);
  });

  return composer;
}
