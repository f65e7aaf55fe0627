import { afterEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { buyWithTerms, fulfil, PIXEL, PRODUCT, TERMS } from '../support/terms.ts';

let shop: TestStore;
afterEach(() => shop.close());

async function openShop(): Promise<ChatClient> {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['satu', 'dua'], terms: TERMS });
  return shop.admin.chatWith(shop.bot);
}

const proofs = () => shop.database.db.query<{ content: string; revision: number }>('SELECT * FROM term_proofs');
const forms = () => shop.database.db.query('SELECT wizard FROM conversations');
const ownerHeard = async () => (await shop.owner.chatWith(shop.bot).transcript()).includes('Bukti SNK');

/** What the customer sends next is taken for no spam. */
async function next<T>(act: Promise<T>): Promise<T> {
  const done = await act;
  shop.clock.advance(5000);
  return done;
}

test('a text shows that the terms are kept: the admins get it, the owners do not, and no row holds it', async () => {
  const adminChat = await openShop();
  const { chat, ref, data } = await buyWithTerms(shop);
  expect(data).toMatch(/^snk:fulfil:\d+:\d+$/);
  await fulfil(shop, chat, 'Sudah <saya> baca & "setuju"');
  const notice = await adminChat.waitFor('Bukti SNK baru', { since: 0 });
  for (const part of ['Budi', PRODUCT.name, ref, 'Sudah <saya> baca & "setuju"']) expect(notice.text).toContain(part);
  expect(await ownerHeard()).toBe(false);
  expect(await forms()).toEqual([]);
  const rows = JSON.stringify([await proofs(), await shop.database.db.query('SELECT * FROM outbox')]);
  expect(rows).not.toContain('setuju');
  // A store that has stopped has noted what it sent.
  await shop.restart();
  expect(await shop.database.db.query('SELECT id FROM outbox WHERE sealed IS NOT NULL')).toEqual([]);
});

test.each(['photo', 'document'] as const)(
  'a %s with its caption reaches the admins as it is, and is sealed',
  async (kind) => {
    const adminChat = await openShop();
    const { chat, ref } = await buyWithTerms(shop);
    await chat.tap('✅ Penuhi SNK');
    await next(chat.waitFor('Kirim buktinya'));
    const hold = await shop.client.faults.add({
      target: 'telegram',
      chatId: adminChat.userId,
      kind: '429',
      times: 'always',
    });
    const file = { bytes: PIXEL, caption: 'ini <bukti>ku', fileName: 'bukti.png', mimeType: 'image/png' };
    await (kind === 'photo' ? chat.sendPhoto(file) : chat.sendDocument(file));
    await next(chat.waitFor('sudah kami terima'));
    const fileId = (await chat.messages()).find((message) => message.kind === kind && message.from === 'user')?.file
      ?.id;
    const rows = JSON.stringify([await proofs(), await shop.database.db.query('SELECT * FROM outbox')]);
    expect(fileId).toBeTruthy();
    expect(rows).toContain(ref);
    expect(rows).not.toContain(fileId);
    expect(rows).not.toContain('bukti>ku');
    await hold.remove();
    const notice = await adminChat.waitFor('ini <bukti>ku', { since: 0 });
    expect(notice.kind).toBe(kind);
    expect(notice.text).toContain(ref);
    expect(notice.file?.id).toBe(fileId);
  },
);

test('pressing again shows what was sent and offers to replace it; the admins hear that it is an update', async () => {
  const adminChat = await openShop();
  const { chat } = await buyWithTerms(shop);
  await fulfil(shop, chat, 'bukti pertama');
  await chat.tap('✅ Penuhi SNK');
  const shown = await next(chat.waitFor('bukti pertama'));
  expect(shown.buttons.flat().map((button) => button.label)).toEqual(['🔁 Ganti Bukti', '⬅️ Kembali ke Menu Utama']);
  expect(await forms()).toEqual([]);
  await chat.tap('🔁 Ganti Bukti');
  await next(chat.waitFor('Kirim buktinya'));
  await chat.sendPhoto({ bytes: PIXEL, caption: 'bukti kedua' });
  await next(chat.waitFor('sudah kami perbarui'));
  const update = await adminChat.waitFor('Bukti SNK diperbarui', { since: 0 });
  expect(update).toMatchObject({ kind: 'photo' });
  expect(update.text).toContain('bukti kedua');
  expect(await proofs()).toMatchObject([{ revision: 2 }]);
  await chat.tap('✅ Penuhi SNK');
  expect(await next(chat.waitFor('bukti kedua'))).toMatchObject({ kind: 'photo' });
  await shop.database.db.query('UPDATE term_proofs SET revision = 20');
  await chat.tap('🔁 Ganti Bukti');
  await chat.waitForToast('sudah sering diganti');
  expect(await forms()).toEqual([]);
});

test('whatever is no proof is refused with the reason and the question, and a restart loses no form', async () => {
  await openShop();
  const { chat } = await buyWithTerms(shop);
  await chat.tap('✅ Penuhi SNK');
  await next(chat.waitFor('Kirim buktinya'));
  const refused = async (act: Promise<unknown>, reason: string) => {
    await act;
    const answer = await next(chat.waitFor(reason));
    expect(answer.text).toContain('Kirim buktinya');
    expect(answer.buttons.flat().map((button) => button.label)).toEqual(['❌ Batal']);
    await chat.mark();
  };
  const person = { id: chat.userId, is_bot: false, first_name: 'Budi' };
  let updateId = 900_000_000;
  const inject = (content: Record<string, unknown>) => {
    updateId += 1;
    const message = {
      message_id: updateId,
      date: 1,
      from: person,
      chat: { id: person.id, type: 'private' },
      ...content,
    };
    return shop.client.injectUpdate(shop.bot, { update_id: updateId, message });
  };
  await refused(inject({ sticker: { file_id: 's', file_unique_id: 's' } }), 'belum bisa kami terima');
  await refused(inject({ voice: { file_id: 'v', file_unique_id: 'v', duration: 1 } }), 'belum bisa kami terima');
  const big = {
    file_name: 'b.png',
    file_id: 'b',
    file_unique_id: 'b',
    mime_type: 'image/png',
    file_size: 50 * 1024 * 1024,
  };
  await refused(inject({ document: big }), 'maksimal 20 MB');
  const disguised = { bytes: 'MZ', fileName: 'foto.png.exe', mimeType: 'image/png' };
  await refused(chat.sendDocument(disguised), 'bukan gambar');
  await refused(chat.sendContact('08123'), 'belum bisa kami terima');
  await refused(chat.sendDocument({ bytes: 'x', fileName: 'a.txt' }), 'bukan gambar');
  await refused(chat.send('x'.repeat(3001)), 'maksimal 3000');
  await refused(chat.sendPhoto({ bytes: PIXEL, caption: 'x'.repeat(601) }), 'maksimal 600');
  expect(await proofs()).toEqual([]);
  await shop.restart();
  await chat.send('🙂'.repeat(1500));
  await chat.waitFor('sudah kami terima');
  expect(await proofs()).toHaveLength(1);
});

test.each([
  ['its button', (chat: ChatClient) => chat.tap('❌ Batal'), 'dibatalkan'],
  ['the typed word', (chat: ChatClient) => chat.send('BATAL'), 'Dibatalkan'],
  ['a menu button', (chat: ChatClient) => chat.press('🛍 Semua Produk'), 'Semua Produk'],
  ['a command', (chat: ChatClient) => chat.send('/start'), 'Selamat datang'],
])('the question is left by %s, and nothing is stored', async (_, leave, reply) => {
  await openShop();
  const { chat } = await buyWithTerms(shop);
  await chat.tap('✅ Penuhi SNK');
  await next(chat.waitFor('Kirim buktinya'));
  await leave(chat);
  await next(chat.waitFor(reply));
  expect(await forms()).toEqual([]);
  await chat.send('bukti');
  await chat.waitFor('belum paham');
  expect(await proofs()).toEqual([]);
});

test('only who was delivered the product may press; forged and outdated buttons say so and do nothing', async () => {
  await openShop();
  const { chat, data, orderId, productId } = await buyWithTerms(shop);
  const other = await shop.product({ code: 'lain', contents: ['x'], terms: 'SNK lain' });
  const { chat: stranger } = await shop.customer('Orang Lain');
  await stranger.send('/start');
  await next(stranger.waitFor('Selamat datang'));
  for (const forged of [data, data.replace('fulfil', 'replace')]) {
    await stranger.tapData(forged, { force: true });
    expect((await next(stranger.waitForToast('tidak berlaku'))).alert).toBe(true);
  }
  const forgeries = [`${orderId}:${other}`, `${orderId + 1}:${productId}`, `${'9'.repeat(15)}:-1`, `${orderId}:x`];
  for (const forged of forgeries) {
    await chat.tapData(`snk:fulfil:${forged}`, { force: true });
    await next(chat.waitForToast('tidak berlaku'));
  }
  // Not delivered yet.
  await shop.database.db.query(`UPDATE orders SET status = 'paid' WHERE id = $1`, [orderId]);
  await chat.tapData(data);
  await next(chat.waitForToast('tidak berlaku'));
  await shop.database.db.query(`UPDATE orders SET status = 'delivered' WHERE id = $1`, [orderId]);
  await chat.tapData(data);
  await next(chat.waitFor('Kirim buktinya'));
  await shop.database.db.query('UPDATE products SET terms = NULL WHERE id = $1', [productId]);
  await chat.send('bukti');
  await next(chat.waitFor('sudah tidak bisa dipenuhi'));
  await chat.tapData(data);
  await chat.waitForToast('sudah dihapus');
  expect([await proofs(), await forms()]).toEqual([[], []]);
});

test('a form of this question that names an order of somebody else stores nothing', async () => {
  await openShop();
  const { orderId, productId } = await buyWithTerms(shop);
  const { chat: stranger, person } = await shop.customer('Orang Lain');
  await stranger.send('/start');
  await next(stranger.waitFor('Selamat datang'));
  for (const form of [{ orderId, productId }, { orderId: 'x' }]) {
    await shop.database.db.query(
      `INSERT INTO conversations (user_id, wizard, step, data) VALUES ($1, 'terms.proof', 'proof', $2)`,
      [person.id, form],
    );
    await stranger.send('bukti');
    await next(stranger.waitFor('sudah tidak bisa dipenuhi'));
  }
  expect([await proofs(), await forms()]).toEqual([[], []]);
});

test('a header that leaves no room for the terms gives way: they are never cut', async () => {
  await openShop();
  const long = `${TERMS}\n${'&'.repeat(2960)}`;
  await shop.database.db.query('UPDATE products SET terms = $1', [long]);
  await shop.database.db.query(`INSERT INTO templates (key, body, updated_by) VALUES ('snk', $1, 1)`, [
    'Judul panjang '.repeat(250),
  ]);
  const { terms } = await buyWithTerms(shop);
  expect(terms.text).toContain(long);
  expect(terms.text).toContain(`Produk: ${PRODUCT.name}`);
  expect(terms.text).not.toContain('Judul panjang');
});
