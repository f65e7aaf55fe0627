import { afterEach, describe, expect, test } from 'vitest';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

describe.each(['polling', 'webhook'] as const)('a sale by %s', (mode) => {
  test('a customer pays by QRIS and gets the goods once', async () => {
    shop = await startTestStore({ mode });
    const product = { code: 'NF1', name: 'Netflix <1 bulan> & "teman"', price: 15_000 };
    await shop.product({ ...product, contents: ['user<a>&b@x.id|p"a&ss'] });
    const { chat } = await shop.customer('Budi <b>&');
    const ref = await buyUpToInvoice(chat, product);
    await shop.client.pakasir.pay(ref);
    const goods = await chat.waitFor('user<a>&b@x.id|p"a&ss');
    expect(goods.text).toContain('Pembayaran Berhasil');
    expect(goods.text).toContain(product.name);
  });
});
