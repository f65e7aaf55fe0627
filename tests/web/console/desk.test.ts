import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiKey, Incident, Tenant } from '../../../control-plane/api/contract/index.ts';
import { newSlug } from '../../control-plane/support/api.ts';
import { eventually } from '../../control-plane/support/eventually.ts';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { expectFineScreen, keyOf, openConsole } from './support.ts';

const HOSTILE = '</p><img src=x onerror="document.title=1"><script>document.title=1</script>';
const HOSTILE_NAME = '<img src=x onerror=alert(1)>';
const DAY_MS = 86_400_000;

let plane: TestPlane;
let warung: Tenant;
let kios: Tenant;
beforeAll(async () => {
  plane = await startPlane({ env: { LAPAK_RENT_GRACE_DAYS: '0' } });
  warung = await plane.api.open({ store: newSlug(), telegramBotToken: plane.newBot().token, storeName: HOSTILE_NAME });
  kios = await plane.api.open({ store: newSlug(), telegramBotToken: plane.newBot().token, storeName: 'Kios Pulsa' });
});
afterAll(() => plane.close());

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const setRent = (store: string, paidUntil: string | null) =>
  plane.api.call('PATCH', `/v1/tenants/${store}`, { paidUntil });

/** An incident as a check would have raised it. */
async function raise(tenant: Tenant, detail: string): Promise<Incident> {
  const [row] = await plane.db.query<{ id: string }>('SELECT id FROM tenants WHERE store = $1', [tenant.store]);
  const about = { tenantId: row?.id ?? '', store: tenant.store, storeName: tenant.storeName };
  const key = `backup_failed:${newSlug()}`;
  await plane.db.tx((tx) =>
    plane.services.alerts.raise(tx, { kind: 'backup_failed', key, severity: 'error', about, detail }),
  );
  const { body } = await plane.api.call<{ incidents: Incident[] }>('GET', `/v1/incidents?store=${tenant.store}`);
  return body.incidents[0] as Incident;
}

describe('incidents', () => {
  test('an operator reads what is wrong and what it means, and takes care of it', async () => {
    const last = `last line ${newSlug()}`;
    const incident = await raise(warung, `pg_dump: ${HOSTILE}\n${last}`);
    const key = await keyOf(plane, 'operator');
    const { page, complaints } = await openConsole(plane, '/incidents', { key });
    const card = page.getByRole('listitem').filter({ hasText: last });
    await card.getByText('Cadangan gagal dibuat').waitFor();
    await card.getByText('buat cadangan sekarang').waitFor();
    expect(await card.locator('blockquote').innerText()).toContain(HOSTILE);
    expect(await page.locator('main img, main script').count()).toBe(0);
    await card.getByRole('button', { name: 'Saya tangani' }).click();
    await card.getByText('Anda menanganinya').waitFor();
    const { body } = await plane.api.call<{ incidents: Incident[] }>('GET', `/v1/incidents?store=${warung.store}`);
    expect(body.incidents.find(({ id }) => id === incident.id)?.acknowledgedBy).toMatch(/^key:/);
    await page.getByText('Selesai', { exact: true }).first().click();
    await card.waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('show')).toBe('closed');
    expect(complaints).toEqual([]);
  });
});

describe('rent', () => {
  test('a rent is extended by a month of the calendar, after its new end was shown', async () => {
    const until = new Date(Date.now() + 3 * DAY_MS);
    await setRent(kios.store, until.toISOString());
    const { page, complaints } = await openConsole(plane, '/rent');
    await page.getByRole('region', { name: 'Berakhir dalam 7 hari' }).getByText('Kios Pulsa').waitFor();
    await press(page, 'Perpanjang Kios Pulsa');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 bulan').waitFor();
    await press(page, 'Simpan');
    await page.getByText(/Kios Pulsa dibayar sampai/).waitFor();
    const { paidUntil } = await plane.api.tenant(kios.store);
    const expected = new Date(until);
    expected.setMonth(until.getMonth() + 1);
    if (expected.getDate() !== until.getDate()) expected.setDate(0);
    expect(paidUntil).toBe(expected.toISOString());
    await page.getByRole('region', { name: 'Nanti' }).getByText('Kios Pulsa').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a day of the calendar shows the stores that end on it, and a store that stood still for its rent comes back', async () => {
    const until = new Date(Date.now() - DAY_MS);
    await setRent(warung.store, until.toISOString());
    await eventually(async () => expect((await plane.api.tenant(warung.store)).state).toBe('suspended'));
    const { page } = await openConsole(plane, '/rent');
    const overdue = page.getByRole('region', { name: 'Sudah berakhir' });
    await overdue.getByText('dihentikan karena sewa').waitFor();
    expect(await overdue.getByText(HOSTILE_NAME).count()).toBe(1);
    await page.goto(`${plane.url}/console/rent?month=2026-01`);
    await press(page, 'Hari ini');
    await expect.poll(() => page.url()).not.toContain('month=2026-01');
    // Yesterday may be of the month before.
    const month = `${until.getFullYear()}-${String(until.getMonth() + 1).padStart(2, '0')}`;
    await page.goto(`${plane.url}/console/rent?month=${month}`);
    await press(page, /1 toko berakhir pada/);
    await page.waitForURL(/day=\d{4}-\d{2}-\d{2}/);
    await press(page, 'Tampilkan semua');
    await press(page, `Perpanjang ${HOSTILE_NAME}`);
    await page.getByText('Toko dilanjutkan karenanya.').waitFor();
    await page.getByLabel('7 hari').check();
    await press(page, 'Simpan');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await eventually(async () => expect((await plane.api.tenant(warung.store)).state).toBe('running'));
  });
});

describe('audit', () => {
  test('who changed what is shown line by line, as text, and filtered by the address', async () => {
    await plane.api.call('POST', '/v1/api-keys', { name: HOSTILE_NAME, scope: 'viewer' });
    const { page, complaints } = await openConsole(plane, '/audit');
    const entry = page.getByRole('listitem').filter({ hasText: 'api-key.create' }).first();
    await entry.locator('summary').click();
    await entry.getByText(HOSTILE_NAME).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    await page.getByLabel('Toko', { exact: true }).fill(kios.store);
    await press(page, 'Saring');
    await page.getByText('api-key.create').first().waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('store')).toBe(kios.store);
    await page.getByText('tenant.rent').first().waitFor();
    await page.reload();
    await page.getByText('tenant.rent').first().waitFor();
    expect(await page.getByLabel('Toko', { exact: true }).inputValue()).toBe(kios.store);
    expect(await page.locator('summary').allInnerTexts()).toSatisfy((rows: string[]) =>
      rows.every((row) => row.includes(kios.store)),
    );
    expect(complaints).toEqual([]);
  });

  test('older entries come page by page, each once', async () => {
    const target = `tenant:${newSlug()}`;
    await plane.db.query(
      `INSERT INTO audit_log (at, actor, action, target, before, after, result)
       SELECT now(), 'system', 'tenant.configure', $1, jsonb_build_object('n', n), jsonb_build_object('n', n + 1), 'done'
         FROM generate_series(1, 120) AS n`,
      [target],
    );
    const { page } = await openConsole(plane, `/audit?target=${target}`);
    const entries = page.getByRole('listitem').filter({ hasText: target });
    await entries.first().waitFor();
    expect(await entries.count()).toBe(50);
    for (const count of [100, 120]) {
      await press(page, 'Yang lebih lama');
      await entries.nth(count - 1).waitFor({ state: 'attached' });
      expect(await entries.count()).toBe(count);
    }
    expect(await page.getByRole('button', { name: 'Yang lebih lama' }).count()).toBe(0);
  });
});

describe('keys', () => {
  test('a key is shown once, works, is in no address and no storage, and is revoked', async () => {
    const name = `Pemantau ${newSlug()}`;
    const { page, complaints } = await openConsole(plane, '/keys');
    await press(page, 'Buat kunci');
    await press(page, 'Buat kunci');
    await page.getByText('Satu baris, paling banyak 64').waitFor();
    await page.getByLabel('Nama', { exact: true }).fill(name);
    await page.getByText('membaca toko dan setelannya').waitFor();
    await press(page, 'Buat kunci');
    const shown = page.getByLabel('Kunci', { exact: true });
    await shown.waitFor();
    const key = await shown.inputValue();
    expect((await plane.api.as(key).call('GET', '/v1/tenants')).status).toBe(200);
    expect((await plane.api.as(key).call('POST', '/v1/drills')).status).toBe(403);
    const kept = await page.evaluate<string>(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href])',
    );
    expect(kept).not.toContain(key);
    await press(page, 'Sudah saya simpan');
    await shown.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(key);
    await press(page, `Cabut ${name}`);
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cabut' }).click();
    await page.getByText(`${name} tidak membuka apa pun lagi`).waitFor();
    expect((await plane.api.as(key).call('GET', '/v1/tenants')).status).toBe(401);
    await page.getByRole('row').filter({ hasText: name }).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  test('the last admin key is revoked only after a second question', async () => {
    const { page } = await openConsole(plane, '/keys');
    const { body } = await plane.api.call<{ apiKeys: ApiKey[] }>('GET', '/v1/api-keys');
    const [admin, ...others] = body.apiKeys.filter(({ scope, revokedAt }) => scope === 'admin' && revokedAt === null);
    expect(others).toEqual([]);
    await press(page, `Cabut ${admin?.name}`);
    await page.getByText('Ini kunci sesi ini').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cabut' }).click();
    await page.getByText('Cabut walaupun ini kunci admin terakhir').waitFor();
    await press(page, 'Batal');
    expect((await plane.api.call('GET', '/v1/api-keys')).status).toBe(200);
  });
});

test('a viewer sees no button that it may not press, and is refused where it has no business', async () => {
  const key = await keyOf(plane, 'viewer');
  const { page } = await openConsole(plane, '/rent', { key });
  await page.getByText('Kios Pulsa').first().waitFor();
  expect(await page.getByRole('button', { name: /Perpanjang/ }).count()).toBe(0);
  const menu = page.getByRole('navigation', { name: 'Layar' });
  for (const hidden of ['Insiden', 'Audit', 'Kunci', 'Buka toko']) {
    expect(await menu.getByRole('link', { name: hidden, exact: true }).count()).toBe(0);
  }
  for (const path of ['incidents', 'audit', 'keys']) {
    await page.goto(`${plane.url}/console/${path}`);
    await page.getByText('FORBIDDEN').waitFor();
  }
});

describe('on a desk and in a hand', () => {
  test('incidents', async () => {
    await raise(kios, `connect ECONNREFUSED ${'x'.repeat(300)}`);
    await expectFineScreen(plane, '/incidents', 'incidents', (page) => page.getByText('ECONNREFUSED').waitFor());
  });
  test('rent', () =>
    expectFineScreen(plane, '/rent', 'rent', (page) => page.getByText('Kios Pulsa').first().waitFor()));
  test('the dialog that extends a rent', () =>
    expectFineScreen(plane, '/rent', 'rent-extend', async (page) => {
      await press(page, 'Perpanjang Kios Pulsa');
      await page.getByRole('dialog').getByLabel('Sampai akhir suatu hari').check();
    }));
  test('audit', () =>
    expectFineScreen(plane, `/audit?store=${kios.store}`, 'audit', (page) => page.locator('summary').first().click()));
  test('keys', () =>
    expectFineScreen(plane, '/keys', 'keys', async (page) => {
      await press(page, 'Buat kunci');
      await page.getByLabel('Nama', { exact: true }).waitFor();
    }));
});
