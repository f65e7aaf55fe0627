import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Shard, Tenant } from '../../../control-plane/api/contract/index.ts';
import { type Accepted, storeRequest } from '../../control-plane/support/api.ts';
import { eventually } from '../../control-plane/support/eventually.ts';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { expectFineScreen, keyOf, openConsole, title } from './support.ts';

let plane: TestPlane;
let tenant: Tenant;
beforeAll(async () => {
  plane = await startPlane({ env: { LAPAK_SHARD_CAPACITY: '2' }, intervals: { sweepMs: 1_000 } });
  tenant = await plane.api.open({ telegramBotToken: plane.newBot().token, storeName: 'Warung Pindah' });
});
afterAll(() => plane.close());

const shards = async () => (await plane.api.call<{ shards: Shard[] }>('GET', '/v1/shards')).body.shards;
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

/** A store in a shared process. */
async function pool(storeName: string): Promise<Tenant> {
  const body = storeRequest({ telegramBotToken: plane.newBot().token, storeName, runtime: 'pooled' });
  const { body: accepted } = await plane.api.call<Accepted>('POST', '/v1/tenants', body);
  expect(await plane.api.ended(accepted.operation.id)).toMatchObject({ state: 'succeeded' });
  return plane.api.tenant(accepted.tenant.store);
}

test('where every store has a process of its own nobody hears of shards, and their address says how to get one', async () => {
  const { page, complaints } = await openConsole(plane, '/fleet');
  await page.getByText('1 toko', { exact: true }).waitFor();
  expect(await page.getByRole('navigation').getByRole('link', { name: 'Shard' }).count()).toBe(0);
  expect(await page.getByRole('group', { name: 'Runtime' }).count()).toBe(0);
  expect(await page.getByRole('columnheader', { name: 'Runtime' }).count()).toBe(0);
  await page.goto(`${plane.url}/console/shards`);
  await title(page, 'Shard');
  await page.getByText('npx lapak tenant create <store> --runtime pooled').waitFor();
  expect(complaints).toEqual([]);
});

test('a store moves into a shared process once it was asked, and the open fleet shows where it is', async () => {
  const { page: fleet } = await openConsole(plane, '/fleet');
  await row(fleet, 'Warung Pindah').waitFor();
  const { page, complaints } = await openConsole(plane, `/stores/${tenant.store}`);
  const menu = page.getByRole('button', { name: 'Tindakan', exact: true });
  await menu.click();
  await page.getByRole('menuitem', { name: 'Pindahkan ke proses bersama' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Batal' }).click();
  expect((await plane.api.tenant(tenant.store)).runtime).toBe('dedicated');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Toko, layar/ }).fill('proses bersama');
  await page.keyboard.press('Enter');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Pindahkan', exact: true }).click();
  await page.getByRole('link', { name: 'Lihat operasinya' }).click();
  await title(page, `pindahkan: ${tenant.store}`);
  await page.locator('main h1').getByText('selesai').waitFor();

  await row(fleet, 'Warung Pindah').getByText('shard-1').waitFor();
  await fleet.getByRole('columnheader', { name: 'Runtime' }).waitFor();
  await fleet.getByRole('group', { name: 'Runtime' }).getByRole('button', { name: 'proses bersama' }).click();
  await fleet.waitForURL(/runtime=pooled/);
  await fleet.getByLabel('Shard').selectOption('shard-1');
  await fleet.waitForURL(/shard=shard-1/);
  await row(fleet, 'Warung Pindah').waitFor();
  await fleet.getByRole('navigation').getByRole('link', { name: 'Shard' }).waitFor();

  await page.goto(`${plane.url}/console/stores/${tenant.store}`);
  await menu.click();
  await page.getByRole('menuitem', { name: 'Pindahkan ke proses sendiri' }).waitFor();
  expect(complaints).toEqual([]);
});

test('shards are for everybody: how full each is', async () => {
  await Promise.all(['Warung Satu', 'Warung Dua'].map(pool));
  await expectFineScreen(plane, '/shards', 'shards', (page) => page.getByText(/^1 dari 2$/).waitFor());
  await expectFineScreen(plane, '/fleet?runtime=pooled', 'fleet-pooled', async (page) => {
    await page.getByText('3 toko', { exact: true }).waitFor();
    await page.getByRole('group', { name: 'Runtime' }).waitFor();
  });
});

test('a viewer sees the shards and drains none', async () => {
  const { page } = await openConsole(plane, '/shards', { key: await keyOf(plane, 'viewer') });
  await row(page, 'shard-1').waitFor();
  expect(await page.locator('main').getByRole('button').count()).toBe(0);
});

test('a shard is drained by keyboard alone, only after it was asked, and goes while one looks', async () => {
  const { page, complaints } = await openConsole(plane, '/shards', { key: await keyOf(plane, 'operator') });
  const drain = page.getByRole('button', { name: 'Kosongkan shard-1', exact: true });
  await drain.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('alertdialog', { name: /shard-1 yang berisi/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  expect((await shards()).map(({ state }) => state)).toEqual(['active', 'active']);
  await drain.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('alertdialog').waitFor();
  const focused = () => page.evaluate<string>('document.activeElement?.textContent ?? ""');
  for (let presses = 0; presses < 10 && (await focused()).trim() !== 'Kosongkan'; presses += 1)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await eventually(async () => expect((await shards()).map(({ name }) => name)).not.toContain('shard-1'));
  await row(page, 'shard-1').waitFor({ state: 'detached' });
  await row(page, 'shard-3').waitFor();
  expect(complaints).toEqual([]);
});
