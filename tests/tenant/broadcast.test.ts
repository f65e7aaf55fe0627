import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { crowd } from '../support/crowd.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  chat = shop.admin.chatWith(shop.bot);
});
afterEach(() => shop.close());

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const { answer, tap } = inTurns(() => ({ shop, chat }));

async function openAdminChat() {
  await answer('/admin', 'Admin Settings');
  return tap('📣 Broadcast Pesan', 'Broadcast Pesan');
}

async function write(text: string) {
  await openAdminChat();
  await tap('✍️ Tulis Broadcast', 'Tulis Broadcast');
  return answer(text, /Akan dikirim ke \d+ orang/);
}

/** A message that the control API has no act for. */
async function inject(content: Record<string, unknown>) {
  await chat.mark();
  const from = { id: shop.admin.id, is_bot: false, first_name: 'Sari' };
  const message = { message_id: updateId, from, chat: { id: from.id, type: 'private' }, date: 1, ...content };
  await shop.client.injectUpdate(shop.bot, { update_id: updateId, message });
  // What the person does by themselves meanwhile is numbered from there.
  updateId += 100;
}
let updateId = 1_000_000_000;

/** Messages of the bot in the chats of these people. */
async function received(ids: readonly number[]): Promise<string[][]> {
  const chats = ids.map((id) => shop.sandbox.telegram.bot(shop.bot.id).chats.get(id));
  return chats.map((one) =>
    [...(one?.messages.values() ?? [])].map(({ message }) => message.text ?? message.caption ?? ''),
  );
}

const recipients = () =>
  shop.database.db.query<{ user_id: number; status: string }>(
    'SELECT user_id, status FROM broadcast_recipients ORDER BY user_id',
  );

test('everybody who pressed /start gets the message as it was shown, and the admin hears how it went', async () => {
  const ids = await crowd(shop, 8, (index) => index === 3);
  await shop.database.db.query('INSERT INTO users (id, first_name) VALUES (77, $1)', ['Belum /start']);
  await shop.database.db.query('UPDATE users SET bot_blocked_at = now() WHERE id = $1', [ids[5]]);
  const confirm = await write('🎉 <b>Promo</b> &amp; diskon');
  const preview = (await chat.messages()).at(-2);
  expect(preview?.text).toBe('🎉 Promo & diskon');
  expect(preview?.raw.entities).toMatchObject([{ type: 'bold' }]);
  // Both of staff pressed /start as well.
  expect(confirm.text).toContain('Akan dikirim ke 9 orang');
  await tap('✅ Kirim Sekarang', 'Broadcast dimulai');
  const report = await chat.waitFor('Broadcast selesai');
  expect(report.text).toContain('Terkirim: 8 dari 9');
  expect(report.text).toContain('Memblokir bot: 1');
  expect(await received(ids)).toEqual(ids.map((_, index) => (index === 3 || index === 5 ? [] : ['🎉 Promo & diskon'])));
  const unreachable = await shop.database.db.query('SELECT id FROM users WHERE bot_blocked_at IS NOT NULL ORDER BY id');
  expect(unreachable).toEqual([{ id: ids[3] }, { id: ids[5] }]);
  const audit = await shop.database.db.query('SELECT action FROM audit_log ORDER BY id');
  expect(audit).toEqual([{ action: 'broadcast.started' }, { action: 'broadcast.finished' }]);
  await shop.owner.chatWith(shop.bot).waitFor(/Broadcast #1 dimulai \(penerima: 9\)/, { since: 0 });
  const adminChat = await openAdminChat();
  expect(adminChat.text).toContain('📬 8 · 🚫 1 · ⚠️ 0 · dari 9');
  await tap('1', 'Broadcast #1');
  await tap('📣 Broadcast Pesan', 'halaman 1 dari 1');
});

test("Telegram's own formatting and a photo with its caption arrive as they were made", async () => {
  const [id] = await crowd(shop, 1);
  await openAdminChat();
  await tap('✍️ Tulis Broadcast', 'Tulis Broadcast');
  await inject({ text: 'Diskon <50%> besar', entities: [{ type: 'italic', offset: 0, length: 6 }] });
  await chat.waitFor('Akan dikirim ke');
  await chat.sendPhoto({ bytes: PIXEL, caption: '<i>Foto</i> promo' });
  await chat.waitFor('Akan dikirim ke');
  // The text was replaced by the photo: the button below the older preview sends nothing.
  const older = (await chat.messages()).filter((message) => message.text.includes('Akan dikirim ke'))[0];
  await chat.tap('✅ Kirim Sekarang', { messageId: older!.id });
  await chat.waitForToast('sudah tidak berlaku');
  expect(await recipients()).toEqual([]);
  await tap('✅ Kirim Sekarang', 'Broadcast dimulai');
  await chat.waitFor('Broadcast selesai');
  const messages = [...shop.sandbox.telegram.bot(shop.bot.id).chats.get(id!)!.messages.values()];
  expect(messages).toHaveLength(1);
  expect(messages[0]?.message).toMatchObject({
    caption: 'Foto promo',
    caption_entities: [{ type: 'italic' }],
    photo: [{}],
  });
  await openAdminChat();
  await tap('✍️ Tulis Broadcast', 'Tulis Broadcast');
  await inject({ text: 'Diskon <50%> besar', entities: [{ type: 'italic', offset: 0, length: 6 }] });
  await chat.waitFor('Akan dikirim ke');
  expect((await chat.messages()).at(-2)?.raw).toMatchObject({
    text: 'Diskon <50%> besar',
    entities: [{ type: 'italic', offset: 0, length: 6 }],
  });
});

test('what cannot be sent is refused with the reason, and nothing that was written is lost', async () => {
  await crowd(shop, 1);
  await openAdminChat();
  await tap('✍️ Tulis Broadcast', 'Tulis Broadcast');
  const refused = async (content: Record<string, unknown>, reason: string) => {
    await inject(content);
    const answer = await chat.waitFor(reason);
    expect(answer.text).toContain('Kirim pesannya di sini');
    expect(answer.buttons.flat().map((button) => button.label)).toContain('❌ Batal');
    return answer;
  };
  const photo = [{ file_id: 'f', file_unique_id: 'f', width: 1, height: 1 }];
  await refused({ sticker: { file_id: 's' } }, 'Stiker, GIF, dan suara');
  await refused({ voice: { file_id: 'v' } }, 'Stiker, GIF, dan suara');
  await refused({ photo }, 'belum ada captionnya');
  await refused({ photo, caption: 'satu', media_group_id: '1' }, 'bukan album');
  await refused({ photo, caption: 'x'.repeat(1025) }, 'Terlalu panjang: 1.025 karakter, maksimalnya 1.024');
  await refused({ text: 'x'.repeat(4097) }, 'Terlalu panjang: 4.097 karakter, maksimalnya 4.096');
  await refused({ text: '<b> </b>' }, 'masih kosong');
  await refused({ text: '<b>tebal' }, '<b> dibuka tetapi belum ditutup');
  await refused({ text: 'tebal</b>' }, '</b> menutup sesuatu');
  await refused({ text: 'baris<br>baru' }, 'tidak mengenal <br>');
  await refused({ text: 'a&nbsp;b' }, 'tidak mengenal &nbsp;');
  await chat.send("'; DROP TABLE users; -- 😀");
  await chat.waitFor('Akan dikirim ke 3 orang');
  // A draft that is there survives a wrong message, and a restart.
  await refused({ text: '<u>' }, '<u> dibuka tetapi belum ditutup');
  await shop.restart();
  await tap('✅ Kirim Sekarang', 'Broadcast dimulai');
  await chat.waitFor('Broadcast selesai');
  expect(await received([1001])).toEqual([["'; DROP TABLE users; -- 😀"]]);
});

test('cancelled, or left by a menu button, nothing is sent; customers do not come to it', async () => {
  await crowd(shop, 1);
  await write('promo');
  await tap('❌ Batal', 'Admin Settings');
  const { messageId } = await write('promo lagi').then((message) => ({ messageId: message.id }));
  await chat.send('ℹ️ Informasi');
  await chat.waitFor('Informasi Akun');
  await chat.tap('✅ Kirim Sekarang', { messageId });
  await chat.waitForToast('sudah tidak berlaku');
  const { chat: other } = await shop.customer();
  await other.send('/start');
  await other.waitFor('Selamat datang');
  await other.tapData('bct:write', { messageId: (await other.last())!.id, force: true });
  await other.waitForToast('khusus admin');
  expect(await recipients()).toEqual([]);
});

test('stopped, it stops at once and says how many got it; one at a time; resumed, it goes on where it was', async () => {
  const ids = await crowd(shop, 60);
  await write('promo');
  await tap('✅ Kirim Sekarang', 'Broadcast dimulai');
  await chat.waitFor('Broadcast berjalan');
  await shop.client.waitForCalls({ botId: shop.bot.id, method: 'sendMessage', chatId: ids[9]! });
  await openAdminChat();
  await chat.tap('✍️ Tulis Broadcast');
  await chat.waitForToast('Masih ada broadcast');
  await tap('1', 'Sedang dikirim');
  await chat.tap('⏹ Hentikan');
  const report = await chat.waitFor('orang sudah menerimanya');
  const sent = Number(/(\d+) orang sudah menerimanya/.exec(report.text)?.[1]);
  expect((await recipients()).filter((one) => one.status === 'sent')).toHaveLength(sent);
  expect((await recipients()).filter((one) => one.status === 'waiting')).toHaveLength(62 - sent);
  expect((await received(ids)).filter((messages) => messages.length > 0).length).toBeLessThan(60);
  await shop.restart();
  await chat.tap('▶️ Lanjutkan', { messageId: report.id });
  await chat.waitForToast('dilanjutkan');
  expect((await chat.waitFor('Broadcast selesai')).text).toContain('Terkirim: 62 dari 62');
  expect(await received(ids)).toEqual(ids.map(() => ['promo']));
  await chat.tapData('bct:resume:1', { messageId: report.id, force: true });
  await chat.waitForToast('tidak sedang dihentikan');
});

test('a stop is heard while Telegram asks to wait, and a broadcast under way goes on by itself after a restart', async () => {
  const ids = await crowd(shop, 40);
  const slow = await shop.client.faults.add({
    target: 'telegram',
    method: 'sendMessage',
    contains: 'promo',
    skip: 6,
    kind: '429',
    retryAfter: 600,
  });
  await write('promo');
  await tap('✅ Kirim Sekarang', 'Broadcast dimulai');
  await slow.waitFired();
  await chat.waitFor('Broadcast berjalan');
  await chat.tap('⏹ Hentikan');
  const report = await chat.waitFor('orang sudah menerimanya', { timeoutMs: 5000 });
  await shop.restart();
  await chat.tap('▶️ Lanjutkan', { messageId: report.id });
  await shop.client.waitForCalls({ botId: shop.bot.id, method: 'sendMessage', chatId: ids[20]! });
  await shop.restart();
  await chat.waitFor('Broadcast selesai');
  expect(await received(ids)).toEqual(ids.map(() => ['promo']));
});
