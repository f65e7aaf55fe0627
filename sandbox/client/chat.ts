import type { Act, Toast, WaitQuestion } from '../control/chats.ts';
import type { ChatEvent } from '../telegram/chat.ts';
import type { Tapped } from '../telegram/people.ts';
import type { Entity } from '../telegram/types.ts';
import type { ChatView, MessageView } from '../telegram/view.ts';
import { renderTranscript } from '../transcript.ts';
import { createFaultsClient, type FaultHandle } from './faults.ts';
import { type ControlHttp, longPoll } from './http.ts';

export type WaitOptions = {
  /** Default 30 s. */
  timeoutMs?: number;
  /** Only what happened after this number; by default, since the person's last act in this chat. */
  since?: number;
  /** Only this message. */
  messageId?: number;
};

export type FileInput = {
  bytes: Buffer | string;
  fileName?: string;
  mimeType?: string;
  caption?: string;
};

/** Photos by default. */
export type AlbumFile = FileInput & { kind?: 'photo' | 'video' | 'document' };

/** One person's chat with one bot. Acts go to the bot as updates; waits look at what the bot did since the last act. */
export type ChatClient = {
  readonly botId: number;
  readonly userId: number;
  send(text: string, formatting?: readonly Entity[]): Promise<{ messageId: number }>;
  /** Presses a button of the reply keyboard. */
  press(label: string): Promise<{ messageId: number }>;
  /** Taps an inline button by its exact label, on the newest message that has it or on `messageId`. */
  tap(label: string, on?: { messageId?: number }): Promise<Tapped>;
  /** Taps by callback data; `force` taps on a button that the message no longer shows. */
  tapData(data: string, on?: { messageId?: number; force?: boolean }): Promise<Tapped>;
  sendPhoto(file: FileInput): Promise<{ messageId: number }>;
  sendVideo(file: FileInput): Promise<{ messageId: number }>;
  /** A picture, uncompressed, as a file. */
  sendImageFile(file: FileInput): Promise<{ messageId: number }>;
  sendDocument(file: FileInput): Promise<{ messageId: number }>;
  /** Several photos and videos, or several documents: as many messages, of one album. */
  sendAlbum(files: readonly AlbumFile[]): Promise<{ messageIds: number[] }>;
  sendContact(phoneNumber: string): Promise<{ messageId: number }>;
  edit(messageId: number, text: string): Promise<void>;
  /**
   * The person's next message or tap reaches the bot late: what they do of the other kind meanwhile comes before it.
   * `release` of the rule, or `millis`, lets it arrive.
   */
  late(kind: 'message' | 'callback_query', millis?: number): Promise<FaultHandle>;
  block(): Promise<void>;
  unblock(): Promise<void>;
  /** Deletes the account, or makes the person one whom the bot cannot write to for another reason; null undoes it. */
  refuse(refusal: 'deactivated' | 'never_started' | 'peer_id_invalid' | 'unknown' | null): Promise<void>;
  /** The newest message of the bot whose text or caption matches, new or edited since the last act. */
  waitFor(pattern: RegExp | string, options?: WaitOptions): Promise<MessageView>;
  /** The answer to a tap (`answerCallbackQuery`), whose text may be empty. */
  waitForToast(pattern?: RegExp | string, options?: WaitOptions): Promise<Toast>;
  waitForDeleted(messageId: number, options?: WaitOptions): Promise<void>;
  /** Makes later waits look only at what happens from now on. */
  mark(): Promise<number>;
  /** All of them, or those that changed after `since`, a number of the sequence. */
  messages(since?: number): Promise<MessageView[]>;
  last(): Promise<MessageView | undefined>;
  /** Messages, reply keyboard and whether the bot is blocked. */
  view(): Promise<ChatView>;
  history(): Promise<ChatEvent[]>;
  download(message: MessageView): Promise<Buffer>;
  transcript(): Promise<string>;
};

const DEFAULT_TIMEOUT_MS = 90_000;

export function createChatClient(http: ControlHttp, botId: number, userId: number): ChatClient {
  const faults = createFaultsClient(http);
  const path = `/bots/${botId}/chats/${userId}`;
  let since = 0;

  const act = async <T>(what: Act): Promise<T> => {
    const done = await http.post<T & { since: number }>(`${path}/act`, what);
    since = done.since;
    return done;
  };
  const fileAct = (kind: FileKind, file: FileInput) =>
    act<{ messageId: number }>({ act: kind, ...encoded(kind, file) });

  const wait = async <T>(question: WaitQuestion, what: string, options: WaitOptions): Promise<T> => {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, messageId } = options;
    const asked = { ...question, since: options.since ?? since, ...(messageId === undefined ? {} : { messageId }) };
    const found = await longPoll(timeoutMs, async (timeoutMillis) => {
      return (await http.post<{ found: T | null }>(`${path}/wait`, { ...asked, timeoutMillis })).found;
    });
    if (found !== undefined) return found;
    throw new Error(`Waited ${timeoutMs} ms for ${what}, in vain. The chat:\n\n${await client.transcript()}\n`);
  };

  const client: ChatClient = {
    botId,
    userId,
    send: (text, formatting) => act({ act: 'send', text, ...(formatting ? { entities: [...formatting] } : {}) }),
    press: (label) => act({ act: 'press', label }),
    tap: (label, on = {}) => act({ act: 'tap', label, ...on }),
    tapData: (data, on = {}) => act({ act: 'tap', data, ...on }),
    sendPhoto: (file) => fileAct('photo', file),
    sendVideo: (file) => fileAct('video', file),
    sendImageFile: (file) => fileAct('document', { fileName: 'foto.png', mimeType: 'image/png', ...file }),
    sendDocument: (file) => fileAct('document', file),
    sendAlbum: (files) =>
      act({ act: 'album', files: files.map(({ kind = 'photo', ...file }) => ({ kind, ...encoded(kind, file) })) }),
    sendContact: (phoneNumber) => act({ act: 'contact', phoneNumber }),
    async edit(messageId, text) {
      await act({ act: 'edit', messageId, text });
    },
    late: (kind, millis) =>
      faults.add({
        target: 'telegram',
        kind: 'late',
        method: kind,
        chatId: userId,
        ...(millis === undefined ? {} : { millis }),
      }),
    async block() {
      await act({ act: 'block' });
    },
    async unblock() {
      await act({ act: 'unblock' });
    },
    async refuse(refusal) {
      await act({ act: 'refusal', refusal });
    },
    waitFor: (pattern, options = {}) =>
      wait({ kind: 'message', pattern: serialised(pattern) }, `a message like ${pattern}`, options),
    waitForToast: (pattern = '', options = {}) =>
      wait({ kind: 'toast', pattern: serialised(pattern) }, `an answer to the tap like ${pattern}`, options),
    async waitForDeleted(messageId, options = {}) {
      await wait({ kind: 'deleted' }, `message ${messageId} to be deleted`, { ...options, messageId });
    },
    async mark() {
      since = (await http.get<{ seq: number }>('/sequence')).seq;
      return since;
    },
    messages: async (since) => (await http.get<ChatView>(path, { since })).messages,
    last: async () => (await client.messages()).at(-1),
    view: () => http.get(path),
    history: () => http.get(`${path}/history`),
    download(message) {
      if (!message.file) throw new Error(`message ${message.id} has no file`);
      return http.bytes(`/bots/${botId}/files/${encodeURIComponent(message.file.id)}`);
    },
    transcript: async () => renderTranscript(await client.messages()) || '(empty)',
  };
  return client;
}

type FileKind = 'photo' | 'video' | 'document';

const USUAL: Record<FileKind, { fileName: string; mimeType: string }> = {
  photo: { fileName: 'foto.png', mimeType: 'image/png' },
  video: { fileName: 'video.mp4', mimeType: 'video/mp4' },
  document: { fileName: 'berkas.txt', mimeType: 'text/plain' },
};

const encoded = (kind: FileKind, { bytes, ...rest }: FileInput) => ({
  base64: Buffer.from(bytes).toString('base64'),
  ...USUAL[kind],
  ...rest,
});

/** A text is looked for as it is, a RegExp as a RegExp. */
function serialised(pattern: RegExp | string): { source: string; flags: string } {
  if (typeof pattern !== 'string') return { source: pattern.source, flags: pattern.flags };
  return { source: pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), flags: '' };
}
