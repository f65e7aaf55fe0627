import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../../control-plane/api/contract/index.ts';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { DESK, HAND, look } from '../browser.ts';
import { expectGood, newKey, openConsole } from './support.ts';

let plane: TestPlane;
let key: string;
let stores: Tenant[];
beforeAll(async () => {
  plane = await startPlane();
  ({ key } = await newKey(plane, 'operator'));
  stores = [];
  for (const storeName of ['Warung Budi', 'Premium Murah']) {
    stores.push(await plane.api.open({ telegramBotToken: plane.newBot().token, storeName }));
  }
});
afterAll(() => plane.close());

test('by the keyboard alone: sign in, find a store, restart it', async () => {
  const { page } = await look(`${plane.url}/console/fleet`);
  await page.getByLabel('Kunci API').waitFor();
  const field = page.getByLabel('Kunci API');
  while (!(await field.evaluate((node) => node.matches(':focus')))) await page.keyboard.press('Tab');
  await page.keyboard.type(key);
  await page.keyboard.press('Enter');
  await page.getByText('2 toko', { exact: true }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('Budi');
  await page.getByText('1 toko', { exact: true }).waitFor();
  const row = page.locator('[data-row="0"]');
  while (!(await row.evaluate((node) => node.matches(':focus')))) await page.keyboard.press('Tab');
  await page.keyboard.press('x');
  const restart = page.getByRole('button', { name: 'Mulai ulang', exact: true });
  await restart.waitFor();
  while (!(await restart.evaluate((node) => node.matches(':focus')))) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const send = page.getByRole('button', { name: 'Mulai ulang (1)' });
  await page.getByText('Kenari: 1').waitFor();
  while (!(await send.evaluate((node) => node.matches(':focus')))) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/rollouts\//);
  await page.getByRole('list', { name: 'Toko' }).getByText('selesai', { exact: true }).waitFor();
  const { body } = await plane.api.call<{ operations: Operation[] }>('GET', '/v1/operations?limit=100');
  const restarts = body.operations.filter(({ kind }) => kind === 'restart');
  // The newest first: an attempt that broke off may have left others.
  expect(restarts[0]).toMatchObject({ store: stores[0]?.store, state: 'succeeded' });
  expect(restarts.filter(({ store }) => store !== stores[0]?.store)).toEqual([]);
});

test.each([DESK, HAND])('many stores are changed as one rollout, $width pixels wide', async (screen) => {
  const { page, complaints } = await openConsole(plane, '/fleet', { key, screen });
  await page.getByText('2 toko', { exact: true }).waitFor();
  await page.getByRole('button', { name: /Pilih semua yang cocok/ }).click();
  await page.getByRole('button', { name: 'Mulai ulang', exact: true }).click();
  await page.getByText('Gelombang 1: 1').waitFor();
  await expectGood(page, 'rollout-start', screen);
  await page.getByRole('button', { name: 'Mulai ulang (2)' }).click();
  await page.waitForURL(/rollouts\//);
  await page.getByRole('progressbar', { name: 'Kenari' }).waitFor();
  await page.getByRole('button', { name: 'Jeda' }).click();
  await page.getByRole('button', { name: 'Teruskan' }).waitFor();
  await expectGood(page, 'rollout', screen);
  await page.getByRole('button', { name: 'Hentikan' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Hentikan' }).click();
  await page.getByText('dihentikan').first().waitFor();
  await page.goto(`${plane.url}/console/rollouts`);
  await page.getByText('dihentikan').first().waitFor();
  await expectGood(page, 'rollouts', screen);
  expect(complaints).toEqual([]);
});

test.each([
  { screen: DESK, level: 'debug' },
  { screen: HAND, level: 'warn' },
])(
  'settings of many stores are changed as one rollout once they were reviewed, $screen.width pixels wide',
  async ({ screen, level }) => {
    const before = (await plane.api.tenant(stores[0]?.store ?? '')).limits.memoryMb;
    const memory = before + 20;
    const { page, complaints } = await openConsole(plane, '/fleet', { key, screen });
    await page.getByText('2 toko', { exact: true }).waitFor();
    await page.getByRole('button', { name: /Pilih semua yang cocok/ }).click();
    await page.getByRole('button', { name: 'Atur', exact: true }).click();
    const dialog = page.getByRole('dialog');
    const review = dialog.getByRole('button', { name: 'Tinjau perubahan' });
    expect(await review.isDisabled()).toBe(true);
    const variable = dialog.getByLabel('Variabel', { exact: true });
    await variable.fill('telegram_bot_token');
    await dialog.getByLabel('Nilai').fill(level);
    await dialog.getByLabel('Memori dalam MiB').fill(String(memory));
    await dialog.getByText('Seberapa hati-hati').click();
    await dialog.getByLabel('Detik kenari harus melayani dengan baik').fill('0');
    // What only one store can have is refused, with its field; what was typed stays.
    await review.click();
    await dialog.getByRole('button', { name: 'Atur (2)' }).click();
    await dialog.getByRole('alert').getByText('/change/env/TELEGRAM_BOT_TOKEN').waitFor();
    await dialog.getByRole('button', { name: 'Kembali ke isian' }).click();
    await variable.fill('LOG_LEVEL');
    // A tap beside a form loses nothing.
    await page.mouse.click(2, 2);
    expect(await variable.inputValue()).toBe('LOG_LEVEL');
    await expectGood(page, 'rollout-settings', screen);
    await review.click();
    const lines = dialog.getByRole('region', { name: 'Yang akan berubah' });
    await lines.getByText(String(before), { exact: true }).waitFor();
    await lines.getByText(String(memory), { exact: true }).waitFor();
    await lines.getByText(level, { exact: true }).waitFor();
    await expectGood(page, 'rollout-settings-review', screen);
    await dialog.getByRole('button', { name: 'Atur (2)' }).click();
    await page.waitForURL(/rollouts\/[^/]+$/);
    await page.getByRole('button', { name: 'Kembalikan' }).waitFor();
    await page.getByRole('button', { name: 'Hentikan' }).waitFor({ state: 'detached' });
    for (const { store } of stores) {
      expect((await plane.api.tenant(store)).limits).toMatchObject({ memoryMb: memory, cpus: 0.5 });
      const { body } = await plane.api.call<{ env: Record<string, string> }>('GET', `/v1/tenants/${store}/config`);
      expect(body.env).toMatchObject({ LOG_LEVEL: level });
    }
    expect(complaints).toEqual([]);
  },
);
