import type { Api, InputFile } from 'grammy';
import type { InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto, Message } from 'grammy/types';
import type { SayOptions } from './context.ts';
import type { Html } from './html.ts';
import { attempt, isFileUnknown, type Outcome } from './telegram.ts';

/** A file that Telegram holds for this bot, by its file_id. */
export type Media = { photo?: string; document?: string };

/** The same, or a photo that is uploaded. */
export type Attachment = Omit<Media, 'photo'> & { photo?: string | InputFile };

/**
 * Sends a text, or a file with the text as its caption. A file_id means nothing to another bot: when the store has changed
 * its bot since, the text goes alone.
 */
export async function send(
  api: Api,
  chatId: number,
  text: Html,
  { photo, document, keyboard }: Attachment & { keyboard?: SayOptions['keyboard'] | InlineKeyboardMarkup },
): Promise<Outcome<Message>> {
  const other = { parse_mode: 'HTML' as const, ...(keyboard ? { reply_markup: keyboard } : {}) };
  const alone = () =>
    attempt<Message>(() => api.sendMessage(chatId, text, { link_preview_options: { is_disabled: true }, ...other }));
  if (!photo && !document) return alone();
  const sent = await attempt<Message>(() =>
    photo
      ? api.sendPhoto(chatId, photo, { caption: text, ...other })
      : api.sendDocument(chatId, document ?? '', { caption: text, ...other }),
  );
  return isFileUnknown(sent) ? alone() : sent;
}

/** What an edit puts in the place of a message; undefined for a text. */
export function inputMedia(
  text: Html,
  { photo, document }: Attachment,
): InputMediaPhoto | InputMediaDocument | undefined {
  const words = { caption: text, parse_mode: 'HTML' as const };
  if (photo) return { type: 'photo', media: photo, ...words };
  return document ? { type: 'document', media: document, ...words } : undefined;
}
