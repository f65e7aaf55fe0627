import { afterEach, expect, test } from 'vitest';
import { startTestStore, type TestStore } from '../support/store.ts';
import { labelsOf } from '../support/turns.ts';

let shop: TestStore;
afterEach(() => shop.close());

test('who pressed buttons of a store that was down is brought back by what they write next', async () => {
  shop = await startTestStore();
  await shop.product({ code: 'A', name: 'Akun A', contents: ['barang-1', 'barang-2'] });
  const { chat } = await shop.customer();
  await chat.send('/start p_A');
  await chat.waitFor('Jumlah: 1');
  await chat.tap('🧺 Lanjut ke Keranjang');
  await chat.waitFor('Keranjang Belanja');
  await shop.store.stop();
  await chat.send('halo, kok tombolnya tidak jalan?');
  shop.clock.advance(151_000);
  await shop.restart();
  const answer = await chat.waitFor('tadi toko sempat tidak aktif');
  expect(labelsOf(answer)).toEqual(['🧺 Lihat Keranjang', '⬅️ Kembali ke Menu Utama']);
  await chat.tap('🧺 Lihat Keranjang');
  await chat.waitFor('Keranjang Belanja');
  // In good times the same words are read as any.
  await chat.send('halo lagi');
  expect((await chat.waitFor(/./)).text).not.toContain('tidak aktif');
});
