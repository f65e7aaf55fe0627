import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Operation, Tenant, TenantConfiguration } from '../../../control-plane/api/contract/index.ts';
import { eventually } from '../../control-plane/support/eventually.ts';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { expectFineScreen, keyOf, openConsole, title } from './support.ts';

let plane: TestPlane;
let tenant: Tenant;
beforeAll(async () => {
  plane = await startPlane();
  tenant = await plane.api.open({
    telegramBotToken: plane.newBot().token,
    storeName: 'Toko Pulsa <b>Sejahtera</b>',
    image: 'good:1',
  });
});
afterAll(() => plane.close());

const operations = async (): Promise<Operation[]> =>
  (await plane.api.call<{ operations: Operation[] }>('GET', `/v1/operations?store=${tenant.store}`)).body.operations;
const restarts = async () => (await operations()).filter(({ kind }) => kind === 'restart').length;
const idle = () => eventually(async () => expect((await plane.api.tenant(tenant.store)).operation).toBeNull());
const openStore = (tab = '', key?: string) =>
  openConsole(plane, `/stores/${tenant.store}${tab && `?tab=${tab}`}`, key === undefined ? {} : { key });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Tab, until what has the focus has this name. A page of these tests has far fewer places to stop at. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate<string>('document.activeElement?.textContent ?? ""');
    if (text.trim() === name) return;
  }
  throw new Error(`no place to stop at is named ${name}`);
}

test('a change of the configuration is shown as a difference, and saved only after that', async () => {
  const tenant = await plane.api.open({
    telegramBotToken: plane.newBot().token,
    storeName: 'Toko Pulsa <b>Sejahtera</b>',
  });
  const { page, complaints } = await openConsole(plane, `/stores/${tenant.store}?tab=configuration`);
  await page.getByLabel('Nama toko').fill('Toko Pulsa Baru');
  await page.getByLabel('Memori dalam MiB').fill('300');
  await page.getByLabel('Variabel', { exact: true }).fill('log_level');
  await page.getByLabel('Nilai').fill('debug');
  await button(page, 'Atur variabel').click();
  await page.getByText('3 perubahan').waitFor();
  expect((await plane.api.tenant(tenant.store)).storeName).toBe('Toko Pulsa <b>Sejahtera</b>');
  await button(page, 'Tinjau perubahan').click();
  const review = page.getByRole('region', { name: 'Yang akan berubah' });
  const text = (await review.innerText()).replace(/\s+/g, ' ');
  expect(text).toContain('Sekarang: Toko Pulsa <b>Sejahtera</b> + Nanti: Toko Pulsa Baru');
  expect(text).toContain('Sekarang: 256 + Nanti: 300');
  expect(text).toContain('LOG_LEVEL');
  await button(page, 'Simpan').click();
  await page.getByText('Perubahan sedang dibawa ke toko').waitFor();
  await page.getByRole('link', { name: 'Lihat operasinya' }).click();
  await title(page, `atur: ${tenant.store}`);
  await eventually(async () => expect((await plane.api.tenant(tenant.store)).operation).toBeNull());
  expect(await plane.api.tenant(tenant.store)).toMatchObject({
    storeName: 'Toko Pulsa Baru',
    limits: { memoryMb: 300, cpus: 0.5 },
  });
  expect(await readFile(join(tenant.folder, 'bot.env'), 'utf8')).toContain('LOG_LEVEL=debug');
  expect(complaints).toEqual([]);
});

test('what the API refuses stands at its field, and nothing was changed', async () => {
  await idle();
  const { body: before } = await plane.api.call<{ revision: number }>('GET', `/v1/tenants/${tenant.store}/config`);
  const { page } = await openStore('configuration');
  await page.getByLabel('Penjual (id Telegram)').fill('42, budi');
  await page.getByLabel('Memori dalam MiB').fill('70000');
  await button(page, 'Tinjau perubahan').click();
  await button(page, 'Simpan').click();
  const memory = page.getByLabel('Memori dalam MiB');
  await eventually(async () => expect(await memory.getAttribute('aria-invalid')).toBe('true'));
  expect(await page.getByLabel('Penjual (id Telegram)').getAttribute('aria-invalid')).toBe('true');
  expect(await memory.inputValue()).toBe('70000');
  await button(page, 'Buang').click();
  expect(await memory.inputValue()).not.toBe('70000');
  const { body: after } = await plane.api.call<{ revision: number }>('GET', `/v1/tenants/${tenant.store}/config`);
  expect(after.revision).toBe(before.revision);
});

test('a secret is told as set, and is written but never read', async () => {
  await idle();
  const { page } = await openStore('configuration');
  await page.getByLabel('Kunci API Pakasir').fill('kunci-yang-sangat-baru');
  await button(page, 'Tinjau perubahan').click();
  const review = page.getByRole('region', { name: 'Yang akan berubah' });
  expect(await review.innerText()).toContain('nilai baru, tersembunyi');
  expect(await page.content()).not.toContain('kunci-yang-sangat-baru');
  await button(page, 'Simpan').click();
  await page.getByText('Perubahan sedang dibawa ke toko').waitFor();
  await idle();
  expect(await readFile(join(tenant.folder, 'bot.env'), 'utf8')).toContain('PAKASIR_API_KEY=kunci-yang-sangat-baru');
  expect(await page.content()).not.toContain('kunci-yang-sangat-baru');
  const { body } = await plane.api.call<z.infer<typeof TenantConfiguration>>(
    'GET',
    `/v1/tenants/${tenant.store}/config`,
  );
  expect(body.secrets.PAKASIR_API_KEY).toBe('set');
});

test('a store is restarted by keyboard alone, and its steps are found', async () => {
  await idle();
  const before = await restarts();
  const { page } = await openStore();
  await button(page, 'Tindakan').waitFor();
  await tabTo(page, 'Mulai ulang');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Lihat operasinya' }).waitFor();
  await eventually(async () => expect(await restarts()).toBe(before + 1));
  await page.getByRole('link', { name: 'Lihat operasinya' }).focus();
  await page.keyboard.press('Enter');
  await title(page, `mulai ulang: ${tenant.store}`);
  await idle();
});

test('the palette does what the buttons of a store do, and offers it to nobody who may not', async () => {
  await idle();
  const before = await restarts();
  const { page } = await openStore();
  await button(page, 'Mulai ulang').waitFor();
  await page.keyboard.press('Control+k');
  const typed = page.getByRole('combobox', { name: /Toko, layar/ });
  await typed.fill('tutup toko');
  await page.getByRole('option', { name: /^Tutup toko: Toko Pulsa/ }).click();
  await page
    .getByRole('dialog', { name: /untuk selamanya/ })
    .getByText(tenant.store)
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+k');
  await typed.fill('mulai ulang');
  await page.getByRole('option', { name: /^Mulai ulang: Toko Pulsa/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Lihat operasinya' }).waitFor();
  await eventually(async () => expect(await restarts()).toBe(before + 1));
  await idle();
  // Another screen has other actions.
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await title(page, 'Armada');
  await page.keyboard.press('Control+k');
  await typed.fill('mulai ulang');
  await page.getByText('Tidak ada yang namanya memuat ini.').waitFor();
  const viewer = await openStore('', await keyOf(plane, 'viewer'));
  await viewer.page.getByRole('link', { name: 'Ringkasan' }).waitFor();
  await viewer.page.keyboard.press('Control+k');
  await viewer.page.getByRole('combobox', { name: /Toko, layar/ }).fill('mulai ulang');
  await viewer.page.getByText('Tidak ada yang namanya memuat ini.').waitFor();
});

test('a store is stopped only after it was asked, and the page shows it without being loaded again', async () => {
  await idle();
  // An attempt that broke off may have left it at rest.
  if ((await plane.api.tenant(tenant.store)).desiredState !== 'running') {
    await plane.api.call('POST', `/v1/tenants/${tenant.store}/start`);
    await idle();
  }
  const { page } = await openStore();
  await button(page, 'Tindakan').click();
  await page.getByRole('menuitem', { name: 'Hentikan' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Batal' }).click();
  expect((await plane.api.tenant(tenant.store)).desiredState).toBe('running');
  await button(page, 'Tindakan').click();
  await page.getByRole('menuitem', { name: 'Hentikan' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Hentikan' }).click();
  await button(page, 'Mulai').waitFor();
  await page.locator('main h1').getByText('berhenti').waitFor();
  await idle();
  await button(page, 'Mulai').click();
  await page.locator('main h1').getByText('berjalan').waitFor();
  await idle();
});

test('a pause of the reconciliation is said, and taken back', async () => {
  await idle();
  await plane.db.query('UPDATE tenants SET paused = false WHERE store = $1', [tenant.store]);
  const { page } = await openStore();
  await button(page, 'Tindakan').click();
  await page.getByRole('menuitem', { name: 'Jeda rekonsiliasi' }).click();
  await page.getByText('tidak ada yang memulihkan toko ini').waitFor();
  expect((await plane.api.tenant(tenant.store)).paused).toBe(true);
  await button(page, 'Tindakan').click();
  await page.getByRole('menuitem', { name: 'Rekonsiliasi lagi' }).click();
  await page.getByText('tidak ada yang memulihkan toko ini').waitFor({ state: 'hidden' });
  expect((await plane.api.tenant(tenant.store)).paused).toBe(false);
});

test('a store is closed only by whoever types its name, and destroyed only by an admin', async () => {
  await idle();
  for (const [scope, isAdmin] of [
    ['operator', false],
    ['admin', true],
  ] as const) {
    const { page, context } = await openStore('', await keyOf(plane, scope));
    await button(page, 'Tindakan').click();
    await page.getByRole('menuitem', { name: 'Tutup toko' }).click();
    const dialog = page.getByRole('dialog');
    const close = dialog.getByRole('button', { name: 'Tutup toko' });
    await close.waitFor();
    expect(await dialog.getByLabel('Musnahkan').count()).toBe(isAdmin ? 1 : 0);
    expect(await close.isDisabled()).toBe(true);
    await dialog.getByLabel(`Ketik ${tenant.store}`).fill(tenant.store.slice(0, -1));
    expect(await close.isDisabled()).toBe(true);
    await dialog.getByLabel(`Ketik ${tenant.store}`).fill(tenant.store);
    expect(await close.isDisabled()).toBe(false);
    await context.close();
  }
  const { store } = await plane.api.open({ telegramBotToken: plane.newBot().token });
  const { page } = await openConsole(plane, `/stores/${store}`);
  await button(page, 'Tindakan').click();
  await page.getByRole('menuitem', { name: 'Tutup toko' }).click();
  await page.getByLabel(`Ketik ${store}`).fill(store);
  await page.getByLabel('Tanpa cadangan terakhir').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Tutup toko' }).click();
  await page.getByRole('link', { name: 'Lihat operasinya' }).waitFor();
  await eventually(async () => expect((await plane.api.call('GET', `/v1/tenants/${store}`)).status).toBe(404));
});

test('a viewer sees everything but secrets, logs and incidents, and can do nothing', async () => {
  const key = await keyOf(plane, 'viewer');
  const { page } = await openStore('', key);
  await page.getByRole('heading', { name: 'Dikehendaki dan teramati' }).waitFor();
  expect(await button(page, 'Mulai ulang').count()).toBe(0);
  expect(await button(page, 'Tindakan').count()).toBe(0);
  await page.getByRole('link', { name: 'Konfigurasi' }).click();
  await page.getByText('BOT_STORE_NAME').waitFor();
  expect(await page.getByLabel('Nama toko').count()).toBe(0);
  expect(await button(page, 'Tinjau perubahan').count()).toBe(0);
  await page.getByRole('link', { name: 'Log', exact: true }).click();
  await page.getByText('hanya untuk kunci bercakupan operator').waitFor();
  await page.locator('main').getByRole('link', { name: 'Audit' }).click();
  await page.getByText('hanya untuk kunci bercakupan admin').waitFor();
  await page.locator('main').getByRole('link', { name: 'Insiden' }).click();
  await page.getByText('Insiden mengutip baris log').waitFor();
});

test('the link to Telegram leads to the bot of the store', async () => {
  const { page } = await openStore();
  const link = page.getByRole('link', { name: 'Buka di Telegram' });
  expect(await link.getAttribute('href')).toBe(`https://t.me/${tenant.bot.username}`);
  expect(await link.getAttribute('rel')).toContain('noopener');
});

test('the screens of a store are for everybody', async () => {
  await idle();
  const at = (tab: string) => `/stores/${tenant.store}?tab=${tab}`;
  await expectFineScreen(plane, at('overview'), 'store', (page) =>
    page.getByText('Dikehendaki dan teramati').waitFor(),
  );
  await expectFineScreen(plane, at('configuration'), 'configuration', (page) =>
    page.getByText('BOT_STORE_NAME').waitFor(),
  );
  await expectFineScreen(plane, at('operations'), 'store-operations', (page) =>
    page.getByRole('link', { name: 'buka', exact: true }).waitFor(),
  );
});
