import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { freePort } from '../../support/ports.ts';
import { fillFleet, newKey, openConsole } from './support.ts';

let plane: TestPlane;
let key: string;
beforeAll(async () => {
  // The page comes back to the address that it knows.
  plane = await startPlane({ env: { LAPAK_PORT: String(await freePort()) } });
  await fillFleet(plane, 4);
  ({ key } = await newKey(plane, 'operator'));
});
afterAll(() => plane.close());

const live = (page: Page) => page.locator('[data-connection=connected]').waitFor();
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

test('a store that is opened elsewhere appears, and its name is text whatever it holds', async () => {
  const { page, complaints } = await openConsole(plane, '/fleet', { key });
  await live(page);
  await row(page, 'toko-00003').waitFor();
  const storeName = '<img src=x onerror="document.title=1"> "&amp;';
  const tenant = await plane.api.open({ telegramBotToken: plane.newBot().token, storeName });
  await row(page, tenant.store).getByText('berjalan').waitFor();
  await row(page, tenant.store).getByText(storeName).waitFor();
  expect(await page.locator('main img').count()).toBe(0);

  await plane.api.call('POST', `/v1/tenants/${tenant.store}/suspend`, { reason: '<b>libur</b>' });
  await row(page, tenant.store).getByText('ditangguhkan').waitFor();
  expect(complaints).toEqual([]);
});

test('two tabs have one stream, and the second goes on when the first is closed', async () => {
  const { page, context } = await openConsole(plane, '/fleet', { key });
  await live(page);
  const other = await context.newPage();
  const streams: string[] = [];
  other.on('request', (request) => request.url().endsWith('/v1/events') && streams.push(request.url()));
  await other.goto(`${plane.url}/console/fleet`);
  await live(other);
  expect(streams).toEqual([]);
  await page.close();
  await expect.poll(() => streams.length).toBe(1);
  await live(other);
  expect(streams).toHaveLength(1);
});

test('a control plane that was away is noticed, and caught up with', async () => {
  const { page } = await openConsole(plane, '/fleet', { key });
  await live(page);
  await plane.restart(async () => {
    await page.locator('[data-connection=lost]').waitFor();
    await plane.db.query(`UPDATE tenants SET store_name = 'Berubah Diam-diam' WHERE store = 'toko-00001'`);
  });
  await live(page);
  await page.getByText('Berubah Diam-diam').waitFor();
});

test('a network that went away is told at once, and what was missed is read', async () => {
  const { page } = await openConsole(plane, '/fleet', { key });
  await live(page);
  await page.context().setOffline(true);
  await page.locator('[data-connection=lost]').waitFor();
  await plane.db.query(`UPDATE tenants SET store_name = 'Berubah Tanpa Jaringan' WHERE store = 'toko-00002'`);
  await page.context().setOffline(false);
  await live(page);
  await page.getByText('Berubah Tanpa Jaringan').waitFor();
});

test('seven tabs, one more than a browser has connections for, share a stream, and are thrown out together', async () => {
  const own = await newKey(plane, 'operator');
  const { page: first, context } = await openConsole(plane, '/fleet', { key: own.key });
  await live(first);
  const streams: Page[] = [];
  context.on('request', (request) => {
    if (request.url().endsWith('/v1/events')) streams.push(request.frame().page());
  });
  const others = await Promise.all(Array.from({ length: 6 }, () => context.newPage()));
  const seen = (pages: Page[], name: string) => Promise.all(pages.map((page) => row(page, name).waitFor()));
  const rename = (name: string) =>
    plane.db.query(`UPDATE tenants SET store_name = $1 WHERE store = 'toko-00000'`, [name]);
  await Promise.all(others.map((page) => page.goto(`${plane.url}/console/fleet`)));
  await Promise.all(others.map(live));
  expect(streams).toEqual([]);
  await rename('Dilihat Tujuh');
  await seen([first, ...others], 'Dilihat Tujuh');

  await first.close();
  await rename('Dilihat Enam');
  await seen(others, 'Dilihat Enam');
  await expect.poll(() => streams.length).toBe(1);
  await Promise.all(others.map(live));
  await others[0]?.getByRole('searchbox').fill('Enam');
  await others[0]?.getByText('1 toko', { exact: true }).waitFor();

  expect((await plane.api.call('DELETE', `/v1/api-keys/${own.apiKey.id}`)).status).toBe(200);
  await Promise.all(others.map((page) => page.getByLabel('Kunci API').waitFor()));
});
