import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { DESK, expectAccessible, expectNoSideways } from '../browser.ts';
import { fillFleet, newKey, openConsole, title } from './support.ts';

let plane: TestPlane;
let key: string;
beforeAll(async () => {
  plane = await startPlane();
  await fillFleet(plane, 300);
  ({ key } = await newKey(plane, 'operator'));
});
afterAll(() => plane.close());

const navigation = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Layar' }).getByRole('link', { name, exact: true });
const scrolled = (page: Page) => page.evaluate<number>('Math.round(window.scrollY)');

test('a screen begins at its top, and the back button returns to the place that was left, also after a reload', async () => {
  const { page, complaints } = await openConsole(plane, '/fleet', { key });
  await page.getByText('300 toko', { exact: true }).waitFor();
  await page.evaluate('window.scrollTo(0, 5000)');
  await page.getByRole('link', { name: /150$/ }).click();
  await page.waitForURL(/stores\/toko-00150/);
  await page.getByRole('link', { name: 'Ringkasan' }).waitFor();
  await expect.poll(() => scrolled(page)).toBe(0);
  await page.goBack();
  await page.getByRole('link', { name: /150$/ }).waitFor();
  await expect.poll(() => scrolled(page)).toBe(5_000);
  await page.goForward();
  await page.getByRole('link', { name: 'Ringkasan' }).waitFor();
  await expect.poll(() => scrolled(page)).toBe(0);
  await page.reload();
  await page.getByRole('link', { name: 'Ringkasan' }).waitFor();
  await page.goBack();
  await page.getByText('300 toko', { exact: true }).waitFor();
  await expect.poll(() => scrolled(page)).toBe(5_000);
  expect(complaints).toEqual([]);
});

test('a link opens in a tab of its own where that is asked for, and this one stays', async () => {
  const { page, context } = await openConsole(plane, '/rent', { key });
  const [opened] = await Promise.all([
    context.waitForEvent('page'),
    navigation(page, 'Armada').click({ modifiers: ['Control'] }),
  ]);
  await title(opened, 'Armada');
  expect(new URL(page.url()).pathname).toBe('/console/rent');
});

test.each([
  ['stores/tidak-ada', 'Armada', 'fleet'],
  ['stores/tidak-ada?tab=logs', 'Armada', 'fleet'],
  ['operations/tidak-ada', 'Operasi', 'operations'],
  ['rollouts/tidak-ada', 'Peluncuran', 'rollouts'],
])('the address %s of what is not there says so, and leads to %s', async (path, list, to) => {
  const { page, complaints } = await openConsole(plane, `/${path}`, { key });
  await title(page, 'Tidak ditemukan');
  await expect.poll(() => page.title()).toMatch(/Tidak ditemukan/);
  await expectAccessible(page, DESK);
  await expectNoSideways(page);
  await page.locator('main').getByRole('link', { name: list }).click();
  await page.waitForURL(`${plane.url}/console/${to}`);
  expect(complaints).toEqual([]);
});

test('the navigation says where one is, below a screen too, and an address that leads nowhere says so', async () => {
  const { page } = await openConsole(plane, '/stores/toko-00001?tab=health', { key });
  await page.goto(`${plane.url}/console/operations/nothing-of-this-name`);
  await expect.poll(() => navigation(page, 'Operasi').getAttribute('aria-current')).toBe('page');
  await page.goto(`${plane.url}/console/no/such`);
  await title(page, 'Halaman ini tidak ada');
  await page.locator('main').getByRole('link', { name: 'Beranda' }).click();
  await title(page, 'Beranda');
  await expect.poll(() => navigation(page, 'Beranda').getAttribute('aria-current')).toBe('page');
});

test('whoever follows a link of a screen with the keyboard goes on in the next one', async () => {
  const { page } = await openConsole(plane, '/backups/toko-00001', { key });
  await page.locator('main').getByRole('link').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/backups$/);
  await expect.poll(() => page.evaluate('document.activeElement?.id')).toBe('content');
});

test('a screen that cannot be loaded is told, and comes when it is tried again', async () => {
  const { page } = await openConsole(plane, '/fleet', { key });
  await title(page, 'Armada');
  await page.route(/assets\/rent-/, (route) => route.abort());
  await page.route(/console\/$/, (route) => route.abort());
  await navigation(page, 'Sewa').click();
  await page.getByRole('alert').waitFor();
  // The rest of the console goes on.
  await navigation(page, 'Armada').click();
  await title(page, 'Armada');
  await navigation(page, 'Sewa').click();
  await page.getByRole('alert').waitFor();
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Coba lagi' }).click();
  await title(page, 'Sewa');
});

test('a page that is older than its server is loaded anew, once', async () => {
  const { page } = await openConsole(plane, '/fleet', { key });
  await title(page, 'Armada');
  await page.route(/assets\/rent-/, (route) => route.fulfill({ status: 404, body: '{}' }));
  const pages: string[] = [];
  page.on('request', (request) => request.isNavigationRequest() && pages.push(new URL(request.url()).pathname));
  await navigation(page, 'Sewa').click();
  await page.getByRole('alert').waitFor();
  expect(pages).toEqual(['/console/rent']);
});
