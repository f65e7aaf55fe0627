import type { Chat, StoredMessage } from './chat.ts';
import type { InlineButton, Message } from './types.ts';

/** A button as the person sees it, with what it does. */
export type ButtonView = { label: string; data?: string; url?: string; copies?: string; style?: string };

/** A message as the person sees it now. */
export type MessageView = {
  id: number;
  from: 'bot' | 'user';
  /** First name of whoever wrote it, or the title of the channel. */
  name: string;
  at: string;
  edited: boolean;
  kind: 'text' | 'photo' | 'video' | 'document' | 'sticker' | 'contact';
  /** Text or caption, without markup. */
  text: string;
  buttons: ButtonView[][];
  /** File behind a photo, video, document or sticker; `client.download` fetches it. */
  file?: { id: string; name?: string; size: number };
  albumId?: string;
  /** Number of the sandbox's sequence at which it last changed. */
  changed: number;
  /** The message as the Bot API has it. */
  raw: Message;
};

export function messageView({ message, byBot, changed }: StoredMessage): MessageView {
  const file = message.photo?.at(-1) ?? message.video ?? message.document ?? message.sticker;
  const name = (message.video ?? message.document)?.file_name;
  return {
    id: message.message_id,
    from: byBot ? 'bot' : 'user',
    name: message.from?.first_name ?? message.sender_chat?.title ?? '',
    at: new Date(message.date * 1000).toISOString(),
    edited: message.edit_date !== undefined,
    kind: kindOf(message),
    text: message.text ?? message.caption ?? message.contact?.phone_number ?? '',
    buttons: (message.reply_markup?.inline_keyboard ?? []).map((row) => row.map(buttonView)),
    ...(file ? { file: { id: file.file_id, size: file.file_size, ...(name ? { name } : {}) } } : {}),
    ...(message.media_group_id ? { albumId: message.media_group_id } : {}),
    changed,
    raw: message,
  };
}

function buttonView(button: InlineButton): ButtonView {
  const copied = (button.copy_text as { text?: string } | undefined)?.text;
  return {
    label: button.text,
    ...(typeof button.callback_data === 'string' ? { data: button.callback_data } : {}),
    ...(typeof button.url === 'string' ? { url: button.url } : {}),
    ...(copied === undefined ? {} : { copies: copied }),
    ...(typeof button.style === 'string' ? { style: button.style } : {}),
  };
}

function kindOf(message: Message): MessageView['kind'] {
  for (const kind of ['photo', 'video', 'document', 'sticker', 'contact'] as const) if (message[kind]) return kind;
  return 'text';
}

/** A chat as the person sees it now: deleted messages gone, edits applied, oldest first. */
export type ChatView = { messages: MessageView[]; replyKeyboard: string[][]; blocked: boolean };

/** @param since only messages that changed after this number of the sequence */
export function chatView(chat: Chat | undefined, since: number): ChatView {
  if (!chat) return { messages: [], replyKeyboard: [], blocked: false };
  return {
    messages: [...chat.messages.values()].filter(({ changed }) => changed > since).map(messageView),
    replyKeyboard: (chat.keyboard?.keyboard ?? []).map((row) => row.map((button) => button.text)),
    blocked: chat.blocked,
  };
}
