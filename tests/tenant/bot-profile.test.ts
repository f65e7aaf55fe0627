import { afterEach, expect, test } from 'vitest';
import { startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

async function told(method: string): Promise<string> {
  const response = await fetch(`${shop.env.TELEGRAM_API_ROOT}/bot${shop.bot.token}/${method}`);
  const { result } = (await response.json()) as { result: Record<string, string> };
  return Object.values(result)[0] ?? '';
}
const parts = async () =>
  (await shop.database.db.query<{ part: string }>('SELECT part FROM bot_profile ORDER BY part')).map(
    ({ part }) => part,
  );

test('a store that opens names its bot and says what it sells, once', async () => {
  shop = await startTestStore();
  await expect.poll(parts).toEqual(['description', 'name', 'shortDescription']);
  expect(await told('getMyName')).toBe('Warung <Uji> & Kawan');
  expect(await told('getMyDescription')).toContain('Selamat datang di Warung <Uji> & Kawan');
  expect((await told('getMyShortDescription')).length).toBeLessThanOrEqual(120);
  // Whoever gave the bot another name since keeps it.
  await fetch(`${shop.env.TELEGRAM_API_ROOT}/bot${shop.bot.token}/setMyName?name=Lain`);
  await shop.restart();
  await shop.leave();
  expect(await told('getMyName')).toBe('Lain');
});

test('a name that Telegram does not take now is set at the next start, and the store opens all the same', async () => {
  shop = await startTestStore();
  await expect.poll(parts).toEqual(['description', 'name', 'shortDescription']);
  shop.env.BOT_STORE_NAME = 'Toko Baru';
  await shop.client.faults.add({ target: 'telegram', method: 'setMyName', kind: '429', retryAfter: 3600 });
  await shop.restart();
  await expect.poll(() => told('getMyDescription')).toContain('Toko Baru');
  expect(await told('getMyName')).toBe('Warung <Uji> & Kawan');
  await shop.restart();
  await expect.poll(() => told('getMyName')).toBe('Toko Baru');
});
