import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  chat = shop.owner.chatWith(shop.bot);
});
afterEach(() => shop.close());

async function openMenu(of: ChatClient) {
  shop.clock.advance(2000);
  await of.send('/admin');
  return of.waitFor('Admin Settings');
}

const { tap } = inTurns(() => ({ shop, chat }), 2000);

async function record(action: string, target: string, before?: unknown, after?: unknown, actor?: number) {
  await shop.database.db.query(
    `INSERT INTO audit_log (actor_id, actor_role, action, target, before, after) VALUES ($1, $2, $3, $4, $5, $6)`,
    [actor ?? null, actor ? 'admin' : 'system', action, target, json(before), json(after)],
  );
}
const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));

test('owners have the door, admins have not, and an old button does not let them in', async () => {
  const admin = shop.admin.chatWith(shop.bot);
  expect(labelsOf(await openMenu(chat))).toContain('📓 Log Audit');
  const seen = labelsOf(await openMenu(admin));
  expect(seen).not.toContain('📓 Log Audit');
  expect(seen).toContain('💾 Backup Konfigurasi');
  for (const data of ['aud:list:0:0', 'aud:rooms:0']) {
    shop.clock.advance(2000);
    await admin.tapData(data, { force: true });
    await admin.waitForToast('khusus owner');
  }
});

test('an owner reads who changed what, before and after, newest first, five a page', async () => {
  expect((await openMenu(chat)).text).toBeTruthy();
  expect((await tap('📓 Log Audit', 'Log Audit')).text).toContain('Belum ada yang tercatat');
  for (let number = 1; number <= 6; number += 1)
    await record('stock.added', `product:${number}`, undefined, { added: number });
  await record(
    'product.changed',
    'product:9',
    { price: 10_000, name: '<b>"&' },
    { price: 20_000, name: 'B' },
    shop.admin.id,
  );
  await openMenu(chat);
  const first = await tap('📓 Log Audit', 'halaman 1 dari 2');
  expect(first.text).toContain(`👤 Sari (admin, ${shop.admin.id})\n📝 Mengubah produk · product:9`);
  expect(first.text).toContain('harga: Rp10.000 → Rp20.000');
  expect(first.text).toContain('nama: <b>"& → B');
  expect(first.text).toContain('🤖 Sistem\n📝 Menambah stok · product:6');
  expect(first.text.indexOf('product:9')).toBeLessThan(first.text.indexOf('product:6'));
  await tap('➡️', 'halaman 2 dari 2');
  await tap('⬅️', 'halaman 1 dari 2');
  await tap('🔎 Pilih Bagian', 'bagian mana');
  const filtered = await tap('🛒 Produk', 'Log Audit · 🛒 Produk');
  expect(filtered.text).not.toContain('Menambah stok');
  await tap('🔎 Pilih Bagian', 'bagian mana');
  await tap('⬅️ Kembali', 'Log Audit · 🛒 Produk');
  await tap('⬅️ Kembali ke Menu Admin', 'Admin Settings');
  shop.clock.advance(2000);
  await chat.tapData('aud:list:99:0', { force: true });
  await chat.waitForToast('tidak berlaku');
});

test('entries of any size and shape make a page that Telegram takes', async () => {
  const long = '<&>"😀\n'.repeat(900);
  const wide = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`${'kunci'.repeat(20)}${n}`, long]));
  for (let n = 0; n < 5; n += 1)
    await record(`room.${'x'.repeat(200)}`, 'target:'.repeat(50), wide, { ...wide, a: 1, b: null }, 7);
  for (const odd of [null, 1, 'teks', [1, 2], true, {}]) await record('baru.aksi', 'x', odd, odd === null ? 2 : null);
  await openMenu(chat);
  await tap('📓 Log Audit', 'halaman 1 dari 3');
  await tap('➡️', 'halaman 2 dari 3');
  await tap('➡️', 'halaman 3 dari 3');
});

test('what is done has words, its modules can be chosen, and what a newer version did is shown by its name', async () => {
  for (const [action, target] of [
    ['category.renamed', 'category:3'],
    ['order.resent', 'order:tg1-a'],
    ['broadcast.resumed', 'broadcast:1'],
    ['toString', 'x:1'],
  ] as const)
    await record(action, target);
  await openMenu(chat);
  const { text } = await tap('📓 Log Audit', 'Log Audit');
  for (const words of [
    'Mengganti nama kategori · category:3',
    'Mengirim ulang pesanan · order:tg1-a',
    'Melanjutkan broadcast · broadcast:1',
    '📝 toString · x:1',
  ])
    expect(text).toContain(words);
  await tap('🔎 Pilih Bagian', 'bagian mana');
  expect((await tap('📣 Broadcast', 'Log Audit · 📣 Broadcast')).text).not.toContain('category:3');
});
