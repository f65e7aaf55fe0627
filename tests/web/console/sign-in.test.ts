import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { DESK, HAND, look } from '../browser.ts';
import { expectGood, fillFleet, lookAt, newKey, openConsole, signIn } from './support.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane();
  await fillFleet(plane, 4);
});
afterAll(() => plane.close());

const asked = (page: Page) => page.getByLabel('Kunci API').waitFor();

test('a key signs in at the very screen that the address names, and signing out asks for it again', async () => {
  const { key } = await newKey(plane, 'operator');
  const { page } = await openConsole(plane, '/fleet?state=running', { key });
  await page.getByText('3 toko', { exact: true }).waitFor();
  expect(await page.evaluate('[document.cookie, localStorage.length]')).toEqual(['', 0]);
  await page.getByRole('button', { name: 'Keluar' }).click();
  await asked(page);
  await page.reload();
  await asked(page);
});

test('a wrong key is told, and the next one may be right', async () => {
  const { key } = await newKey(plane, 'viewer');
  const { page } = await look(`${plane.url}/console`);
  await page.getByLabel('Kunci API').fill('lpk_salah');
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await signIn(page, key);
});

test('a link signs in once, and no address or history keeps its ticket', async () => {
  const { body } = await plane.api.call<{ url: string }>('POST', '/v1/session/links');
  const link = `${plane.url}/console${new URL(body.url).hash}`;
  const { page } = await look(link);
  await page.getByRole('navigation', { name: 'Layar' }).waitFor();
  expect(page.url()).not.toContain('ticket');
  const second = await look(link);
  await second.page.getByText('Tautan masuk berlaku sekali').waitFor();
  expect(second.page.url()).not.toContain('ticket');
  await asked(second.page);
});

test('a revoked key throws every tab out', async () => {
  const { key, apiKey } = await newKey(plane, 'operator');
  const { page, context } = await openConsole(plane, '/fleet', { key });
  const other = await context.newPage();
  await other.goto(`${plane.url}/console/fleet`);
  await other.getByText('4 toko', { exact: true }).waitFor();
  await page.locator('[data-connection=connected]').waitFor();
  await plane.api.call('DELETE', `/v1/api-keys/${apiKey.id}`);
  await asked(page);
  await asked(other);
});

test('the keys lead to screens, the palette to stores, and the language changes at once', async () => {
  const { key } = await newKey(plane, 'operator');
  const { page } = await openConsole(plane, '', { key });
  await page.locator('h1').waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await page.waitForURL(/fleet/);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Tombol' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Toko, layar/ }).fill('toko-00002');
  await page.getByRole('option', { name: /toko-00002/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/stores\/toko-00002/);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('navigation', { name: 'Screens' }).getByText('Fleet').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
});

test.each([DESK, HAND])('is for everybody, $width pixels wide', async (screen) => {
  const { key } = await newKey(plane, 'operator');
  const { page, complaints } = await lookAt(`${plane.url}/console`, screen);
  await asked(page);
  await expectGood(page, 'sign-in', screen);
  expect(complaints).toEqual([]);
  await signIn(page, key);
  await page.getByRole('region', { name: 'Perlu ditangani' }).waitFor();
  await expectGood(page, 'home', screen);
});
