import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { DESK, HAND } from '../browser.ts';
import { expectGood, fillFleet, newKey, openConsole } from './support.ts';

const STORES = 620;
let plane: TestPlane;
let key: string;
beforeAll(async () => {
  plane = await startPlane();
  await fillFleet(plane, STORES);
  ({ key } = await newKey(plane, 'operator'));
});
afterAll(() => plane.close());

const rows = (page: Page) => page.locator('[data-row]');
const whole = (page: Page, count: number) => page.getByText(`${count} toko`, { exact: true }).waitFor();
const search = (page: Page) => new URL(page.url()).searchParams;

test('all stores come page after page, and only those on the screen are drawn', async () => {
  const { page, complaints } = await openConsole(plane, '/fleet', { key });
  await whole(page, STORES);
  expect(await rows(page).count()).toBeLessThan(80);
  await page.keyboard.press('End');
  await rows(page).first().focus();
  await page.keyboard.press('End');
  await page.getByText(`toko-00${STORES - 1}`, { exact: true }).waitFor();
  expect(complaints).toEqual([]);
});

test('facets, search and order stand in the address, and the back button takes them back', async () => {
  const { page } = await openConsole(plane, '/fleet', { key });
  await whole(page, STORES);
  await page.getByRole('group', { name: 'Status' }).getByRole('button', { name: 'gagal' }).click();
  await page.waitForURL(/state=failed/);
  await whole(page, 27);
  await page.getByRole('group', { name: 'Status' }).getByRole('button', { name: 'ditangguhkan' }).click();
  await page.waitForURL(/state=failed%2Csuspended/);
  await page.getByRole('link', { name: 'Toko', exact: true }).click();
  await page.waitForURL(/sort=storeName/);
  await page.goBack();
  await page.goBack();
  await whole(page, 27);
  expect([...search(page)]).toEqual([['state', 'failed']]);
  await page.goBack();
  await whole(page, STORES);

  await page.getByRole('searchbox').fill('toko-00007');
  await page.waitForURL(/q=toko-00007/);
  await whole(page, 1);
  await page.reload();
  await whole(page, 1);
  expect(await page.getByRole('searchbox').inputValue()).toBe('toko-00007');
});

test('an address that asks for nonsense shows the fleet', async () => {
  const { page, complaints } = await openConsole(plane, '/fleet?sort=price&state=happy,failed&order=up&rent=7&q=', {
    key,
  });
  await whole(page, 27);
  expect(complaints).toEqual([]);
});

test('a search without a result says so', async () => {
  const { page } = await openConsole(plane, '/fleet?q=tidakada', { key });
  await page.getByText('Tidak ada toko yang cocok').waitFor();
});

test('a viewer selects nothing', async () => {
  const viewer = await newKey(plane, 'viewer');
  const { page } = await openConsole(plane, '/fleet', { key: viewer.key });
  await whole(page, STORES);
  expect(await page.getByRole('checkbox').count()).toBe(0);
});

test.each([DESK, HAND])('is for everybody, $width pixels wide', async (screen) => {
  const { page, complaints } = await openConsole(plane, '/fleet', { key, screen });
  await whole(page, STORES);
  await expectGood(page, 'fleet', screen);
  await page.getByRole('checkbox').nth(1).check();
  await page.getByRole('checkbox').nth(2).check();
  await page.getByRole('button', { name: 'Tingkatkan' }).click();
  await page.getByRole('dialog').waitFor();
  await expectGood(page, 'bulk', screen);
  expect(complaints).toEqual([]);
});
