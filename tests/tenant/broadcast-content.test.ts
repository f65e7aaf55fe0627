import type { Message } from 'grammy/types';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { readContent } from '../../tenant-runtime/modules/delivery/broadcast/content.ts';
import { crowd } from '../support/crowd.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  chat = shop.admin.chatWith(shop.bot);
});
afterEach(() => shop.close());

const { answer, tap } = inTurns(() => ({ shop, chat }));

async function startWriting() {
  await answer('/admin', 'Admin Settings');
  await tap('📣 Broadcast Pesan', 'Broadcast Pesan');
  await tap('✍️ Tulis Broadcast', 'Tulis Broadcast');
}

const messagesOf = (id: number) => [...(shop.sandbox.telegram.bot(shop.bot.id).chats.get(id)?.messages.values() ?? [])];

/** Telegram answers the bot's calls about these people so. */
const refuse = (rule: { chatId?: number; method?: string; kind: '400' | '403'; description: string }) =>
  shop.client.faults.add({ target: 'telegram', times: 'always', ...rule });

test('a lone < is sent as it is, and the admin is told', async () => {
  const [id] = await crowd(shop, 1);
  await startWriting();
  const confirm = await answer('Harga < 5000, <b>stok > 3</b> & <3', 'Akan dikirim ke');
  expect(confirm.text).toContain('Tanda "<" yang berdiri sendiri kami kirim apa adanya');
  await tap('✅ Kirim Sekarang', 'Broadcast dimulai');
  await chat.waitFor('Broadcast selesai');
  expect(messagesOf(id!).map(({ message }) => message.text)).toEqual(['Harga < 5000, stok > 3 & <3']);
});

test('a file goes to everybody with its caption', async () => {
  const [id] = await crowd(shop, 1);
  await startWriting();
  await chat.sendDocument({ bytes: Buffer.from('daftar harga'), fileName: 'harga.txt', caption: '<b>Harga</b> baru' });
  await chat.waitFor('Akan dikirim ke');
  await tap('✅ Kirim Sekarang', 'Broadcast dimulai');
  await chat.waitFor('Broadcast selesai');
  expect(messagesOf(id!)).toHaveLength(1);
  expect(messagesOf(id!)[0]?.message).toMatchObject({
    document: { file_name: 'harga.txt' },
    caption: 'Harga baru',
    caption_entities: [{ type: 'bold' }],
  });
});

test('what Telegram refuses is refused at the preview: there is nothing to send', async () => {
  await crowd(shop, 1);
  const odd = await refuse({
    chatId: shop.admin.id,
    method: 'sendPhoto',
    kind: '400',
    description: 'Bad Request: IMAGE_PROCESS_FAILED',
  });
  await startWriting();
  await chat.sendPhoto({ bytes: PIXEL, caption: 'promo' });
  const refused = await chat.waitFor('Telegram menolak pesan ini');
  expect(refused.text).toContain('IMAGE_PROCESS_FAILED');
  expect(labelsOf(refused)).toEqual(['❌ Batal']);
  expect((await chat.messages()).some(({ text }) => text.includes('Akan dikirim ke'))).toBe(false);
  await odd.remove();
  await chat.sendPhoto({ bytes: PIXEL, caption: 'promo' });
  await chat.waitFor('Akan dikirim ke');
});

test('every < that begins no tag is taken for what it is, however many there are', () => {
  const read = (text: string) => readContent({ text } as Message);
  const many = '<'.repeat(4096);
  expect(read(many)).toMatchObject({ ok: true, escaped: true, content: { body: many.replaceAll('<', '&lt;') } });
  expect(read('1 < 2 <b>x</b> <3')).toMatchObject({ ok: true, content: { body: '1 &lt; 2 <b>x</b> &lt;3' } });
  expect(read('<<b>x')).toEqual({ ok: false, problem: { kind: 'not_closed', tag: 'b', at: 4 } });
});

test('a run of people who cannot be reached, in whatever words, stops nothing', async () => {
  const ids = await crowd(shop, 24);
  const words = [
    ['400', 'Bad Request: PEER_ID_INVALID'],
    ['403', 'Forbidden: user is deactivated'],
    ['400', 'Bad Request: chat not found'],
    ['400', 'Bad Request: SOMETHING_ABOUT_THIS_PERSON'],
  ] as const;
  for (const [index, id] of ids.slice(0, 20).entries()) {
    const [kind, description] = words[Math.floor(index / 5)]!;
    await refuse({ chatId: id, kind, description });
  }
  await startWriting();
  await answer('promo', 'Akan dikirim ke 26 orang');
  await tap('✅ Kirim Sekarang', 'Broadcast dimulai');
  const report = await chat.waitFor('Broadcast selesai');
  expect(report.text).toContain('Terkirim: 6 dari 26');
  expect(ids.map((id) => messagesOf(id).length)).toEqual(ids.map((_, index) => (index < 20 ? 0 : 1)));
  // What was sent to find out whose fault it was is taken away again.
  expect((await chat.messages()).filter(({ text }) => text === 'promo')).toHaveLength(3);
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
