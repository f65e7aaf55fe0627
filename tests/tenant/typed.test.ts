import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { html, plainText } from '../../tenant-runtime/bot/html.ts';
import { personIn, referenceIn } from '../../tenant-runtime/modules/money/orders/index.ts';
import { parseCode, parseName } from '../../tenant-runtime/modules/shop/catalog/index.ts';
import { parseVouchers } from '../../tenant-runtime/modules/shop/vouchers/index.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let adminChat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.send('/start');
  await adminChat.waitFor('Selamat datang');
});
afterEach(() => shop.close());

const { answer, tap, tapData } = inTurns(() => ({ shop, chat: adminChat }));
const products = () =>
  shop.database.db.query<{ id: number; code: string; price: number }>('SELECT id, code, price FROM products');

test('a price in words is shown back before it is saved, one in digits is not', async () => {
  await tapData('prd:add', 'Langkah 1/5');
  await answer('\uFEFFNF\u200B-1', 'Langkah 2/5');
  await answer('Netflix', 'Langkah 3/5');
  const asked = await answer('12rb', 'Harga: Rp12.000, benar?');
  expect(labelsOf(asked)).toEqual(['✅ Ya, Rp12.000', '❌ Batal']);
  await answer('15.000,-', 'Harga: Rp15.000, benar?');
  await adminChat.tap('✅ Ya, Rp12.000', { messageId: asked.id });
  await adminChat.waitForToast('tidak berlaku');
  await shop.restart();
  await tap('✅ Ya, Rp15.000', 'Langkah 4/5');
  await answer('-', 'Langkah 5/5');
  await tap('⏭ Isi Nanti', 'tanpa isi');
  const [product] = await products();
  expect(product).toMatchObject({ code: 'NF-1', price: 15_000 });

  await tapData(`prd:edit:${product!.id}:1`, 'Harga sekarang');
  await answer('1,5jt', 'Harga: Rp1.500.000, benar?');
  expect((await products())[0]!.price).toBe(15_000);
  await tap('✅ Ya, Rp1.500.000', 'Perubahan tersimpan');
  expect((await products())[0]!.price).toBe(1_500_000);
  await tapData(`prd:edit:${product!.id}:1`, 'Harga sekarang');
  await answer('20.000', 'Perubahan tersimpan');
  expect((await products())[0]!.price).toBe(20_000);
});

test('several lines without #massal are asked about; until that is answered nothing is stored', async () => {
  const id = await shop.product({ contents: [] });
  const units = () => shop.database.db.query('SELECT id FROM stock_units');
  await tapData(`prd:restock:${id}`, 'Isi Stok');
  const asked = await answer('a:1\nb:2\n\nc:3', '1 isi dengan 3 baris, atau 3 isi?');
  const [form] = await shop.database.db.query<{ data: unknown }>('SELECT data FROM conversations');
  expect(JSON.stringify(form!.data)).not.toContain('a:1');
  await answer('d:4', 'Pilih dulu');
  expect(await units()).toEqual([]);
  await shop.restart();
  await tap('3 isi, satu per baris', '3 isi ditambahkan');
  await adminChat.tap('3 isi, satu per baris', { messageId: asked.id });
  await adminChat.waitForToast('tidak berlaku');
  await answer('e\nf', '1 isi dengan 2 baris');
  await tap('1 isi dengan 2 baris', '1 isi ditambahkan');
  expect(await units()).toHaveLength(4);
});

test('a person with an id of 52 bits is admin, is found and opened by their id', async () => {
  const id = 2 ** 52;
  const person = await shop.client.createUser({ id, firstName: 'Jauh' });
  await person.chatWith(shop.bot).send('/start');
  await person.chatWith(shop.bot).waitFor('Selamat datang');
  await tapData('usd:search', 'Cari User');
  await answer(String(id), 'Jauh');
  await tapData(`usd:open:${id}`, String(id));
  await tapData('usd:search', 'Cari User');
  await answer(`tg://user?id=${id}`, 'Jauh');
});

test('an invoice is found in whatever it was copied with', async () => {
  for (const text of [
    'tg4503599627370496-k7m2p9x4qa',
    'Invoice tg4503599627370496-k7m2p9x4qa',
    '#TG4503599627370496-K7M2P9X4QA',
    'https://t.me/c/1/2?text=tg4503599627370496-k7m2p9x4qa',
    '⏳ Order baru\n🧾 tg4503599627370496-k7m2p9x4qa\n1 × Akun (Rp15.000)',
    'tg4503599627370496-k7m2p9x4qa\u200B.',
  ]) {
    expect(referenceIn(text), text).toBe('tg4503599627370496-k7m2p9x4qa');
  }
  for (const text of ['tg1', 'atg1-abcd', 'tg1-', 'Budi', 'tg12345678901234567-abcd']) {
    expect(referenceIn(text), text).toBeUndefined();
  }
});

test('a person is found in an invoice id, a link and the lines of a notice', () => {
  expect(personIn('tg4711-k7m2p9x4qa')).toBe('4711');
  expect(personIn('https://t.me/budi_s')).toBe('@budi_s');
  expect(personIn('t.me/budi_s?start=1')).toBe('@budi_s');
  expect(personIn('👤 Budi (@budi_s)\n🆔 12345678')).toBe('12345678');
  expect(personIn('👤 Budi\n(@budi_s)')).toBe('@budi_s');
  for (const text of ['Budi', '12345', '@budi_s', '0812-3456-7890', 'https://t.me/+abcdef', 'Budi 12345']) {
    expect(personIn(text), text).toBeUndefined();
  }
});

test('what cannot be seen is no part of a code, a name or a voucher', () => {
  expect(parseCode('\u200BNF\u2060-1\uFEFF')).toEqual({ ok: true, value: 'NF-1' });
  expect(parseName('Net\u202Eflix\u3164 1 bulan')).toEqual({ ok: true, value: 'Netflix 1 bulan' });
  expect(parseVouchers('HE\u200BMAT | 5rb | 10\u200F', '2026-11-30')).toMatchObject({
    ok: true,
    drafts: [{ code: 'HEMAT', value: 5000, maxUses: 10 }],
  });
});

test('an Arabic name does not turn its line around, and is left alone where it is copied', () => {
  expect(plainText(html`👤 ${'محمد'} · 4 isi`)).toBe('👤 \u2068محمد\u2069 · 4 isi');
  expect(html`<code>${'محمد'}</code>`).toBe('<code>محمد</code>');
});
