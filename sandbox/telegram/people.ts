import { randomInt } from 'node:crypto';
import { AppError } from '../../kernel/errors.ts';
import type { Upload } from './args.ts';
import type { Bot } from './bot.ts';
import { type Chat, createChat, type Refusal } from './chat.ts';
import { asDocument, asPhoto, asVideo, type StoredFile } from './files.ts';
import { unixTime } from './methods/call.ts';
import type { Content, Entity, InlineButton, Message, User } from './types.ts';

/** What came of a tap: a callback query went to the bot, or the person's phone would do something else. */
export type Tapped =
  | { kind: 'callback'; queryId: string; messageId: number }
  | { kind: 'url'; url: string; messageId: number }
  | { kind: 'copy'; text: string; messageId: number };

/** Which button to tap: by its label or its data, on one message or the newest that has it. */
export type TapTarget = { label?: string; data?: string; messageId?: number; force?: boolean };

/** A file as a person sends it. */
export type SentFile = { kind: 'photo' | 'video' | 'document'; upload: Upload; caption?: string | undefined };

/** What a person can do in a chat with a bot. */
export type People = {
  /** `formatting` is what the person marked; addresses and commands are found anyhow. */
  sendText(bot: Bot, person: User, text: string, formatting?: readonly Entity[]): Message;
  sendFile(bot: Bot, person: User, file: SentFile): Message;
  /** Several files at once: as many messages with one `media_group_id`. */
  sendAlbum(bot: Bot, person: User, files: readonly SentFile[]): Message[];
  sendContact(bot: Bot, person: User, phoneNumber: string): Message;
  editText(bot: Bot, person: User, messageId: number, text: string): Message;
  /** Presses a button of the reply keyboard, which sends its text. */
  press(bot: Bot, person: User, label: string): Message;
  tap(bot: Bot, person: User, target: TapTarget): Tapped;
  setBlocked(bot: Bot, person: User, blocked: boolean): void;
  /** Why the bot cannot write to them; `undefined` when it can. No update tells of it. */
  setRefusal(bot: Bot, person: User, refusal: Refusal | undefined): void;
  /** Someone who wrote to the bot long ago, and maybe blocked it or is gone: no update tells of that any more. */
  settle(bot: Bot, person: User, how?: { blocked?: boolean; refusal?: Refusal | undefined }): void;
};

/** Faults of a test's script: there is no such button, the chat is blocked. */
const refuse = (message: string) => new AppError('BAD_REQUEST', message);

export function createPeople({ now }: { now: () => Date }): People {
  const chatWith = (bot: Bot, person: User): Chat => {
    let chat = bot.chats.get(person.id);
    if (!chat) {
      chat = createChat(person);
      bot.chats.set(person.id, chat);
    }
    return chat;
  };

  /** The chat for someone who writes in it. */
  const openChat = (bot: Bot, person: User): Chat => {
    const chat = chatWith(bot, person);
    if (chat.blocked) throw refuse(`${person.first_name} has blocked the bot: unblock it first`);
    if (chat.refusal === 'deactivated') throw refuse(`${person.first_name} has no account any more`);
    chat.refusal = undefined;
    return chat;
  };

  const existing = (bot: Bot, person: User): Chat => {
    const chat = bot.chats.get(person.id);
    if (!chat) throw refuse(`${person.first_name} has never written to the bot`);
    return chat;
  };

  const say = (bot: Bot, person: User, content: Content & Pick<Message, 'media_group_id'>): Message => {
    const chat = openChat(bot, person);
    const base = { message_id: bot.nextMessageId(), from: person, chat: chat.info, date: unixTime(now()) };
    const message: Message = { ...base, ...content };
    bot.store(chat, message, { byBot: false });
    bot.updates.push('message', message, chat.info.id);
    return message;
  };

  const people: People = {
    sendText: (bot, person, text, formatting) => say(bot, person, typed(text, formatting)),
    sendFile(bot, person, file) {
      openChat(bot, person);
      return say(bot, person, contentOf(bot, file));
    },
    sendAlbum(bot, person, files) {
      openChat(bot, person);
      if (files.length < 2 || files.length > 10) throw refuse('an album has 2 to 10 files');
      if (new Set(files.map(({ kind }) => kind === 'document')).size > 1) {
        throw refuse('an album has photos and videos, or documents');
      }
      const group = { media_group_id: `${randomInt(2 ** 47)}` };
      const contents = files.map((file) => ({ ...contentOf(bot, file), ...group }));
      return contents.map((content) => say(bot, person, content));
    },
    sendContact: (bot, person, phoneNumber) =>
      say(bot, person, {
        contact: { phone_number: phoneNumber, first_name: person.first_name, user_id: person.id },
      }),
    editText(bot, person, messageId, text) {
      const chat = openChat(bot, person);
      const stored = chat.messages.get(messageId);
      if (!stored || stored.byBot) throw refuse('a person can edit only messages of their own');
      const { entities: _, ...base } = stored.message;
      stored.message = { ...base, ...typed(text), edit_date: unixTime(now()) };
      bot.note(chat, { kind: 'user_edited', messageId, message: stored.message });
      bot.updates.push('edited_message', stored.message, person.id);
      return stored.message;
    },
    press(bot, person, label) {
      const labels =
        existing(bot, person)
          .keyboard?.keyboard.flat()
          .map((button) => button.text) ?? [];
      if (!labels.includes(label)) {
        throw refuse(`the reply keyboard has no button "${label}"; it has: ${labels.join(' | ') || 'none'}`);
      }
      return people.sendText(bot, person, label);
    },
    tap(bot, person, target) {
      const chat = existing(bot, person);
      const { message, button } = findButton(chat, target);
      const messageId = message.message_id;
      if (typeof button.url === 'string') return { kind: 'url', url: button.url, messageId };
      const copied = button.copy_text as { text: string } | undefined;
      if (copied) return { kind: 'copy', text: copied.text, messageId };
      const queryId = `${randomInt(2 ** 47)}${randomInt(10_000, 99_999)}`;
      const data = String(button.callback_data);
      bot.queries.set(queryId, { chat, at: now().getTime(), answered: false });
      bot.note(chat, { kind: 'tapped', messageId, query: queryId, text: data });
      const query = { id: queryId, from: person, message, chat_instance: `${bot.user.id}${person.id}`, data };
      bot.updates.push('callback_query', query, person.id);
      return { kind: 'callback', queryId, messageId };
    },
    settle(bot, person, { blocked = false, refusal } = {}) {
      if (bot.chats.has(person.id)) throw refuse(`${person.first_name} is in a chat with the bot already`);
      const chat = openChat(bot, person);
      chat.blocked = blocked;
      chat.refusal = refusal;
    },
    setRefusal(bot, person, refusal) {
      chatWith(bot, person).refusal = refusal;
    },
    setBlocked(bot, person, blocked) {
      const chat = existing(bot, person);
      if (chat.blocked === blocked) return;
      chat.blocked = blocked;
      bot.note(chat, { kind: blocked ? 'blocked' : 'unblocked' });
      const member = (status: string) => ({
        user: bot.user,
        status,
        ...(status === 'kicked' ? { until_date: 0 } : {}),
      });
      const [before, after] = blocked ? ['member', 'kicked'] : ['kicked', 'member'];
      bot.updates.push(
        'my_chat_member',
        {
          chat: chat.info,
          from: person,
          date: unixTime(now()),
          old_chat_member: member(before!),
          new_chat_member: member(after!),
        },
        person.id,
      );
    },
  };
  return people;
}

function contentOf(bot: Bot, { kind, upload, caption }: SentFile): Content {
  const media: Record<SentFile['kind'], (file: StoredFile) => Content> = {
    photo: (file) => ({ photo: asPhoto(file) }),
    video: (file) => ({ video: asVideo(file) }),
    document: (file) => ({ document: asDocument(file) }),
  };
  return { ...media[kind](bot.files.add(kind, upload)), ...(caption ? { caption } : {}) };
}

/** A typed text with the marks that Telegram puts on it by itself: commands and addresses. */
function typed(text: string, formatting: readonly Entity[] = []): Content {
  const entities: Entity[] = [...formatting];
  for (const found of text.matchAll(/(?<=^|\s)(\/[a-zA-Z0-9_]{1,64}(@\w+)?|https?:\/\/\S+)/g)) {
    const type = found[0].startsWith('/') ? 'bot_command' : 'url';
    entities.push({ type, offset: found.index, length: found[0].length });
  }
  return { text, ...(entities.length > 0 ? { entities } : {}) };
}

function findButton(chat: Chat, target: TapTarget): { message: Message; button: InlineButton } {
  const { label, data, messageId, force } = target;
  const candidates = [...chat.messages.values()].filter((stored) => stored.byBot).reverse();
  const labels: string[] = [];
  for (const { message } of candidates) {
    if (messageId !== undefined && message.message_id !== messageId) continue;
    for (const button of message.reply_markup?.inline_keyboard.flat() ?? []) {
      labels.push(button.text);
      if (label === undefined ? button.callback_data === data : button.text === label) return { message, button };
    }
    // A phone that has not seen the latest edit still shows the old buttons.
    if (force && data !== undefined) return { message, button: { text: '', callback_data: data } };
  }
  throw refuse(`no message has a button "${label ?? data}"; buttons are: ${labels.join(' | ') || 'none'}`);
}
