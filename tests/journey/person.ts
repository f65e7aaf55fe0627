import type { CallRecord, ChatClient, MessageView } from '../../sandbox/client.ts';
import type { Update } from '../../sandbox/telegram/types.ts';
import type { TestStore } from '../support/store.ts';

/** One thing that a person does in the chat. */
export type Step =
  | { kind: 'press'; label: string }
  | { kind: 'tap'; data: string; label: string }
  | { kind: 'type'; text: string }
  | { kind: 'photo'; caption?: string }
  | { kind: 'file'; text: string; fileName: string }
  /** A message of a kind that has no name here, as the Bot API tells it. */
  | { kind: 'raw'; what: string; content: Record<string, unknown> };

export type Form = { wizard: string; step: string; data: string };

/** What the person saw of it. */
export type Seen = {
  step: Step;
  /** Messages of the bot that are new or were edited. */
  screens: MessageView[];
  /** What the pressed button was answered with; undefined when it was not. */
  answer: { text: string; alert: boolean } | undefined;
  /** The message shows already what the bot wanted it to show. */
  unchanged: boolean;
  form: Form | undefined;
};

export type Person = {
  readonly id: number;
  readonly chat: ChatClient;
  act(step: Step): Promise<Seen>;
  form(): Promise<Form | undefined>;
};

/** Longer than any chain that anti-spam looks at. */
const PAUSE_MS = 2500;
/** Nobody's button: it leaves no wizard, and is answered after everything that was said before it. */
const PROBE = 'wz:probe';
const SLOW_MS = 4000;
const LONGEST_MS = 60_000;

/** Plays a person who waits for the bot before going on. `pause` is for stores whose clock the test does not set. */
export function createPerson(shop: TestStore, chat: ChatClient, pause: () => Promise<void> = async () => {}): Person {
  let greeted = false;

  async function form(): Promise<Form | undefined> {
    const [row] = await shop.database.db.query<Form>(
      'SELECT wizard, step, data::text AS data FROM conversations WHERE user_id = $1',
      [chat.userId],
    );
    return row;
  }

  /** @returns the id of the callback query, when a button was tapped */
  async function perform(step: Step): Promise<string | undefined> {
    shop.clock.advance(PAUSE_MS);
    await pause();
    switch (step.kind) {
      case 'press':
        await chat.press(step.label);
        return undefined;
      case 'tap':
        return tap(step.data);
      case 'type':
        await chat.send(step.text);
        return undefined;
      case 'photo':
        await chat.sendPhoto({ bytes: PIXEL, ...(step.caption === undefined ? {} : { caption: step.caption }) });
        return undefined;
      case 'file':
        await chat.sendDocument({ bytes: step.text, fileName: step.fileName });
        return undefined;
      case 'raw':
        await shop.client.injectUpdate(shop.bot, rawUpdate(chat.userId, step.content));
        return undefined;
    }
  }

  async function tap(data: string): Promise<string | undefined> {
    const tapped = await chat.tapData(data, { force: true });
    return tapped.kind === 'callback' ? tapped.queryId : undefined;
  }

  const callsSince = (since: number) => shop.client.calls({ botId: shop.bot.id, since });

  /** Waits until this callback query is answered; answers come in the order of the updates. */
  async function answered(queryId: string | undefined, since: number): Promise<CallRecord[]> {
    const until = Date.now() + LONGEST_MS;
    for (;;) {
      const calls = await callsSince(since);
      if (calls.some((call) => answers(call, queryId))) return calls;
      if (Date.now() > until) throw new Error(`no answer to a tap:\n${await chat.transcript()}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async function screensSince(since: number): Promise<MessageView[]> {
    return (await chat.messages(since)).filter((message) => message.from === 'bot');
  }

  return {
    id: chat.userId,
    chat,
    form,
    async act(step) {
      const since = await chat.mark();
      const first = !greeted && (await chat.messages()).every((message) => message.from === 'user');
      greeted = true;
      const queryId = await perform(step);
      shop.clock.advance(PAUSE_MS);
      if (first) await chat.waitFor(/./);
      const calls = await answered(await tap(PROBE), since);
      const own = queryId === undefined ? undefined : calls.find((call) => answers(call, queryId));
      const answer = own && { text: String(own.params.text ?? ''), alert: own.params.show_alert === true };
      const unchanged = calls.some(({ response }) => JSON.stringify(response).includes('message is not modified'));
      let screens = await screensSince(since);
      // Some screens come from a worker, such as an invoice: they follow, or the wait ends and the check finds nothing.
      const until = Date.now() + SLOW_MS;
      const waiting = () => !answer?.text && !unchanged && !screens.some(isUsable);
      while (waiting() && Date.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 25));
        screens = await screensSince(since);
      }
      return { step, screens, answer, unchanged, form: await form() };
    },
  };
}

const answers = (call: CallRecord, queryId: string | undefined): boolean =>
  call.method === 'answerCallbackQuery' && call.params.callback_query_id === queryId;

let rawUpdates = 0;
function rawUpdate(from: number, content: Record<string, unknown>): Update {
  // Far apart: the sandbox counts on from the last id.
  rawUpdates += 1_000_000;
  const sender = { id: from, is_bot: false, first_name: `Penguji ${from}` };
  const message = {
    message_id: 900_000_000 + rawUpdates,
    date: Math.floor(Date.now() / 1000),
    from: sender,
    chat: { ...sender, type: 'private' },
  };
  // Content is whatever a wrong input is made of, which no type of Telegram's need fit.
  return { update_id: 900_000_000 + rawUpdates, message: { ...message, ...content } } as unknown as Update;
}

export const isUsable = (message: MessageView): boolean => message.buttons.length > 0;

/** The smallest PNG. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
