import { type ChatClient, type MessageView, renderMessage } from '../../sandbox/client.ts';

/** How long the store may take to answer, in milliseconds: the first message meets a cold runtime. */
const ANSWER_TIMEOUT_MS = 30_000;

/** One person's side of a chat, told line by line. */
export type ScriptedPerson = {
  /** Writes a message; resolves with the answer that matches. */
  say(text: string, answer: RegExp): Promise<MessageView>;
  /** Presses a button, wherever it is: under a message or under the chat. */
  choose(label: string, answer: RegExp): Promise<MessageView>;
  /** Does something outside of the chat, and waits for what the bot says to it. */
  meanwhile(what: string, work: () => Promise<unknown>, answer: RegExp): Promise<MessageView>;
};

export type ScriptedPersonOptions = {
  name: string;
  /** Called with each thing that was said or done, as text. */
  tell(text: string): void;
  /** Waits before each act, as a person would. */
  pause(): Promise<void>;
};

export function createScriptedPerson(chat: ChatClient, { name, tell, pause }: ScriptedPersonOptions): ScriptedPerson {
  async function act(told: string, work: () => Promise<unknown>, answer: RegExp): Promise<MessageView> {
    await pause();
    const since = await chat.mark();
    tell(told);
    await work();
    const found = await chat.waitFor(answer, { since, timeoutMs: ANSWER_TIMEOUT_MS });
    for (const message of await chat.messages()) {
      if (message.from === 'bot' && message.changed > since) tell(renderMessage(message));
    }
    return found;
  }
  return {
    say: (text, answer) => act(`👤 ${name}\n   ${text}`, () => chat.send(text), answer),
    async choose(label, answer) {
      const { messages, replyKeyboard } = await chat.view();
      const inline = messages.some(({ buttons }) => buttons.flat().some((button) => button.label === label));
      const below = replyKeyboard.flat().includes(label);
      const press = !inline && below ? () => chat.press(label) : () => chat.tap(label);
      return act(`👆 ${name}\n   [ ${label} ]`, press, answer);
    },
    meanwhile: (what, work, answer) => act(what, work, answer),
  };
}
