import type { Api } from 'grammy';
import type { InlineKeyboardMarkup } from 'grammy/types';
import { textOfHtml } from '../../../kernel/html.ts';
import type { Refusal } from '../../../kernel/telegram.ts';
import { refusalOf } from './bot-api.ts';

const MAX_TEXT = 4096;

export type Markup = { keyboard?: InlineKeyboardMarkup | undefined; replyTo?: number | undefined };

/** Where a message is now, or why Telegram will never take it. */
export type Sent = { messageId: number } | { refused: string };

/**
 * Sends HTML; when Telegram does not take the markup, the words alone, so that nobody loses a word by it.
 * @throws what grammY throws when it must be tried later
 */
export async function sendHtml(api: Api, chatId: number, html: string, markup: Markup = {}): Promise<Sent> {
  const sent = await send(api, chatId, html, { ...markup, html: true });
  return 'refused' in sent ? sendText(api, chatId, textOfHtml(html), markup) : sent;
}

/** Sends plain text. @throws what grammY throws when it must be tried later */
export const sendText = (api: Api, chatId: number, text: string, markup: Markup = {}): Promise<Sent> =>
  send(api, chatId, text.slice(0, MAX_TEXT), { ...markup, html: false });

async function send(api: Api, chatId: number, text: string, options: Markup & { html: boolean }): Promise<Sent> {
  const { keyboard, replyTo, html } = options;
  try {
    const message = await api.sendMessage(chatId, text, {
      ...(html ? { parse_mode: 'HTML' as const } : {}),
      ...(keyboard ? { reply_markup: keyboard } : {}),
      ...(replyTo === undefined
        ? {}
        : { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } }),
      link_preview_options: { is_disabled: true },
    });
    return { messageId: message.message_id };
  } catch (error) {
    const refused = refusalOf(error);
    if (refused) return { refused: refused.description };
    throw error;
  }
}

/**
 * Changes a message; where Telegram will not, whatever its words, shows it `anew`. One that shows it already is left, and
 * `anew` is told what was meant.
 * @throws what grammY throws when it must be tried later
 */
export async function editOr(edit: () => Promise<unknown>, anew: (means: Refusal) => Promise<void>): Promise<void> {
  try {
    await edit();
  } catch (error) {
    const refused = refusalOf(error);
    if (!refused) throw error;
    if (refused.means !== 'unchanged') await anew(refused.means);
  }
}
