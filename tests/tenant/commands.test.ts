import { afterEach, expect, test } from 'vitest';
import { createApi } from '../../tenant-runtime/bot/telegram.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

const STAFF = ['start', 'cari', 'admin'];

/** The commands that Telegram shows: to everybody, or in one chat. */
async function commandsOf(chatId?: number): Promise<string[]> {
  const api = createApi(shop.bot.token, shop.client.url);
  const scope = chatId === undefined ? {} : { scope: { type: 'chat', chat_id: chatId } as const };
  return (await api.getMyCommands(scope)).map(({ command }) => command);
}

test('everybody finds the commands of a customer behind the menu button, staff also their own', async () => {
  shop = await startTestStore();
  await shop.client.waitForCalls({ method: 'setMyCommands' }, { count: 3 });
  await expect.poll(() => commandsOf()).toEqual(['start', 'cari']);
  await expect.poll(() => commandsOf(shop.admin.id)).toEqual(STAFF);
  await expect.poll(() => commandsOf(shop.owner.id)).toEqual(STAFF);
  const { chat, person } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  expect(await commandsOf(person.id)).toEqual([]);
});

test('a list that Telegram does not take does not stop the store, and staff get theirs with their first /start', async () => {
  shop = await startTestStore({ start: false });
  const newcomer = await shop.client.createUser({ firstName: 'Baru' });
  shop.env.TELEGRAM_ADMIN_IDS = String(newcomer.id);
  const fault = await shop.client.faults.add({
    target: 'telegram',
    method: 'setMyCommands',
    kind: '5xx',
    times: 'always',
  });
  await shop.restart();
  await fault.waitFired({ count: 3 });
  await fault.remove();
  const chat = newcomer.chatWith(shop.bot);
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  await expect.poll(() => commandsOf(newcomer.id)).toEqual(STAFF);
});
