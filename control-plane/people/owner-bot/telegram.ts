import { type Api, GrammyError } from 'grammy';
import type { InlineKeyboardMarkup } from 'grammy/types';
import { textOfHtml } from '../../../kernel/html.ts';
import { isDefinite, meaningOf, type Refusal } from '../../../kernel/telegram.ts';

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
  return 'refused' in said ? send(api, chatId, textOfHtml(html).slice(0, MAX_TEXT), { ...markup, html: false }) : said;
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
    const refused = refusalOf(error);
    if (refused) return { refused: refused.description };
    throw error;
  }
}

/** What Telegram means by refusing a call for good; undefined for what may go well another time, and for a lost token. */
export function refusalOf(error: unknown): { means: Refusal; description: string } | undefined {
  if (!(error instanceof GrammyError) || !isDefinite(error.error_code) || isTokenFault(error)) return undefined;
  const { description } = error;
  return { means: meaningOf(error.error_code, description), description };
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

/** Telegram does not know this token, or not any more. */
export const isTokenFault = (error: unknown): boolean =>
  error instanceof GrammyError && (error.error_code === 401 || error.error_code === 404);
