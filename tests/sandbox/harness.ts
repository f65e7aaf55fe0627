import { afterEach } from 'vitest';
import { createSandboxClient, type SandboxClient } from '../../sandbox/client.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import type { BotApiAnswer } from '../../sandbox/telegram/api-error.ts';
import type { Message } from '../../sandbox/telegram/types.ts';

export type Harness = {
  sandbox: Sandbox;
  client: SandboxClient;
  url: string;
  /** Calls the Bot API as a bot would, over HTTP. */
  call(token: string, method: string, params?: Record<string, unknown>): Promise<BotApiAnswer>;
  /** As `call`, for calls that must succeed with a message. */
  message(token: string, method: string, params: Record<string, unknown>): Promise<Message>;
};

const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Something to close when the test ends; the last opened is closed first. */
export function closeLater(close: () => Promise<unknown>): void {
  open.push(close);
}

/** A sandbox on a free port, closed when the test ends. */
export async function openHarness(options: Parameters<typeof createSandbox>[0] = {}): Promise<Harness> {
  const sandbox = createSandbox(options);
  const { url } = await sandbox.listen();
  closeLater(() => sandbox.close());
  const call: Harness['call'] = async (token, method, params = {}) => {
    const response = await fetch(`${url}/bot${token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(params),
    });
    return (await response.json()) as BotApiAnswer;
  };
  return {
    sandbox,
    client: createSandboxClient(url),
    url,
    call,
    async message(token, method, params) {
      const answer = await call(token, method, params);
      if (!answer.ok) throw new Error(`${method}: ${answer.description}`);
      return answer.result as Message;
    },
  };
}

/** A sandbox with a bot, and Budi who pressed start. */
export async function openChat(options: Parameters<typeof createSandbox>[0] = {}) {
  const harness = await openHarness(options);
  const bot = await harness.client.createBot();
  const budi = await harness.client.createUser({ firstName: 'Budi <&>', username: 'budi' });
  const chat = budi.chatWith(bot);
  await chat.send('/start');
  const call = (method: string, params: Record<string, unknown> = {}) =>
    harness.call(bot.token, method, { chat_id: budi.id, ...params });
  const message = (method: string, params: Record<string, unknown>) =>
    harness.message(bot.token, method, { chat_id: budi.id, ...params });
  /** The complaint of a call that must be refused. */
  const refusal = async (method: string, params: Record<string, unknown> = {}) => {
    const answer = await call(method, params);
    if (answer.ok) throw new Error(`${method} was accepted`);
    return answer.description;
  };
  return { ...harness, bot, budi, chat, call, message, refusal };
}

/** A clock that stands until a test moves it. */
export function standingClock(at = '2026-05-01T00:00:00Z') {
  let millis = Date.parse(at);
  return {
    now: () => new Date(millis),
    advance(more: number) {
      millis += more;
    },
  };
}

/** A PNG header that claims a size: enough of an image for the sandbox. */
export function png(width = 64, height = 64, bytes = 100): Buffer {
  const image = Buffer.alloc(Math.max(bytes, 33));
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(image);
  image.writeUInt32BE(width, 16);
  image.writeUInt32BE(height, 20);
  return image;
}
