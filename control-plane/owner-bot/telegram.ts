import { type Api, GrammyError } from 'grammy';
import type { InlineKeyboardMarkup } from 'grammy/types';
import { wordsOf } from '../html.ts';

const MAX_TEXT = 4096;

export type Markup = { keyboard?: InlineKeyboardMarkup | undefined; replyTo?: number | undefined };

/** Where a message is now, or why Telegram will never take it. */
export type Said = { messageId: number } | { refused: string };

/**
 * Sends HTML; when Telegram does not take the markup, the words alone, so that nobody loses a word by it.
 * @throws what grammY throws when it must be tried later
 */
export async function sendHtml(api: Api, chatId: number, html: string, markup: Markup = {}): Promise<Said> {
  const said = await send(api, chatId, html, { ...markup, html: true });
  return 'refused' in said ? send(api, chatId, wordsOf(html).slice(0, MAX_TEXT), { ...markup, html: false }) : said;
}

async function send(api: Api, chatId: number, text: string, options: Markup & { html: boolean }): Promise<Said> {
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
    if (error instanceof GrammyError && (error.error_code === 400 || error.error_code === 403)) {
      return { refused: error.description };
    }
    throw error;
  }
}

/** True for an edit that changes nothing, or of a message that cannot be edited any more: nothing is lost by either. */
export const isHarmless = (error: unknown): boolean =>
  error instanceof GrammyError &&
  error.error_code === 400 &&
  /message is not modified|message to edit not found|message can't be edited/.test(error.description);

/** Telegram does not know this token, or not any more. */
export const isTokenFault = (error: unknown): boolean =>
  error instanceof GrammyError && (error.error_code === 401 || error.error_code === 404);
