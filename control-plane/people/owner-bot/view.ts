import { type Context, GrammyError } from 'grammy';
import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import { editOr } from '../../platform/telegram/index.ts';

/** A screen: HTML, and the ways on from it. */
export type View = { text: string; keyboard?: InlineKeyboardMarkup | undefined };

export const rows = (...buttons: InlineKeyboardButton[][]): InlineKeyboardMarkup => ({
  inline_keyboard: buttons.filter((row) => row.length > 0),
});

const options = ({ keyboard }: View) => ({
  parse_mode: 'HTML' as const,
  link_preview_options: { is_disabled: true },
  ...(keyboard ? { reply_markup: keyboard } : {}),
});

/** Says it below. */
export async function say(ctx: Context, view: View): Promise<void> {
  await ctx.reply(view.text, options(view));
}

/** Puts it in the place of the message whose button was pressed; below where that cannot be. */
export async function show(ctx: Context, view: View): Promise<void> {
  await editOr(
    () => ctx.editMessageText(view.text, options(view)),
    () => say(ctx, view),
  );
}

/** Ends the wait of a pressed button. One that waited too long for it is beyond help. */
export async function toast(ctx: Context, text = '', alert = false): Promise<void> {
  const answer = text === '' ? {} : { text: text.slice(0, 200), show_alert: alert };
  await ctx.answerCallbackQuery(answer).catch((error) => {
    if (!(error instanceof GrammyError) || error.error_code !== 400) throw error;
  });
}
