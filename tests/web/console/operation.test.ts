import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../../control-plane/api/contract/index.ts';
import { upgradeWithout } from '../../control-plane/support/pg-tools.ts';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { freePort } from '../../support/ports.ts';
import { expectFineScreen, keyOf, openConsole, title } from './support.ts';

const without = await upgradeWithout();

let plane: TestPlane;
let tenant: Tenant;
beforeAll(async () => {
  // A browser that waits for a control plane to come back waits at the address that it knows.
  const port = String(await freePort());
  plane = await startPlane({
    env: {
      LAPAK_PORT: port,
      // What waits for its runtime is watched and cancelled meanwhile, however slowly.
      LAPAK_TENANT_READY_TIMEOUT: '30',
      LAPAK_UPGRADE_WATCH: '1',
    },
  });
  tenant = await plane.api.open({ telegramBotToken: plane.newBot().token, image: 'good:1' });
});
afterAll(() => plane.close());

async function upgrade(image: string): Promise<string> {
  const { status, body } = await plane.api.call<{ operation: Operation }>(
    'POST',
    `/v1/tenants/${tenant.store}/upgrade`,
    { image, ...without },
  );
  expect(status).toBe(202);
  return body.operation.id;
}
const openOperation = (id: string, key?: string) =>
  openConsole(plane, `/operations/${id}`, key === undefined ? {} : { key });
const step = (page: Page, name: string, state: string) =>
  page.locator(`[data-step="${name}"][data-state="${state}"]`).waitFor();
const badge = (page: Page, word: string) => page.locator('main h1').getByText(word).waitFor();

test('an upgrade that fails is watched step by step, goes back, and says how to mend it', async () => {
  const { page, complaints } = await openConsole(plane, `/stores/${tenant.store}`);
  await page.getByRole('button', { name: 'Tindakan' }).click();
  await page.getByRole('menuitem', { name: 'Tingkatkan' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Image').fill('never:1');
  if (without.withoutBackup) await dialog.getByLabel('Tanpa cadangan lebih dulu').check();
  await dialog.getByRole('button', { name: 'Tingkatkan' }).click();
  await page.getByRole('link', { name: 'Lihat operasinya' }).click();
  await title(page, `tingkatkan: ${tenant.store}`);
  await step(page, 'healthy', 'running');
  await step(page, 'healthy', 'failed');
  await step(page, 'rollback-healthy', 'succeeded');
  await badge(page, 'gagal');
  await page.getByRole('heading', { name: 'Cara memperbaikinya' }).waitFor();
  expect(await page.locator('[data-step="healthy"]').innerText()).toContain('no update arrives');
  await page.getByRole('link', { name: 'Log toko' }).click();
  await page.getByRole('region', { name: 'Log', exact: true }).waitFor();
  expect(await plane.api.tenant(tenant.store)).toMatchObject({ state: 'running', image: 'good:1' });
  expect(complaints).toEqual([]);
});

test('a failed operation is retried, and a running one is cancelled once that was confirmed', async () => {
  const id = await upgrade('never:2');
  await plane.api.ended(id);
  const { page } = await openOperation(id);
  await page.getByRole('button', { name: 'Ulangi' }).click();
  await step(page, 'healthy', 'running');
  await page.getByRole('button', { name: 'Batalkan operasi' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Batalkan operasi' }).click();
  await badge(page, 'dibatalkan');
  expect((await plane.api.ended(id)).state).toBe('cancelled');
  expect(await plane.api.tenant(tenant.store)).toMatchObject({ image: 'good:1' });
});

test('a viewer watches, and neither retries nor cancels', async () => {
  const id = await upgrade('never:3');
  const { page } = await openOperation(id, await keyOf(plane, 'viewer'));
  await page.locator('[data-step="healthy"]').waitFor();
  expect(await page.getByRole('button', { name: 'Batalkan operasi' }).count()).toBe(0);
  await badge(page, 'gagal');
  expect(await page.getByRole('button', { name: 'Ulangi' }).count()).toBe(0);
});

test('an open page says that the control plane is away, and catches up when it is back', async () => {
  const id = await upgrade('never:4');
  const { page } = await openOperation(id);
  await step(page, 'healthy', 'running');
  await plane.restart(() => page.locator('[data-connection="lost"]').waitFor());
  await page.locator('[data-connection="connected"]').waitFor();
  await badge(page, 'gagal');
  await step(page, 'rollback-healthy', 'succeeded');
});

test('an operation that is not there is a problem that can be read', async () => {
  const { page } = await openConsole(plane, '/operations');
  await page.goto(`${plane.url}/console/operations/nothing`);
  await page.getByText('There is no operation with this id.').waitFor();
});

test('the list of operations is filtered by its address', async () => {
  const { page } = await openConsole(plane, `/operations?state=failed&store=${tenant.store}`);
  await page.getByRole('link', { name: 'tingkatkan' }).first().waitFor();
  expect(await page.getByRole('link', { name: 'buka', exact: true }).count()).toBe(0);
  await page.getByLabel('Keadaan').selectOption('succeeded');
  await page.getByRole('link', { name: 'buka', exact: true }).waitFor();
  expect(await page.getByRole('link', { name: 'tingkatkan' }).count()).toBe(0);
});

test('the screens of operations are for everybody', async () => {
  const id = await upgrade('crash:1');
  await plane.api.ended(id);
  await expectFineScreen(plane, `/operations/${id}`, 'operation', (page) =>
    page.getByRole('heading', { name: 'Cara memperbaikinya' }).waitFor(),
  );
  await expectFineScreen(plane, '/operations', 'operations', (page) =>
    page.getByRole('link', { name: 'tingkatkan' }).first().waitFor(),
  );
});
