import { afterEach, beforeEach, expect, test } from 'vitest';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

let shop: TestStore;
beforeEach(async () => {
  shop = await startTestStore();
});
afterEach(() => shop.close());

async function bought(goods: string) {
  const { chat } = await shop.customer();
  await shop.client.pakasir.pay(await buyUpToInvoice(chat, PRODUCT));
  const message = await chat.waitFor(goods, { since: 0 });
  return { chat, message, marks: (message.raw.entities as { type: string; offset: number; length: number }[]) ?? [] };
}

test('one short unit of goods has a button that copies it; what is longer has none', async () => {
  const long = `panjang-${'x'.repeat(300)}`;
  await shop.product({ ...PRODUCT, contents: ['email@contoh.id:rahasia<&>', long] });
  const first = await bought('email@contoh.id:rahasia<&>');
  expect(await first.chat.tap('📋 Salin')).toMatchObject({ kind: 'copy', text: 'email@contoh.id:rahasia<&>' });
  const second = await bought(long);
  expect(second.message.buttons).toEqual([]);
});

test('a seller has goods covered until they are tapped, and shown at once again', async () => {
  await shop.product({ ...PRODUCT, contents: ['rahasia-1', 'rahasia-2'] });
  const adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.press('⚙️ Admin Settings');
  await adminChat.waitFor('Mau mengatur apa');
  await adminChat.tap('🙈 Sensor Barang');
  await adminChat.waitFor('tampil langsung');
  await adminChat.tap('🙈 Sensor barang');
  await adminChat.waitFor('Sekarang: disensor');
  const covered = await bought('rahasia-1');
  const spoiler = covered.marks.find(({ type }) => type === 'spoiler')!;
  expect(covered.message.text.slice(spoiler.offset, spoiler.offset + spoiler.length)).toBe('rahasia-1');
  expect(covered.marks.some(({ type }) => type === 'pre')).toBe(false);
  await adminChat.tap('👁 Tampilkan langsung');
  await adminChat.waitFor('Sekarang: tampil langsung');
  const plain = await bought('rahasia-2');
  expect(plain.marks.some(({ type }) => type === 'spoiler')).toBe(false);
  expect(plain.marks.some(({ type }) => type === 'pre')).toBe(true);
  expect(await shop.database.db.query("SELECT id FROM audit_log WHERE action LIKE 'delivery.%'")).toHaveLength(2);
});
