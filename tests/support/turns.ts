import type { ChatClient, MessageView } from '../../sandbox/client.ts';
import type { TestStore } from './store.ts';

/** Something that a person does, and then what the bot says to it: a message that holds `reply`. */
export type Turns = {
  answer(text: string, reply: RegExp | string, formatting?: Parameters<ChatClient['send']>[1]): Promise<MessageView>;
  tap(label: string, reply: RegExp | string): Promise<MessageView>;
  /** Also of a button that is not shown any more. */
  tapData(data: string, reply: RegExp | string): Promise<MessageView>;
};

/**
 * Turns of a person in a chat. It is asked for at each turn, so that this may stand above the hook that opens the store.
 * `pauseMs` is the time that they take before each: a customer who is fast is taken for a spammer.
 */
export function inTurns(at: () => { shop: Pick<TestStore, 'clock'>; chat: ChatClient }, pauseMs = 0): Turns {
  async function turn(act: (chat: ChatClient) => Promise<unknown>, reply: RegExp | string): Promise<MessageView> {
    const { shop, chat } = at();
    shop.clock.advance(pauseMs);
    await act(chat);
    return chat.waitFor(reply);
  }

  return {
    answer: (text, reply, formatting) => turn((chat) => chat.send(text, formatting), reply),
    tap: (label, reply) => turn((chat) => chat.tap(label), reply),
    tapData: (data, reply) => turn((chat) => chat.tapData(data, { force: true }), reply),
  };
}

export const labelsOf = (message: Pick<MessageView, 'buttons'>): string[] =>
  message.buttons.flat().map((button) => button.label);
