import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import type { SentFile } from '../telegram/people.ts';
import { chatView, type MessageView, messageView } from '../telegram/view.ts';
import { renderTranscript } from '../transcript.ts';
import type { Sandbox } from '../types.ts';
import { type Declare, waitMillis } from './route.ts';

/** A chat of a bot, by the id of its person or channel. */
const chatParams = z.object({ bot: z.coerce.number(), user: z.coerce.number() });

const file = z.strictObject({
  base64: z.string(),
  fileName: z.string().default('file'),
  mimeType: z.string().default('application/octet-stream'),
  caption: z.string().optional(),
});

const entity = z.looseObject({ type: z.string(), offset: z.int().min(0), length: z.int().min(1) });

const act = z.discriminatedUnion('act', [
  z.strictObject({
    act: z.literal('send'),
    text: z.string().min(1).max(4096),
    /** Formatting that the person put on it, as Telegram writes it. */
    entities: z.array(entity).optional(),
  }),
  z.strictObject({ act: z.literal('press'), label: z.string() }),
  z.strictObject({
    act: z.literal('tap'),
    label: z.string().optional(),
    data: z.string().optional(),
    messageId: z.int().optional(),
    force: z.boolean().optional(),
  }),
  z.strictObject({ act: z.literal('photo'), ...file.shape }),
  z.strictObject({ act: z.literal('video'), ...file.shape }),
  z.strictObject({ act: z.literal('document'), ...file.shape }),
  z.strictObject({
    act: z.literal('album'),
    files: z.array(z.strictObject({ kind: z.enum(['photo', 'video', 'document']), ...file.shape })),
  }),
  z.strictObject({ act: z.literal('contact'), phoneNumber: z.string() }),
  z.strictObject({ act: z.literal('edit'), messageId: z.int(), text: z.string().min(1) }),
  z.strictObject({ act: z.literal('block') }),
  z.strictObject({ act: z.literal('unblock') }),
  /** Why Telegram lets the bot not write to them: account deleted, never started, …; null when it does. */
  z.strictObject({
    act: z.literal('refusal'),
    refusal: z.enum(['deactivated', 'never_started', 'peer_id_invalid', 'unknown']).nullable(),
  }),
]);

export type Act = z.input<typeof act>;

const wait = z.strictObject({
  /** A message that appeared or was edited, an answer to a tap, or a message that went away. */
  kind: z.enum(['message', 'toast', 'deleted']),
  /** Only events after this number. */
  since: z.int().default(0),
  pattern: z.strictObject({ source: z.string(), flags: z.string() }).optional(),
  from: z.enum(['bot', 'user']).default('bot'),
  messageId: z.int().optional(),
  timeoutMillis: waitMillis,
});

export type WaitQuestion = z.input<typeof wait>;
export type Toast = { seq: number; text: string; alert: boolean };

function sentFile(kind: SentFile['kind'], { base64, fileName, mimeType, caption }: z.infer<typeof file>): SentFile {
  return { kind, upload: { fileName, mimeType, bytes: Buffer.from(base64, 'base64') }, caption };
}

/** What a person does in a chat, and what they see there. */
export function chatRoutes({ telegram, sequence }: Sandbox, declare: Declare): void {
  const { people } = telegram;
  const place = (params: z.infer<typeof chatParams>) => {
    const bot = telegram.bot(params.bot);
    const chat = bot.chats.get(params.user);
    // A channel is a chat without a person.
    if (chat?.info.type !== 'channel') telegram.user(params.user);
    return { bot, chat };
  };

  declare(
    'POST',
    '/bots/:bot/chats/:user/act',
    'act as the person {act: send|press|tap|photo|video|document|album|contact|edit|block|unblock|refusal, …}',
    { params: chatParams, body: act },
    ({ params, body }) => {
      const { bot } = place(params);
      const person = telegram.user(params.user);
      const since = sequence.last();
      switch (body.act) {
        case 'send':
          return { since, messageId: people.sendText(bot, person, body.text, body.entities).message_id };
        case 'press':
          return { since, messageId: people.press(bot, person, body.label).message_id };
        case 'tap':
          return { since, ...people.tap(bot, person, body) };
        case 'photo':
        case 'video':
        case 'document':
          return { since, messageId: people.sendFile(bot, person, sentFile(body.act, body)).message_id };
        case 'album': {
          const files = body.files.map(({ kind, ...one }) => sentFile(kind, one));
          return { since, messageIds: people.sendAlbum(bot, person, files).map((message) => message.message_id) };
        }
        case 'refusal':
          people.setRefusal(bot, person, body.refusal ?? undefined);
          return { since };
        case 'contact':
          return { since, messageId: people.sendContact(bot, person, body.phoneNumber).message_id };
        case 'edit':
          return { since, messageId: people.editText(bot, person, body.messageId, body.text).message_id };
        default:
          people.setBlocked(bot, person, body.act === 'block');
          return { since };
      }
    },
  );
  declare(
    'GET',
    '/bots/:bot/chats/:user',
    'the chat as the person sees it now; with ?since, of its messages those that changed after it',
    { params: chatParams, body: z.object({ since: z.coerce.number().default(-1) }) },
    ({ params, body }) => chatView(place(params).chat, body.since),
  );
  declare(
    'GET',
    '/bots/:bot/chats/:user/history',
    'everything that happened in the chat',
    { params: chatParams },
    ({ params }) => place(params).chat?.history.list() ?? [],
  );
  declare(
    'GET',
    '/bots/:bot/chats/:user/transcript',
    'the chat as plain text',
    { params: chatParams },
    ({ params, reply }) =>
      reply.type('text/plain; charset=utf-8').send(`${renderTranscript(chatView(place(params).chat, -1).messages)}\n`),
  );
  declare(
    'POST',
    '/bots/:bot/chats/:user/wait',
    'long poll: {kind: message|toast|deleted, since, pattern?, from?, messageId?, timeoutMillis}; {found: null} when it did not happen',
    { params: chatParams, body: wait },
    async ({ params, body }) => {
      const { chat } = place(params);
      if (!chat) throw new AppError('BAD_REQUEST', 'This person has never written to the bot.');
      const test = body.pattern ? new RegExp(body.pattern.source, body.pattern.flags.replace(/[gy]/g, '')) : /(?:)/;
      const look = (): MessageView | Toast | undefined => {
        if (body.kind === 'message') {
          const found = [...chat.messages.values()].findLast(
            (stored) =>
              stored.changed > body.since &&
              stored.byBot === (body.from === 'bot') &&
              (body.messageId === undefined || stored.message.message_id === body.messageId) &&
              test.test(stored.message.text ?? stored.message.caption ?? ''),
          );
          return found && messageView(found);
        }
        const kind = body.kind === 'toast' ? 'answered' : 'deleted';
        const event = chat.history
          .list()
          .find(
            (one) =>
              one.kind === kind &&
              one.seq > body.since &&
              (body.messageId === undefined || one.messageId === body.messageId) &&
              test.test(one.text ?? ''),
          );
        return event && { seq: event.seq, text: event.text ?? '', alert: event.alert ?? false };
      };
      const found = await chat.changed.until(look, body.timeoutMillis);
      return { found: found ?? null, seq: sequence.last() };
    },
  );
}
