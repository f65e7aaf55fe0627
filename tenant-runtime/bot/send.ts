import type { Api, InputFile } from 'grammy';
import type { InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto, InputMediaVideo, Message } from 'grammy/types';
import type { MessageOptions } from './context.ts';
import type { Html } from './html.ts';
import { attempt, type Outcome } from './telegram.ts';

/** A file that Telegram holds for this bot, by its file_id. */
export type Media = { photo?: string; video?: string; document?: string };

/** The same, or a photo that is uploaded. */
export type Attachment = Omit<Media, 'photo'> & { photo?: string | InputFile };

type SendOptions = Attachment & {
  keyboard?: MessageOptions['keyboard'] | InlineKeyboardMarkup;
  /** Nothing takes the place of a file that Telegram refuses: whoever asks wants to know. */
  whole?: boolean;
  silent?: boolean;
};

/**
 * Sends a text, or a file with the text as its caption. A file that Telegram refuses, whatever its words, costs nobody the
 * text: it goes alone. A file_id means nothing to another bot, and a photo may be one that Telegram cannot read.
 */
export async function send(
  api: Api,
  chatId: number,
  text: Html,
  { keyboard, whole, silent, ...media }: SendOptions,
): Promise<Outcome<Message>> {
  const { photo, video, document } = media;
  const other = {
    parse_mode: 'HTML' as const,
    ...(keyboard ? { reply_markup: keyboard } : {}),
    ...(silent ? { disable_notification: true } : {}),
  };
  const alone = () =>
    attempt<Message>(() => api.sendMessage(chatId, text, { link_preview_options: { is_disabled: true }, ...other }));
  const captioned = { caption: text, ...other };
  let sent: Outcome<Message>;
  if (photo) sent = await attempt<Message>(() => api.sendPhoto(chatId, photo, captioned));
  else if (video) sent = await attempt<Message>(() => api.sendVideo(chatId, video, captioned));
  else if (document) sent = await attempt<Message>(() => api.sendDocument(chatId, document, captioned));
  else return alone();
  return sent.kind === 'refused' && !whole ? alone() : sent;
}

/** What an edit puts in the place of a message; undefined for a text. */
export function inputMedia(
  text: Html,
  { photo, video, document }: Attachment,
): InputMediaPhoto | InputMediaVideo | InputMediaDocument | undefined {
  const words = { caption: text, parse_mode: 'HTML' as const };
  if (photo) return { type: 'photo', media: photo, ...words };
  if (video) return { type: 'video', media: video, ...words };
  return document ? { type: 'document', media: document, ...words } : undefined;
}
