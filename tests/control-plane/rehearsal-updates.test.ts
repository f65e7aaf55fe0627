import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { pushed } from '../../control-plane/monitoring/preflight/checks/telegram.ts';
import { createTelegram } from '../../control-plane/platform/telegram/index.ts';
import { createSandboxClient, type SandboxClient } from '../../sandbox/client.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { freePort } from '../support/ports.ts';

let sandbox: Sandbox;
let client: SandboxClient;
let url: string;
let wanted: string;
let bot: Awaited<ReturnType<SandboxClient['createBot']>>;

beforeAll(async () => {
  sandbox = createSandbox();
  ({ url } = await sandbox.listen());
  client = createSandboxClient(url);
});
afterAll(() => sandbox?.close());
beforeEach(async () => {
  bot = await client.createBot({});
  // Nobody listens there.
  wanted = `http://127.0.0.1:${await freePort()}/warung/telegram`;
});

const setWebhook = (to: string) =>
  fetch(`${url}/bot${bot.token}/setWebhook?${new URLSearchParams({ url: to, secret_token: 'rahasia-webhook-uji' })}`);

const look = () =>
  pushed(createTelegram(url), {
    spec: { env: { TELEGRAM_BOT_TOKEN: bot.token, TELEGRAM_WEBHOOK_URL: wanted } },
    signal: AbortSignal.timeout(30_000),
  });

test('a webhook at the address of the store is well', async () => {
  await setWebhook(wanted);
  expect(await look()).toEqual({
    result: 'ok',
    fact: { kind: 'updates_posted', to: wanted, waiting: 0 },
  });
});

test('none, or one at another address, is a failure that names both', async () => {
  expect(await look()).toMatchObject({ result: 'failed', fact: { kind: 'posted_elsewhere', to: null, wanted } });
  await setWebhook('https://elsewhere.example.com/warung/telegram');
  expect(await look()).toMatchObject({
    result: 'failed',
    fact: { kind: 'posted_elsewhere', to: 'https://elsewhere.example.com/warung/telegram', wanted },
  });
});

test('one that Telegram could not post to is a warning', async () => {
  await setWebhook(wanted);
  const person = await client.createUser({ firstName: 'Budi' });
  await person.chatWith(bot).send('/start');
  await expect.poll(look).toMatchObject({
    result: 'warning',
    fact: { kind: 'posts_failed', to: wanted, error: expect.any(String) },
  });
});
