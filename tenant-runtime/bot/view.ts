import { InlineKeyboard } from 'grammy';
import type { MessageOptions, StoreContext } from './context.ts';
import type { Html } from './html.ts';

/** A screen as a function makes it; whether it is sent or shown is up to the handler. */
export type View = { text: Html } & MessageOptions;

export const send = (ctx: StoreContext, { text, ...options }: View): void => ctx.send(text, options);
export const show = (ctx: StoreContext, { text, ...options }: View): void => ctx.show(text, options);

/** Ways on from a screen, one below the other. */
export function buttonColumn(...buttons: readonly { text: string; data: string }[]): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  for (const { text, data } of buttons) keyboard.text(text, data).row();
  return keyboard;
}
