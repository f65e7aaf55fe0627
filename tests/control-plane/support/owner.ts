import { type ChatClient, createSandboxClient } from '../../../sandbox/client.ts';

/** An owner of the control plane who has started the alert bot. */
export type Owner = {
  id: number;
  /** Everything that the alert bot told them, oldest first. */
  told(): Promise<string[]>;
  chat: ChatClient;
};

export async function startOwner(sandboxUrl: string, token: string, id: number): Promise<Owner> {
  const client = createSandboxClient(sandboxUrl);
  const bot = await client.createBot({ token });
  const person = await client.createUser({ id, firstName: 'Bos' });
  const chat = person.chatWith(bot);
  await chat.send('/start');
  // What is told from here on is not mixed with the greeting.
  await chat.waitFor('bot pemilik', { timeoutMs: 60_000 });
  return {
    id,
    chat,
    told: async () => (await chat.messages()).filter((message) => message.from === 'bot').map(({ text }) => text ?? ''),
  };
}
