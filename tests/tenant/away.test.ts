import { afterEach, expect, test } from 'vitest';
import { startTestStore, type TestStore } from '../support/store.ts';
import { labelsOf } from '../support/turns.ts';

let shop: TestStore;
afterEach(() => shop.close());

test('who pressed buttons of a store that was down is brought back by what they write next', async () => {
  shop = await startTestStore();
  await shop.product({ code: 'A', name: 'Akun A', contents: ['barang-1', 'barang-2'] });
  const { chat, person } = await shop.customer();
  await chat.send('/start p_A');
  await chat.waitFor('Jumlah: 1');
  await chat.tap('🧺 Lanjut ke Keranjang');
  await chat.waitFor('Keranjang Belanja');
  await chat.mark();
  // It comes when the store is up again, and Telegram has forgotten the taps before it.
  const from = { id: person.id, is_bot: false, first_name: 'Budi' };
  await shop.client.injectUpdate(shop.bot, {
    update_id: 1_000_000_000,
    message: {
      message_id: 1_000_000_000,
      date: Math.floor(shop.clock.now().getTime() / 1000) - 151,
      chat: { id: person.id, type: 'private', first_name: 'Budi' },
      from,
      text: 'halo, kok tombolnya tidak jalan?',
    },
  } as never);
  const answer = await chat.waitFor('tadi toko sempat tidak aktif');
  expect(labelsOf(answer)).toEqual(['🧺 Lihat Keranjang', '⬅️ Kembali ke Menu Utama']);
  await chat.tap('🧺 Lihat Keranjang');
  await chat.waitFor('Keranjang Belanja');
  // In good times the same words are read as any.
  await chat.send('halo lagi');
  expect((await chat.waitFor(/./)).text).not.toContain('tidak aktif');
});
