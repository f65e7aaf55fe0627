import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backup, Operation, Tenant } from '../../../control-plane/api/contract/index.ts';
import { asStore, backUp, stock, units } from '../../control-plane/restores/support.ts';
import { newSlug } from '../../control-plane/support/api.ts';
import { eventually } from '../../control-plane/support/eventually.ts';
import { backupsAvailable } from '../../control-plane/support/pg-tools.ts';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { expectFineScreen, keyOf, openConsole } from './support.ts';

const HOSTILE_NAME = '<img src=x onerror=alert(1)>';

let plane: TestPlane;
let safe: Tenant;
let backup: Backup;

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const operationsOf = async (store: string): Promise<Operation[]> =>
  (await plane.api.call<{ operations: Operation[] }>('GET', `/v1/operations?store=${store}`)).body.operations;

/** Waits for the operation of a kind that a tap has begun, and until it has ended. */
async function ended(store: string, kind: Operation['kind']): Promise<Operation> {
  const begun = await eventually(async () => {
    const found = (await operationsOf(store)).find((operation) => operation.kind === kind);
    if (!found) throw new Error(`no ${kind} of ${store} yet`);
    return found;
  });
  return plane.api.ended(begun.id);
}

describe.runIf(await backupsAvailable())('backups', () => {
  beforeAll(async () => {
    plane = await startPlane();
    safe = await plane.api.open({ store: newSlug(), telegramBotToken: plane.newBot().token, storeName: 'Warung Aman' });
    await plane.api.open({ store: newSlug(), telegramBotToken: plane.newBot().token, storeName: HOSTILE_NAME });
    await stock(safe);
    backup = await backUp(plane.api, safe.store);
  });
  afterAll(() => plane?.close());

  test('the least safe store comes first, and a drill proves a backup', async () => {
    await plane.db.query('DELETE FROM drills WHERE store = $1', [safe.store]);
    const { page, complaints } = await openConsole(plane, '/backups');
    const rows = page.getByRole('row').filter({ has: page.getByRole('link') });
    await rows.nth(1).waitFor();
    expect(await rows.first().innerText()).toContain(HOSTILE_NAME);
    expect(await rows.first().innerText()).toContain('belum ada cadangan');
    expect(await page.locator('main img').count()).toBe(0);
    const row = rows.filter({ hasText: 'Warung Aman' });
    expect(await row.innerText()).toContain('belum pernah terbukti');
    await press(page, 'Uji pemulihan: Warung Aman');
    await page.getByText('Warung Aman sedang diuji').waitFor();
    expect(await ended(safe.store, 'drill')).toMatchObject({ state: 'succeeded' });
    await row.getByText('belum pernah terbukti').waitFor({ state: 'detached' });
    await page.getByLabel('Hanya yang usang').check();
    await row.waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('stale')).toBe('true');
    expect(complaints).toEqual([]);
  });

  test('a store is backed up and a backup read back at the press of a button', async () => {
    const { store } = await plane.api.open({ telegramBotToken: plane.newBot().token, storeName: 'Warung Baru' });
    const { page } = await openConsole(plane, `/backups/${store}`);
    await page.getByText(`Belum ada cadangan ${store}.`).waitFor();
    await press(page, /^Cadangkan sekarang/);
    await page.getByText(/sedang dicadangkan/).waitFor();
    expect(await ended(store, 'backup')).toMatchObject({ state: 'succeeded' });
    await press(page, /^Verifikasi cadangan/);
    expect(await ended(store, 'verify-backup')).toMatchObject({ state: 'succeeded' });
  });

  test('a backup is restored once what that does was said and the name of the store was typed', async () => {
    await asStore(safe, (db) => db.query('DELETE FROM stock_units WHERE id > 2'));
    const { page, complaints } = await openConsole(plane, `/backups/${safe.store}`);
    await page.getByText(backup.file).first().waitFor();
    await press(page, /^Pulihkan cadangan/);
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText(`Database sekarang (${safe.database})`).waitFor();
    await dialog.getByText('disimpan 7 hari').waitFor();
    await dialog.getByText('Toko tidak melayani sesaat').waitFor();
    const restore = dialog.getByRole('button', { name: 'Pulihkan' });
    await dialog.getByRole('textbox').fill('warung-lain');
    expect(await restore.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill(safe.store);
    await restore.click();
    await page.getByText(`${safe.store} sedang dipulihkan`).waitFor();
    expect(await ended(safe.store, 'restore')).toMatchObject({ state: 'succeeded' });
    expect(await units(safe)).toHaveLength(5);
    expect(complaints).toEqual([]);
  });

  test('a viewer reads them and changes nothing', async () => {
    const { page } = await openConsole(plane, `/backups/${safe.store}`, { key: await keyOf(plane, 'viewer') });
    await page.getByText(backup.file).first().waitFor();
    for (const name of [/^Cadangkan/, /^Verifikasi/, /^Pulihkan/, /^Uji/]) {
      expect(await page.locator('main').getByRole('button', { name }).count()).toBe(0);
    }
  });

  test('they are fine on a desk and in a hand', async () => {
    await expectFineScreen(plane, '/backups', 'backups', (page) => page.getByText('Warung Aman').waitFor());
    await expectFineScreen(plane, `/backups/${safe.store}`, 'backups-store', (page) =>
      page.getByText(backup.file).first().waitFor(),
    );
    await expectFineScreen(plane, `/backups/${safe.store}`, 'backups-restore', async (page) => {
      await press(page, /^Pulihkan cadangan/);
      await page.getByRole('alertdialog').waitFor();
    });
  });
});
