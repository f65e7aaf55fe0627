import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSandboxClient } from '../../../sandbox/client.ts';
import { newSlug } from '../../control-plane/support/api.ts';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { look } from '../browser.ts';
import { openConsole } from './support.ts';

const REAL = join(import.meta.dirname, '..', '..', '..', 'tenant-runtime', 'main.ts');
const API_KEY = 'key-of-a-project-at-pakasir';
/** Between two acts of a person: who is faster gets the anti-spam's answer. */
const HUMAN_PAUSE_MS = 1_500;

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane({ runtimeEntry: REAL, env: { LAPAK_TENANT_READY_TIMEOUT: '120' } });
  plane.sandbox.pakasir.createProject({ slug: 'warung', apiKey: API_KEY });
});
afterAll(() => plane?.close());

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** From the form to the store that answers. */
async function openStore(store: string, token: string, seller: number): Promise<void> {
  const { page, context } = await openConsole(plane, '/open');
  await field(page, 'Token bot').fill(token);
  await field(page, 'Nama').fill('Warung Bu Sri');
  await field(page, 'Alamat').fill(store);
  await press(page, 'Lanjut');
  await field(page, 'Slug proyek').fill('warung');
  await field(page, 'Kunci API').fill(API_KEY);
  await press(page, 'Lanjut');
  await field(page, 'Penjual').fill(String(seller));
  await press(page, 'Lanjut');
  await press(page, 'Buka toko ini');
  await page.getByText(`${store} sudah buka`).waitFor();
  await context.close();
}

/** What one person does with a phone; each act waits for what the bot says to it. */
function person(phone: Locator) {
  const answered = (answer: RegExp) => phone.getByText(answer).last().waitFor();
  return {
    async write(text: string, answer: RegExp): Promise<void> {
      await delay(HUMAN_PAUSE_MS);
      await phone.getByRole('textbox', { name: 'Pesan' }).fill(text);
      await phone.getByRole('button', { name: 'Kirim', exact: true }).click();
      await answered(answer);
    },
    async tap(label: string, answer: RegExp): Promise<void> {
      await delay(HUMAN_PAUSE_MS);
      await phone.getByRole('button', { name: label }).last().click();
      await answered(answer);
    },
  };
}

test('from the form of the console to the first sale on the phones, and back to the sales of the day', async () => {
  const client = createSandboxClient(plane.sandboxUrl);
  const seller = await client.createUser({ firstName: 'Bu Sri' });
  const buyer = await client.createUser({ firstName: 'Budi' });
  const bot = plane.newBot();
  const store = newSlug();
  await openStore(store, bot.token, seller.id);

  const { page, complaints } = await look(`${plane.sandboxUrl}/?bot=${bot.id}&left=${buyer.id}&right=${seller.id}`);
  const right = page.getByRole('region', { name: 'Penjual', exact: true });
  const left = page.getByRole('region', { name: 'Pelanggan', exact: true });
  const sells = person(right);
  await sells.tap('Mulai', /Warung Bu Sri/);
  await sells.write('/admin', /Kelola Produk/);
  await sells.tap('Kelola Produk', /Tambah Produk/);
  await sells.tap('Tambah Produk', /kode/i);
  await sells.write('KOPI', /nama/i);
  await sells.write('Kopi Susu', /harga/i);
  await sells.write('15000', /deskripsi/i);
  await sells.write('Kopi yang enak', /isi produk/i);
  await sells.write('#massal\nkode-satu\nkode-dua', /SNK/);
  await sells.tap('Skip SNK', /KOPI/);

  const buys = person(left);
  await buys.tap('Mulai', /Warung Bu Sri/);
  await buys.tap('Semua Produk', /Kopi Susu/);
  await buys.tap('1', /Jumlah: 1/);
  await buys.tap('Lanjut ke Keranjang', /Keranjang/);
  await buys.tap('Lanjut ke Pembayaran', /Metode/);
  await buys.tap('QRIS', /Bayar sebelum/);
  const payment = page.locator('[data-order]').first();
  await payment.getByRole('button', { name: 'Bayar', exact: true }).click();
  await left.getByText('Pembayaran Berhasil').waitFor();
  await left
    .getByText(/kode-(satu|dua)/)
    .first()
    .waitFor();
  await payment.getByText('dibayar').waitFor();
  expect(complaints).toEqual([]);

  const console = await openConsole(plane, '/');
  await console.page
    .getByText(/Rp\s?15\.000/)
    .first()
    .waitFor();
});
