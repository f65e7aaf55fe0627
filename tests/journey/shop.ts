import { buyUpToInvoice, startTestStore, type TestStore, type TestStoreOptions } from '../support/store.ts';
import { MARKUP } from './checks.ts';

const CODES = ['satu', 'dua', 'tiga', 'empat', 'lima', 'enam', 'tujuh'] as const;

/** A shop with something of everything in it: goods, orders in every state, people whose names are full of markup. */
export async function furnishedShop(options: TestStoreOptions = {}): Promise<TestStore> {
  const shop = await startTestStore(options);
  for (const [index, code] of CODES.entries()) {
    await shop.product({
      code,
      name: `Akun ${index + 1} ${MARKUP} & <kawan>`,
      price: 15_000 + index * 1000,
      contents: index === 6 ? [] : Array.from({ length: 8 }, (_, unit) => `isi-${code}-${unit} ${MARKUP}`),
      terms: `Jangan dijual lagi ${MARKUP} & ditukar`,
    });
  }
  const { chat } = await shop.customer(`Siti ${MARKUP}`);
  const product = { code: 'satu', name: 'Akun 1', price: 15_000 };
  const paid = await buyUpToInvoice(chat, product);
  await shop.client.pakasir.pay(paid);
  await chat.waitFor('isi-satu', { since: 0 });
  await chat.waitFor('Syarat', { since: 0 });
  shop.clock.advance(5000);
  await buyUpToInvoice(chat, product);
  await chat.tap('❌ Batalkan Pembelian');
  await chat.waitFor('dibatalkan');
  await newOrder(shop);
  return shop;
}

/** An order that awaits its payment, of a customer and a product of its own. */
export async function newOrder(shop: TestStore): Promise<void> {
  const code = `stok-${Math.random().toString(36).slice(2, 10)}`;
  await shop.product({ code, name: `Akun ${code}`, price: 20_000, contents: [`isi-${code}`] });
  const { chat } = await shop.customer(`Rina ${MARKUP}`);
  await buyUpToInvoice(chat, { code, name: `Akun ${code}`, price: 20_000 });
}
