import type { ChatClient, MessageView, PersonClient } from '../../sandbox/client.ts';
import { renderButtons } from '../../sandbox/client.ts';
import type { ChatEvent } from '../../sandbox/telegram/chat.ts';
import { messageView } from '../../sandbox/telegram/view.ts';
import type { TestStore } from '../support/store.ts';
import type { TranscriptClock } from './clock.ts';
import type { Line } from './render.ts';

/** What the bot is to say: a message new or edited, the answer to a tap, or a message that goes away. */
export type Expected = string | RegExp | { toast: string } | { gone: string };

/** One person at their phone. Each act says what is to be seen after it; all of that is written down in this order. */
export type Participant = {
  readonly person: PersonClient;
  says(text: string, ...expected: Expected[]): Promise<MessageView>;
  taps(label: string, ...expected: Expected[]): Promise<MessageView>;
  sendsPhoto(of: { shows: string; caption?: string }, ...expected: Expected[]): Promise<MessageView>;
  sendsFile(of: { name: string; content: string }, ...expected: Expected[]): Promise<MessageView>;
  /** What comes without an act. */
  sees(...expected: Expected[]): Promise<MessageView>;
  /** Lets pass unseen what was said so far and until `last` has been. */
  overlooks(last: RegExp | string): Promise<void>;
  /** Messages of the bot that no section showed. */
  unseen(): string[];
};

const PATIENCE_MS = 30_000;
const BETWEEN_ACTS_MS = 15_000;
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export function createParticipant(
  shop: TestStore,
  clock: TranscriptClock,
  lines: Line[],
  person: PersonClient,
): Participant {
  const chat: ChatClient = person.chatWith(shop.bot);
  const whose = person.first_name;
  const stored = () => shop.sandbox.telegram.bot(shop.bot.id).chats.get(person.id);
  /** Number of the last event of each message that was written down; what came before it is past. */
  const seen = new Map<number, number>();
  let overlooked = 0;
  let answered = 0;
  let keyboard = '';

  const open = (event: ChatEvent) => event.seq > overlooked && event.seq > (seen.get(event.messageId ?? 0) ?? 0);
  const fresh = (kinds: readonly string[]) =>
    (stored()?.history.list() ?? []).filter((event) => kinds.includes(event.kind) && open(event));

  async function find(what: string, look: () => ChatEvent | undefined): Promise<ChatEvent> {
    const found = await stored()?.changed.until(look, PATIENCE_MS);
    if (found) return found;
    throw new Error(`${whose} waited for ${what}, in vain. The chat:\n\n${await chat.transcript()}\n`);
  }

  const photos = (message: MessageView): string => {
    if (message.kind === 'document') return `(berkas: ${message.file?.name ?? 'tanpa nama'})`;
    if (/Invoice/.test(message.text)) return '(foto: kode QR)';
    return /^📊 Statistik/.test(message.text) ? '(foto: grafik omzet dan pesanan)' : '(foto)';
  };

  function write(message: MessageView, attached?: string): void {
    const options = message.kind === 'text' ? {} : { attached: attached ?? photos(message) };
    lines.push({ kind: 'message', whose, message, options });
  }
  const note = (text: string) => lines.push({ kind: 'note', whose, text });

  async function seesOne(expected: Expected): Promise<MessageView | undefined> {
    if (typeof expected === 'object' && 'toast' in expected) {
      const event = await find(`an answer like ${expected.toast}`, () =>
        (stored()?.history.list() ?? []).find(
          ({ kind, seq, text }) => kind === 'answered' && seq > answered && text?.includes(expected.toast),
        ),
      );
      answered = event.seq;
      note(`💬 ${event.text}`);
      return undefined;
    }
    if (typeof expected === 'object' && 'gone' in expected) {
      const event = await find(`a message like ${expected.gone} to go`, () =>
        fresh(['deleted']).find(({ messageId }) => textOf(messageId).includes(expected.gone)),
      );
      seen.set(event.messageId ?? 0, event.seq);
      note(`🗑  ${excerpt(textOf(event.messageId))}`);
      return undefined;
    }
    const matches = (text: string) => (typeof expected === 'string' ? text.includes(expected) : expected.test(text));
    const event = await find(`a message like ${expected}`, () =>
      fresh(['sent', 'edited']).find(({ message }) => matches(message?.text ?? message?.caption ?? '')),
    );
    seen.set(event.messageId ?? 0, event.seq);
    const message = messageView({ message: event.message!, byBot: true, frozen: false, changed: event.seq });
    write(message);
    return message;
  }
  const textOf = (messageId: number | undefined): string => {
    const last = (stored()?.history.list() ?? []).findLast((event) => event.messageId === messageId && event.message);
    return last?.message?.text ?? last?.message?.caption ?? '';
  };

  const drawnKeyboard = (): string =>
    (stored()?.keyboard?.keyboard ?? [])
      .map((row) => `   ${renderButtons(row.map(({ text }) => ({ label: text })))}`)
      .join('\n');

  /** The reply keyboard, where it changed. */
  function showKeyboard(): void {
    const drawn = drawnKeyboard();
    if (drawn !== keyboard && drawn !== '') note(`⌨️  di bawah chat\n${drawn}`);
    keyboard = drawn;
  }

  async function sees(...expected: Expected[]): Promise<MessageView> {
    let last: MessageView | undefined;
    for (const one of expected) last = (await seesOne(one)) ?? last;
    showKeyboard();
    return last!;
  }

  /** What the person did, as the chat has it. */
  async function wrote(messageId: number, attached?: string): Promise<void> {
    const mine = (await chat.messages()).find((message) => message.id === messageId);
    write(mine!, attached);
  }

  return {
    person,
    sees,
    async says(text, ...expected) {
      await clock.pass(BETWEEN_ACTS_MS);
      await wrote((await chat.send(text)).messageId);
      return sees(...expected);
    },
    async taps(label, ...expected) {
      await clock.pass(BETWEEN_ACTS_MS);
      const { messageId } = await chat.tap(label);
      const shown = lines.findLast(
        (line) => line.kind === 'message' && line.whose === whose && line.message.id === messageId,
      );
      if (shown?.kind === 'message') shown.options = { ...shown.options, pressed: label };
      note(`👤 ${whose} 👆 ${label}`);
      return sees(...expected);
    },
    async sendsPhoto({ shows, caption }, ...expected) {
      await clock.pass(BETWEEN_ACTS_MS);
      const sent = await chat.sendPhoto({ bytes: PIXEL, ...(caption ? { caption } : {}) });
      await wrote(sent.messageId, `(foto: ${shows})`);
      return sees(...expected);
    },
    async sendsFile({ name, content }, ...expected) {
      await clock.pass(BETWEEN_ACTS_MS);
      await wrote((await chat.sendDocument({ bytes: content, fileName: name })).messageId);
      return sees(...expected);
    },
    async overlooks(last) {
      overlooked = (await chat.waitFor(last, { since: overlooked })).changed;
      keyboard = drawnKeyboard();
    },
    unseen() {
      return [...(stored()?.messages.values() ?? [])]
        .filter(
          ({ byBot, changed, message }) =>
            byBot && changed > overlooked && (seen.get(message.message_id) ?? 0) < changed,
        )
        .map(({ message }) => message.text ?? message.caption ?? '(photo)');
    },
  };
}

const excerpt = (text: string): string => {
  const first = text.split('\n').find(Boolean) ?? 'pesan';
  return `pesan “${first}” dihapus`;
};
