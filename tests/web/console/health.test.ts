import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '../../../control-plane/api/contract/index.ts';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { expectFineScreen, keyOf, openConsole } from './support.ts';

const DAY_MS = 86_400_000;

let plane: TestPlane;
let tenant: Tenant;
let outageDay: string;
beforeAll(async () => {
  plane = await startPlane();
  tenant = await plane.api.open({ telegramBotToken: plane.newBot().token, storeName: 'Toko <i>Sehat</i>' });
  // Ten days of checks, in the rows that the checker writes; on the sixth day before today Telegram was away.
  const [last] = await plane.db.query<{ tenant_id: string }>('SELECT id AS tenant_id FROM tenants WHERE store = $1', [
    tenant.store,
  ]);
  const noon = new Date().setUTCHours(4, 0, 0, 0);
  outageDay = String(new Date(noon - 6 * DAY_MS).getDate());
  for (let day = 10; day >= 1; day -= 1) {
    for (let hour = 0; hour < 4; hour += 1) {
      const failed = day === 6 && hour > 0;
      const checks = {
        telegram: {
          result: failed ? 'fail' : 'ok',
          detail: failed ? 'Telegram <b>does not</b> answer' : 'knows the bot',
        },
        cpu: { result: 'ok', detail: `${10 + day} % of 0.5 CPU`, value: 10 + day, threshold: 85 },
      };
      await plane.db.query(
        `INSERT INTO health_checks (tenant_id, at, occasion, ok, duration_ms, checks)
         VALUES ($1, $2, 'schedule', $3, 20, $4)`,
        [last?.tenant_id, new Date(noon - day * DAY_MS + hour * 3_600_000), !failed, JSON.stringify(checks)],
      );
    }
  }
});
afterAll(() => plane.close());

test('thirty days stand side by side, and a day says on focus what happened on it', async () => {
  const { page, complaints } = await openConsole(plane, '/health');
  const row = page.getByRole('listitem').filter({ hasText: tenant.store });
  const bars = row.getByRole('group').getByRole('button');
  await bars.first().waitFor();
  expect(await bars.count()).toBe(30);
  const bad = row.getByRole('button', { name: /3 dari 4 pemeriksaan gagal/ });
  expect(await bad.getAttribute('aria-label')).toContain(outageDay);
  await bad.focus();
  await row.getByText('Telegram <b>does not</b> answer').waitFor();
  await page.keyboard.press('ArrowLeft');
  await row.getByText('4 pemeriksaan, semua baik').first().waitFor();
  expect(await row.getByText('does not').count()).toBe(0);
  await bad.hover();
  await row.getByText('Telegram <b>does not</b> answer').waitFor();
  expect(complaints).toEqual([]);
});

test('checks are lines with where they fail from, and an operator looks again now', async () => {
  const { page } = await openConsole(plane, `/stores/${tenant.store}?tab=health`);
  const cpu = page.getByRole('img', { name: /^Prosesor: .*gagal mulai 85 %/ });
  await cpu.waitFor();
  const before = await plane.db.query('SELECT 1 FROM health_checks');
  await page.getByRole('button', { name: 'Periksa sekarang' }).click();
  await expect
    .poll(async () => (await plane.db.query('SELECT 1 FROM health_checks')).length)
    .toBeGreaterThan(before.length);
  await page.getByRole('button', { name: 'Periksa sekarang', disabled: false }).waitFor();
});

test('a viewer reads the health and asks for no check', async () => {
  const key = await keyOf(plane, 'viewer');
  const { page } = await openConsole(plane, `/stores/${tenant.store}?tab=health`, { key });
  await page.getByRole('heading', { name: 'Pemeriksaan' }).waitFor();
  expect(await page.getByRole('button', { name: 'Periksa sekarang' }).count()).toBe(0);
});

test('stores are found by name and state, and no store is said so', async () => {
  const { page } = await openConsole(plane, '/health?state=failed');
  await page.getByText('Tidak ada toko yang cocok.').waitFor();
  await page.locator('main').getByLabel('Keadaan').selectOption('');
  await page.getByRole('link', { name: 'Toko <i>Sehat</i>' }).waitFor();
  await page.getByLabel('Slug, nama, atau bot').fill('nobody');
  await page.getByText('Tidak ada toko yang cocok.').waitFor();
});

test('the screens of health are for everybody', async () => {
  await expectFineScreen(plane, '/health', 'health', (page) =>
    page.getByRole('button', { name: /3 dari 4 pemeriksaan gagal/ }).focus(),
  );
  await expectFineScreen(plane, `/stores/${tenant.store}?tab=health`, 'store-health', (page) =>
    page.getByRole('img', { name: /^Prosesor/ }).waitFor(),
  );
});
