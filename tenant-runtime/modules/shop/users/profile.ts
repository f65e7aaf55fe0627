import { type Composer, InlineKeyboard } from 'grammy';
import { nameOf, type StoreContext } from '../../../bot/context.ts';
import type { Html } from '../../../bot/html.ts';
import { cancelKeyboard, type Wizards } from '../../../bot/wizards.ts';
import { usersCallbacks as callbacks, INFORMATION, profileCallbacks, WIZARD } from './callbacks.ts';
import {
  askName,
  askWhatsApp,
  buttons,
  numberForgotten,
  numberSaved,
  renamed,
  textPlease,
  toasts,
  wrong,
} from './copy-profile.ts';
import { parseDisplayName, parseWhatsApp } from './schema.ts';
import type { Users } from './service.ts';

/** The forms in which a person says what they are called and how else they can be reached. */
export function profileHandlers(composer: Composer<StoreContext>, deps: { users: Users; wizards: Wizards }): void {
  const { users, wizards } = deps;
  const back = () => new InlineKeyboard().text(INFORMATION.text, INFORMATION.data);

  callbacks.on(composer, 'name', async (ctx) => {
    await wizards.begin(ctx, { wizard: WIZARD.name, step: 'name', data: {} });
    ctx.show(askName(nameOf(ctx.user)), { keyboard: cancelKeyboard() });
  });

  wizards.define(WIZARD.name, async (ctx) => {
    const text = ctx.message?.text;
    const question = askName(nameOf(ctx.user));
    if (text === undefined) return ctx.send(textPlease(question), { keyboard: cancelKeyboard() });
    const parsed = parseDisplayName(text);
    if (!parsed.ok) return ctx.send(wrong(parsed.problem, question), { keyboard: cancelKeyboard() });
    await users.rename(ctx.tx, ctx.user.id, parsed.value);
    await wizards.end(ctx);
    ctx.send(renamed(parsed.value), { keyboard: back() });
  });

  async function whatsAppQuestion(ctx: StoreContext): Promise<{ text: Html; keyboard: InlineKeyboard }> {
    const current = (await users.profile(ctx.tx, ctx.user.id))?.whatsapp ?? null;
    const keyboard = new InlineKeyboard();
    if (current !== null) keyboard.text(buttons.forget, profileCallbacks.pack('forget')).row();
    return { text: askWhatsApp(current), keyboard: cancelKeyboard(keyboard) };
  }

  callbacks.on(composer, 'whatsapp', async (ctx) => {
    await wizards.begin(ctx, { wizard: WIZARD.whatsapp, step: 'number', data: {} });
    const { text, keyboard } = await whatsAppQuestion(ctx);
    ctx.show(text, { keyboard });
  });

  wizards.define(WIZARD.whatsapp, async (ctx) => {
    // A number may also come as a contact that was shared.
    const typed = ctx.message?.text ?? ctx.message?.contact?.phone_number;
    const parsed = typed === undefined ? undefined : parseWhatsApp(typed);
    if (parsed?.ok) {
      await users.setWhatsApp(ctx.tx, ctx.user.id, parsed.value);
      await wizards.end(ctx);
      return ctx.send(numberSaved(parsed.value), { keyboard: back() });
    }
    const { text, keyboard } = await whatsAppQuestion(ctx);
    ctx.send(parsed ? wrong(parsed.problem, text) : textPlease(text), { keyboard });
  });

  profileCallbacks.on(composer, 'forget', async (ctx) => {
    if (ctx.form?.wizard !== WIZARD.whatsapp) return ctx.toast(toasts.stale, { alert: true });
    await users.setWhatsApp(ctx.tx, ctx.user.id, null);
    await wizards.end(ctx);
    ctx.show(numberForgotten(), { keyboard: back() });
  });
}
