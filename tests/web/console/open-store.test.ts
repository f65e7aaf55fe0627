import { join } from 'node:path';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../../control-plane/api/contract/index.ts';
import { newSlug } from '../../control-plane/support/api.ts';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { expectFineScreen, openConsole } from './support.ts';

const REAL = join(import.meta.dirname, '..', '..', '..', 'tenant-runtime', 'main.ts');
const API_KEY = 'key-of-a-project-at-pakasir';
const WEBHOOK_SECRET = 'secret-of-the-webhooks';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane({ runtimeEntry: REAL, env: { LAPAK_TENANT_READY_TIMEOUT: '120' } });
  plane.sandbox.pakasir.createProject({ slug: 'warung', apiKey: API_KEY, sandbox: true });
});
afterAll(() => plane.close());

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const stores = () => plane.db.query<{ store: string }>('SELECT store FROM tenants ORDER BY store');

type Filled = { token?: string; store?: string; name?: string };

/** From the first step to the review. */
async function fill(
  page: Page,
  { token = plane.newBot().token, store, name = 'Warung Bu Sri' }: Filled,
): Promise<void> {
  await field(page, 'Token bot').fill(token);
  await field(page, 'Nama').fill(name);
  if (store !== undefined) await field(page, 'Alamat').fill(store);
  await press(page, 'Lanjut');
  await field(page, 'Slug proyek').fill('warung');
  await field(page, 'Kunci API').fill(API_KEY);
  await field(page, 'Rahasia webhook (opsional)').fill(WEBHOOK_SECRET);
  await press(page, 'Lanjut');
  await field(page, 'Penjual').fill('42, 43');
  await press(page, 'Lanjut');
  await page.getByRole('heading', { name: 'Periksa' }).waitFor();
}

test('a store is opened from the form by keyboard alone, once for two taps, and runs', async () => {
  const { page, complaints } = await openConsole(plane, '/open');
  const asked: Request[] = [];
  page.on('request', (request) => request.method() === 'POST' && asked.push(request));
  const store = newSlug();
  const { token } = plane.newBot();
  const next = async (...typed: string[]) => {
    for (const [index, text] of typed.entries()) {
      if (index > 0) await page.keyboard.press('Tab');
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Enter');
  };
  await field(page, 'Token bot').focus();
  await page.keyboard.type(token);
  await page.keyboard.press('Tab');
  await page.keyboard.type('Warung <b>Bu Sri</b>');
  await page.keyboard.press('Tab');
  expect(await field(page, 'Alamat').inputValue()).toBe('warung-b-bu-sri-b');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(store);
  await page.keyboard.press('Enter');
  // The heading of the next step has the focus: its first field is one Tab away.
  await page.getByRole('heading', { name: 'Gateway' }).waitFor();
  await page.keyboard.press('Tab');
  await next('warung', API_KEY);
  await page.getByRole('heading', { name: 'Orang' }).waitFor();
  await page.keyboard.press('Tab');
  await next('42');
  const review = page.getByRole('heading', { name: 'Periksa' });
  await review.waitFor();
  expect(await page.locator('form').innerText()).not.toContain(token);
  const open = page.getByRole('button', { name: 'Buka toko ini' });
  await open.focus();
  await page.evaluate('const { activeElement } = document; activeElement.click(); activeElement.click();');
  await page.getByText(`${store} sudah buka`).waitFor();

  expect((await stores()).filter((row) => row.store === store)).toHaveLength(1);
  const keys = asked
    .filter((request) => request.url().endsWith('/v1/tenants'))
    .map((each) => each.headers()['idempotency-key']);
  expect(new Set(keys).size).toBe(1);
  expect(await plane.api.tenant(store)).toMatchObject({ state: 'running', storeName: 'Warung <b>Bu Sri</b>' });
  expect(await page.getByRole('link', { name: 'Lihat operasinya' }).getAttribute('href')).toMatch(/operations\/\S+$/);

  await press(page, 'Gladi bersih');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Gladi bersih' }).click();
  await page.getByText('Gladi bersih dimulai.').first().waitFor();
  const { body } = await plane.api.call<{ operations: { kind: string; id: string }[] }>(
    'GET',
    `/v1/operations?store=${store}`,
  );
  const rehearsal = body.operations.find(({ kind }) => kind === 'rehearse');
  expect(rehearsal).toBeDefined();
  await plane.api.call('POST', `/v1/operations/${rehearsal?.id}/cancel`);
  expect(complaints).toEqual([]);
});

test('what the contract refuses is said at its field, before anything is asked for', async () => {
  const { page } = await openConsole(plane, '/open');
  const asked: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && asked.push(request.url()));
  await field(page, 'Token bot').fill('kein Token');
  await field(page, 'Alamat').fill('Warung Besar');
  await press(page, 'Lanjut');
  await page.getByText('Ini bukan token bot.').waitFor();
  await page.getByText('Huruf kecil, lalu 1 sampai 30').waitFor();
  const token = field(page, 'Token bot');
  expect(await token.getAttribute('aria-invalid')).toBe('true');
  expect(await page.evaluate('document.activeElement?.id')).toBe(await token.getAttribute('id'));
  await token.fill(plane.newBot().token);
  await page.getByText('Ini bukan token bot.').waitFor({ state: 'detached' });
  await field(page, 'Alamat').fill(newSlug());
  await press(page, 'Lanjut');
  await press(page, 'Lanjut');
  await page.getByText('Wajib: huruf, angka, ., _ dan -.').waitFor();
  await page.getByText('Wajib: paling sedikit 8 karakter.').waitFor();
  expect(asked).toEqual([]);
});

test('what the API refuses is said at its field, and what was typed stays', async () => {
  const bot = plane.newBot();
  const taken = await plane.api.open({ store: newSlug(), telegramBotToken: bot.token });
  const { page } = await openConsole(plane, '/open');
  const again = async () => {
    for (let step = 0; step < 3; step++) await press(page, 'Lanjut');
    await press(page, 'Buka toko ini');
  };
  const unknown = `123456789:${'A'.repeat(35)}`;
  const store = newSlug();
  await fill(page, { token: unknown, store });
  await press(page, 'Buka toko ini');
  await page.getByText('Telegram tidak mengenal token ini.').waitFor();
  expect(await field(page, 'Token bot').inputValue()).toBe(unknown);
  await field(page, 'Token bot').fill(bot.token);
  await again();
  await page.getByText('Bot ini sudah melayani toko lain.').waitFor();
  await field(page, 'Token bot').fill(plane.newBot().token);
  await field(page, 'Alamat').fill(taken.store);
  await again();
  await page.getByText('Toko dengan alamat ini sudah ada.').waitFor();
  await field(page, 'Alamat').fill(store);
  for (let step = 0; step < 3; step++) await press(page, 'Lanjut');
  await page.getByText('Pembaruan dan batas').click();
  await field(page, 'Cara pembaruan datang').selectOption('webhook');
  await press(page, 'Buka toko ini');
  await page.getByText('LAPAK_PUBLIC_URL').waitFor();
  expect(await field(page, 'Cara pembaruan datang').getAttribute('aria-invalid')).toBe('true');
  expect((await stores()).some((row) => row.store === store)).toBe(false);
});

test('a refusal that names fields is told beside each of them, in the step where it is', async () => {
  const { page } = await openConsole(plane, '/open');
  const problem: Problem = {
    type: 'urn:lapak:problem:bad-request',
    title: 'The request is not valid',
    status: 400,
    detail: 'Some fields were not accepted.',
    code: 'BAD_REQUEST',
    requestId: 'r',
    errors: [
      { pointer: '/pakasir/apiKey', detail: '<i>not the key</i>' },
      { pointer: '/adminIds/1', detail: 'twice the same' },
    ],
  };
  await page.route('**/v1/tenants', (route) =>
    route.fulfill({ status: 400, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
  );
  await fill(page, { store: newSlug() });
  await press(page, 'Buka toko ini');
  await page.getByText('<i>not the key</i>').waitFor();
  expect(await field(page, 'Kunci API').getAttribute('aria-invalid')).toBe('true');
  await field(page, 'Kunci API').fill('another-key');
  await press(page, 'Lanjut');
  await page.getByText('twice the same').waitFor();
});

test('going back keeps what was typed, and no secret is in the address, in the storage or after a reload', async () => {
  const { page } = await openConsole(plane, '/open');
  const { token } = plane.newBot();
  await fill(page, { token, store: newSlug(), name: 'Toko Kenari' });
  expect(await page.getByText('sudah diisi, tidak ditampilkan').count()).toBe(3);
  await page.goBack();
  expect(await field(page, 'Penjual').inputValue()).toBe('42, 43');
  await press(page, 'Kembali');
  expect(await field(page, 'Kunci API').inputValue()).toBe(API_KEY);
  expect(await field(page, 'Kunci API').getAttribute('type')).toBe('password');
  await press(page, 'Kembali');
  expect(await field(page, 'Token bot').inputValue()).toBe(token);
  expect(await field(page, 'Token bot').getAttribute('type')).toBe('password');
  const kept = await page.evaluate<string>(
    'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, history.state])',
  );
  for (const secret of [token, API_KEY, WEBHOOK_SECRET]) expect(kept).not.toContain(secret);
  await page.reload();
  await page.getByRole('heading', { name: 'Bot', exact: true }).waitFor();
  expect(await field(page, 'Token bot').inputValue()).toBe('');
});

test('the form is fine on a desk and in a hand', async () => {
  await expectFineScreen(plane, '/open', 'open-store', async (page) => {
    await press(page, 'Lanjut');
    await page.getByText('Ini bukan token bot.').waitFor();
  });
  await expectFineScreen(plane, '/open', 'open-store-review', async (page) => {
    await fill(page, { name: 'Toko Pulsa, Kuota dan Voucher Gim Sejahtera Abadi', store: newSlug() });
    await page.getByText('Pembaruan dan batas').click();
  });
});
