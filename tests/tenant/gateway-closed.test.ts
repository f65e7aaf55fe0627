import { afterEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { buyUpToInvoice, pressQris, startTestStore, type TestStore, type TestStoreOptions } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };
const PROJECT = { slug: 'warung', apiKey: 'kunci-rahasia' };
const MINUTE = 60_000;

async function open(options: TestStoreOptions = {}) {
  shop = await startTestStore(options);
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2', 'barang-3'] });
  return shop.customer();
}

const countOf = async (chat: ChatClient, part: string) =>
  (await chat.messages()).filter(({ text }) => text.includes(part)).length;

async function readiness(): Promise<{ status: number; gateway: { ok: boolean; detail: string } }> {
  const response = await fetch(`http://127.0.0.1:${shop.ports.telegramPort}/readyz`);
  const body = (await response.json()) as { checks: { gateway: { ok: boolean; detail: string } } };
  return { status: response.status, gateway: body.checks.gateway };
}

test.each([
  ['the key is refused', { kind: '401' }, 'salin API key'],
  ['the project is not known', { kind: 'answer', status: 404 }, 'Periksa slug proyek'],
  ['the API is gone', { kind: 'answer', status: 410 }, 'versi terbaru'],
] as const)(
  'where %s, orders end politely, and staff hear once what to do, and once when it is over',
  async (_, fault, advice) => {
    const { chat } = await open();
    const adminChat = shop.admin.chatWith(shop.bot);
    const owner = shop.owner.chatWith(shop.bot);
    expect((await readiness()).gateway).toMatchObject({ ok: true });
    const rule = { target: 'pakasir', method: 'create', times: 'always', body: { message: 'Tidak' } } as const;
    const broken = await shop.client.faults.add({ ...rule, ...fault });

    for (let order = 0; order < 2; order += 1) {
      await pressQris(chat, PRODUCT);
      await chat.waitFor('pembayaran di toko ini sedang tidak tersedia');
      shop.clock.advance(5000);
    }
    await adminChat.waitFor(advice, { since: 0 });
    await owner.waitFor(advice, { since: 0 });
    expect(await readiness()).toMatchObject({ status: 200, gateway: { ok: false } });
    const held = await shop.database.db.query("SELECT id FROM stock_units WHERE status <> 'available'");
    expect(held).toHaveLength(0);

    await shop.restart();
    await pressQris(chat, PRODUCT);
    await chat.waitFor('pembayaran di toko ini sedang tidak tersedia');
    expect((await readiness()).gateway.ok).toBe(false);

    await broken.remove();
    // Nobody buys: the store itself finds out.
    shop.clock.advance(6 * MINUTE);
    await shop.store.reconcile();
    await adminChat.waitFor('sudah bisa diterima lagi', { since: 0 });
    await owner.waitFor('sudah bisa diterima lagi', { since: 0 });
    expect((await readiness()).gateway.ok).toBe(true);
    await buyUpToInvoice(chat, PRODUCT);
    expect(await countOf(adminChat, advice)).toBe(1);
    expect(await countOf(owner, advice)).toBe(1);
    expect(await countOf(adminChat, 'sudah bisa diterima lagi')).toBe(1);
    const probes = (await shop.client.pakasir.transactions()).filter(({ orderId }) => orderId.startsWith('probe-'));
    expect(probes.every(({ status }) => status === 'canceled')).toBe(true);
  },
);

test('a project in sandbox mode gets no order: refused before the invoice, taken back, and told', async () => {
  const { chat } = await open();
  await shop.client.pakasir.createProject({ ...PROJECT, sandbox: true });
  await pressQris(chat, PRODUCT);
  await chat.waitFor('pembayaran di toko ini sedang tidak tersedia');
  const [order] = await shop.database.db.query<{ ref: string }>('SELECT ref FROM orders');
  await shop.client.pakasir.waitForStatus(order!.ref, 'canceled');
  expect(await shop.database.db.query("SELECT id FROM stock_units WHERE status <> 'available'")).toHaveLength(0);
  await shop.admin.chatWith(shop.bot).waitFor('matikan mode sandbox', { since: 0 });
  await shop.owner.chatWith(shop.bot).waitFor('matikan mode sandbox', { since: 0 });
  expect(await countOf(chat, 'Bayar sebelum')).toBe(0);

  await shop.client.pakasir.pay(order!.ref, { force: true });
  await shop.owner.chatWith(shop.bot).waitFor('tidak ada uang yang masuk', { since: 0 });
  expect(await countOf(chat, 'barang-')).toBe(0);

  await shop.client.pakasir.createProject({ ...PROJECT, sandbox: false });
  await buyUpToInvoice(chat, PRODUCT);
  await shop.admin.chatWith(shop.bot).waitFor('sudah bisa diterima lagi', { since: 0 });
});

test('a project that is switched to sandbox mode after the invoice settles nothing', async () => {
  const { chat } = await open();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  const changes = { is_sandbox: true };
  await shop.client.faults.add({ target: 'pakasir', method: 'status', kind: 'patch', times: 'always', changes });
  await shop.client.pakasir.pay(ref);
  await shop.owner.chatWith(shop.bot).waitFor('tidak ada uang yang masuk', { since: 0 });
  expect(await countOf(chat, 'barang-')).toBe(0);
  shop.clock.advance(120 * MINUTE);
  await shop.store.reconcile();
  await chat.waitFor('Kedaluwarsa');
});

test('a store that may be tried without money says so on every screen of a payment, and marks its orders', async () => {
  const { chat } = await open({ env: { PAKASIR_ALLOW_SANDBOX: 'true' } });
  await shop.client.pakasir.createProject({ ...PROJECT, sandbox: true });
  const TRIAL = 'MODE UJI COBA, bukan uang sungguhan';
  await pressQris(chat, PRODUCT);
  const invoice = await chat.waitFor(/Invoice tg\d+-\w+[\s\S]*Bayar sebelum/);
  const ref = /tg\d+-\w+/.exec(invoice.text)![0];
  expect(invoice.text).toContain(TRIAL);
  await shop.client.pakasir.pay(ref);
  expect((await chat.waitFor('LUNAS', { messageId: invoice.id })).text).toContain(TRIAL);
  expect((await chat.waitFor('barang-1', { since: 0 })).text).toContain(TRIAL);
  const adminChat = shop.admin.chatWith(shop.bot);
  expect((await adminChat.waitFor(/Order tg[\s\S]*barang terkirim/, { since: 0 })).text).toContain(TRIAL);
  const [payment] = await shop.database.db.query('SELECT sandbox FROM payments');
  expect(payment).toEqual({ sandbox: true });

  const [order] = await shop.database.db.query<{ id: number }>('SELECT id FROM orders');
  await adminChat.tapData(`ord:open:${order!.id}`, { force: true });
  expect((await adminChat.waitFor(/Order tg[\s\S]*Pembeli:/)).text).toContain(TRIAL);
  await chat.tapData(`his:open:${order!.id}:0`, { force: true });
  expect((await chat.waitFor(/Pesanan tg[\s\S]*Metode: QRIS/)).text).toContain(TRIAL);

  await adminChat.tapData('sta:show:1', { force: true });
  const figures = await adminChat.waitFor('Statistik');
  expect(figures.text).toContain('Omzet: Rp0');

  shop.clock.advance(5000);
  await chat.send('/start p_A');
  await chat.waitFor('📊 Stok');
  await chat.tap('🧺 Lanjut ke Keranjang');
  await chat.waitFor('Keranjang Belanja');
  await chat.tap('💳 Lanjut ke Pembayaran');
  expect((await chat.waitFor('Pilih Metode')).text).toContain(TRIAL);
});
