import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestStore, type TestStore } from '../support/store.ts';
import { DESK, expectAccessible, expectNoSideways, HAND, type Looked, look, type Screen } from './browser.ts';

const PICTURES = join(import.meta.dirname, '..', '..', 'docs', 'pictures');
const PRODUCT = { code: 'NF1', name: 'Netflix <1 bulan>', price: 15_000 };

let shop: TestStore;
let url: string;
beforeAll(async () => {
  shop = await startTestStore();
  url = shop.env.TELEGRAM_API_ROOT as string;
  await shop.product({ ...PRODUCT, contents: Array.from({ length: 9 }, (_, index) => `akun-${index}|sandi`) });
});
afterAll(() => shop.close());

/** The page with a customer of its own on the left phone and the seller on the right one. */
async function openPhones(screen: Screen = DESK): Promise<Looked & { customer: number }> {
  const person = await shop.client.createUser({ firstName: 'Budi' });
  const looked = await look(`${url}/?bot=${shop.bot.id}&left=${person.id}&right=${shop.admin.id}`, screen);
  return { ...looked, customer: person.id };
}

const phone = (page: Page, name: 'Pelanggan' | 'Penjual') => page.getByRole('region', { name, exact: true });
const button = (place: Page | Locator, name: string | RegExp) => place.getByRole('button', { name }).last();

async function write(place: Locator, text: string): Promise<void> {
  await place.getByRole('textbox', { name: 'Pesan' }).fill(text);
  await place.getByRole('button', { name: 'Kirim', exact: true }).click();
}

/** From the first tap to the invoice, as a customer does it. */
async function buy(page: Page): Promise<string> {
  const left = phone(page, 'Pelanggan');
  await button(left, 'Mulai').click();
  await left.getByText('Selamat datang').waitFor();
  shop.clock.advance(5_000);
  await button(left, 'Semua Produk').click();
  await left.getByText(PRODUCT.name).first().waitFor();
  for (const [label, then] of [
    ['1', 'Jumlah: 1'],
    ['Lanjut ke Keranjang', 'Keranjang Belanja'],
    ['Lanjut ke Pembayaran', 'Pilih Metode'],
    ['QRIS', 'Bayar sebelum'],
  ] as const) {
    shop.clock.advance(5_000);
    await button(left, label).click();
    await left.getByText(then).first().waitFor();
  }
  const text = await left
    .getByText(/Invoice/)
    .last()
    .innerText();
  return (
    /tg\d+-\w+/.exec(text)?.[0] ??
    (await left
      .getByText(/tg\d+-\w+/)
      .last()
      .innerText())
  );
}

test('a customer buys on the left phone, pays at the bank, and the seller hears of it on the right one', async () => {
  const { page, complaints } = await openPhones();
  const ref = await buy(page);
  await page.locator(`[data-order="${ref}"]`).getByRole('button', { name: 'Bayar', exact: true }).click();
  await phone(page, 'Pelanggan').getByText('Pembayaran Berhasil').waitFor();
  await phone(page, 'Pelanggan')
    .getByText(/akun-\d\|sandi/)
    .first()
    .waitFor();
  await phone(page, 'Penjual').getByText(ref).first().waitFor();
  await page.locator(`[data-order="${ref}"]`).getByText('dibayar').waitFor();
  expect(complaints).toEqual([]);
});

test('the bank pays late, lets expire, cancels, forges and repeats, and the shop gives goods for true payments alone', async () => {
  const { page } = await openPhones();
  const ref = await buy(page);
  const payment = page.locator(`[data-order="${ref}"]`);
  await payment.getByRole('button', { name: 'Palsukan webhook' }).click();
  await page
    .getByText(new RegExp(`Jawaban toko ${ref}`))
    .first()
    .waitFor();
  await payment.getByRole('button', { name: 'Kedaluwarsakan' }).click();
  await payment.getByText('kedaluwarsa', { exact: true }).waitFor();
  expect(await phone(page, 'Pelanggan').getByText('Pembayaran Berhasil').count()).toBe(0);
  await payment.getByRole('button', { name: 'Bayar terlambat' }).click();
  await payment.getByText('dibayar').waitFor();
  await payment.getByRole('button', { name: 'Webhook lagi' }).waitFor();
});

test('faults, the clock, refusals and the bot calls are there to see', async () => {
  const { page } = await openPhones();
  await page.getByRole('tab', { name: 'Gangguan' }).click();
  await button(page, 'Terlalu banyak permintaan (429)').click();
  await page.getByText('0/1 kena').waitFor();
  await write(phone(page, 'Pelanggan'), '/start');
  await page.getByText('1/1 kena').waitFor();
  await page.getByText('✗429').first().waitFor();
  await phone(page, 'Pelanggan').getByText('Selamat datang').waitFor();
  await page.getByRole('checkbox', { name: 'Hanya yang ditolak' }).check();
  await page.getByText('✗429').first().waitFor();
  await button(page, 'Hapus').click();
  await page.getByText('Tidak ada gangguan yang disengaja.').waitFor();
});

test('a page that loses its line shows what happened meanwhile, once', async () => {
  const { page, customer } = await openPhones();
  const left = phone(page, 'Pelanggan');
  await write(left, '/start');
  await left.getByText('Selamat datang').waitFor();
  shop.sandbox.app.server.closeAllConnections();
  shop.clock.advance(5_000);
  const budi = await shop.client.createUser({ id: customer, firstName: 'Budi' });
  await budi.chatWith(shop.bot).send('dari tempat lain');
  await left.getByText('dari tempat lain').waitFor();
  expect(await left.getByText('dari tempat lain').count()).toBe(1);
  expect(await left.getByText('Selamat datang').count()).toBe(1);
});

describe('what a chat holds is shown and never run', () => {
  test('HTML, links and names of a customer are text', async () => {
    const { page, complaints } = await openPhones();
    await write(
      phone(page, 'Pelanggan'),
      '<img src=x onerror="document.title=1"> javascript:alert(1) https://contoh.id',
    );
    const left = phone(page, 'Pelanggan');
    await left.getByText('<img src=x').waitFor();
    expect(await left.locator('img').count()).toBe(0);
    expect(await left.getByRole('link', { name: 'https://contoh.id' }).getAttribute('rel')).toContain('noopener');
    expect(complaints).toEqual([]);
  });

  test('a page elsewhere cannot act in the sandbox', async () => {
    const act = (headers: Record<string, string>) =>
      fetch(`${url}/control/clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"seconds":1}',
      });
    expect((await act({ origin: 'http://jahat.example' })).status).toBe(403);
    expect((await act({ origin: url })).status).toBe(200);
    expect((await act({})).status).toBe(200);
  });
});

test.each([DESK, HAND])('is for everybody, $width pixels wide', async (screen) => {
  const { page } = await openPhones(screen);
  const place = phone(page, 'Pelanggan');
  await write(place, '/start');
  await place.getByText('Selamat datang').waitFor();
  await expectAccessible(page, screen);
  await expectNoSideways(page);
  if (process.env.UPDATE_DOCS) {
    await mkdir(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `phones-${screen.width}.png`) });
  }
  for (const tab of ['Bank', 'Gangguan']) {
    await page.getByRole('tab', { name: tab }).click();
    await expectAccessible(page, screen);
    await expectNoSideways(page);
  }
});
