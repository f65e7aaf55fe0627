import { afterEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { TEMPLATES } from '../../tenant-runtime/modules/staff/templates/index.ts';
import { startTestStore, type TestStore, type TestStoreOptions } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
afterEach(() => shop.close());

/** A shop whose templates the owner edits, as is usual. */
async function open(options: TestStoreOptions = {}): Promise<void> {
  shop = await startTestStore(options);
  chat = shop.owner.chatWith(shop.bot);
}

const { answer, tap } = inTurns(() => ({ shop, chat }), 2000);

async function openTemplate(label: string) {
  await answer('/admin', 'Admin Settings');
  await tap('🛠 Kelola Respon Bot', 'Pilih template');
  return tap(label, 'Kata pengganti');
}

const overrides = () => shop.database.db.query<{ key: string; body: string }>('SELECT key, body FROM templates');
const actions = async () =>
  (await shop.database.db.query<{ action: string }>('SELECT action FROM audit_log ORDER BY id')).map(
    (row) => row.action,
  );

test('an owner changes a template, sees it before it is saved, and customers get it at once', async () => {
  await open();
  const detail = await openTemplate('👋 Sambutan');
  expect(detail.text).toContain('Masih teks bawaan');
  expect(detail.text).toContain('{total_user} jumlah pengguna toko');
  await tap('✏️ Ubah Teks', 'Kirim teks barunya');
  const preview = await answer('Hai <b>{nama}</b>!\n{nama_toko} & teman', 'Sudah pas?');
  expect(preview.text).not.toContain('Hai');
  const shown = (await chat.messages()).at(-2);
  expect(shown?.text).toBe('Hai Budi Santoso!\nWarung <Uji> & Kawan & teman');
  expect(shown?.raw.entities).toEqual([{ type: 'bold', offset: 4, length: 12 }]);
  expect(await overrides()).toEqual([]);
  const saved = await tap('💾 Simpan', 'Template tersimpan');
  expect(saved.text).toMatch(/Diubah oleh Pak Bos, \d+ \w+ \d{4}/);
  expect(await actions()).toEqual(['template.changed']);
  await chat.waitFor('Template 👋 Sambutan diubah.', { since: 0 });
  await tap('⬅️ Kembali', 'Pilih template');
  expect(labelsOf((await chat.messages()).findLast((message) => message.text.includes('Pilih template'))!)).toContain(
    '✏️ 👋 Sambutan',
  );

  const { chat: customer } = await shop.customer('Ani <b>');
  await customer.send('/start');
  await customer.waitFor('Hai Ani <b>!');
});

test.each([
  ['Hai {nomor_rekening}', 'kata pengganti {nomor_rekening} tidak dikenal', 'Baris 1: Hai {nomor_rekening}'],
  ['satu\ndua<br>tiga', 'tag <br> tidak dikenal', 'Baris 2: dua<br>tiga'],
  ['<b>satu', 'tag <b> belum ditutup dengan </b>', 'Baris 1: <b>satu'],
  ['satu</i>', 'tag penutup </i> tidak cocok', 'Baris 1: satu</i>'],
  ['a &nbsp; b', '&nbsp; tidak dikenal', 'Baris 1'],
  ['1 < 2', 'tanda < yang bukan bagian dari tag', 'Baris 1'],
  ['<b> </b>', 'isinya kosong', ''],
  [`${'x'.repeat(4000)} {nama}`, 'maksimal 4096', ''],
])('%j is refused with the reason and the question again', async (typed, reason, where) => {
  await open();
  await openTemplate('👋 Sambutan');
  await tap('✏️ Ubah Teks', 'Kirim teks barunya');
  const refused = await answer(typed, reason);
  expect(refused.text).toContain(where);
  expect(refused.text).toContain('Kirim teks barunya');
  await chat.sendPhoto({ bytes: PIXEL });
  await chat.waitFor('Kirim dalam bentuk teks');
  await answer('Baru', 'Sudah pas?');
  await tap('💾 Simpan', 'Template tersimpan');
  expect(await overrides()).toEqual([{ key: 'welcome', body: 'Baru' }]);
});

test("formatting from Telegram's buttons becomes tags, and what cannot be sent is said", async () => {
  await open();
  await openTemplate('📖 Cara Order');
  await tap('✏️ Ubah Teks', 'Kirim teks barunya');
  const asked = await answer('Halo {nama} kode<x> 👍', 'Sudah pas?', [
    { type: 'bold', offset: 0, length: 11 },
    { type: 'italic', offset: 5, length: 11 },
    { type: 'code', offset: 12, length: 7 },
    { type: 'custom_emoji', offset: 20, length: 2, custom_emoji_id: '1' },
  ]);
  expect(asked.text).toContain('emoji premium');
  await tap('💾 Simpan', 'Template tersimpan');
  const [row] = await overrides();
  expect(row?.body).toBe(
    '<b>Halo <i>{nama}</i></b><i> <code>kode</code></i><code>&lt;x&gt;</code> <tg-emoji emoji-id="1">👍</tg-emoji>',
  );
});

test('a restart keeps what was typed, and a template that another changed meanwhile is not overwritten unseen', async () => {
  await open();
  await openTemplate('⌛ Pesanan Kedaluwarsa');
  await tap('✏️ Ubah Teks', 'Kirim teks barunya');
  await answer('Milikku {order_id}', 'Sudah pas?');
  await shop.restart();
  await shop.database.db.query("INSERT INTO templates (key, body, updated_by) VALUES ('expired', 'Milik lain', 1)");
  await tap('💾 Simpan', 'baru saja diubah orang lain');
  expect((await chat.messages()).some((message) => message.text === 'Milik lain')).toBe(true);
  await tap('💾 Simpan', 'Template tersimpan');
  expect(await overrides()).toEqual([{ key: 'expired', body: 'Milikku {order_id}' }]);
  await chat.tapData('wz:tpl:save:3', { force: true });
  await chat.waitForToast('tidak berlaku');
});

test('a changed template is copied whole, and put back to the default after a question', async () => {
  await open();
  const body = '<i>baris</i> panjang\n'.repeat(230).trim();
  await shop.database.db.query("INSERT INTO templates (key, body, updated_by) VALUES ('welcome', $1, 1)", [body]);
  await openTemplate('✏️ 👋 Sambutan');
  await tap('📄 Teks Asli', 'Tekan untuk menyalin');
  const parts = (await chat.messages()).filter((message) => message.raw.entities?.[0]?.type === 'pre');
  expect(parts).toHaveLength(2);
  expect(parts.map((part) => part.text).join('\n')).toBe(body);
  await tap('⬅️ Kembali', 'Kata pengganti');
  await tap('♻️ Kembalikan ke Bawaan', 'ke teks bawaan?');
  await tap('⬅️ Tidak Jadi', 'Kata pengganti');
  await tap('♻️ Kembalikan ke Bawaan', 'ke teks bawaan?');
  await tap('♻️ Ya, Kembalikan', 'kembali ke teks bawaan');
  expect(await overrides()).toEqual([]);
  await chat.tapData('tpl:reset:0', { force: true });
  await chat.waitForToast('sudah memakai teks bawaan');
  await chat.tapData('tpl:open:77', { force: true });
  await chat.waitForToast('tidak berlaku');
});

test('admins look and do not touch, unless the store lets them', async () => {
  await open();
  chat = shop.admin.chatWith(shop.bot);
  const detail = await openTemplate('👋 Sambutan');
  expect(labelsOf(detail)).toEqual(['👁 Pratinjau', '📄 Teks Asli', '⬅️ Kembali']);
  await tap('👁 Pratinjau', 'dilihat pelanggan');
  for (const data of ['tpl:edit:0', 'tpl:reset:0', 'tpl:reseted:0']) {
    shop.clock.advance(2000);
    await chat.tapData(data, { force: true });
    await chat.waitForToast('Hanya owner');
  }
  await shop.close();
  await open({ env: { TEMPLATE_EDITORS: 'admin' } });
  chat = shop.admin.chatWith(shop.bot);
  await openTemplate('👋 Sambutan');
  await tap('✏️ Ubah Teks', 'Kirim teks barunya');
  await answer('Dari admin', 'Sudah pas?');
  await tap('💾 Simpan', 'Template tersimpan');
  await shop.owner.chatWith(shop.bot).waitFor(/Sambutan diubah\.\s+👤 Oleh Sari \(admin/, { since: 0 });
});

test('an owner whose text Telegram refuses to preview is told, and loses nothing', async () => {
  await open();
  await shop.client.faults.add({
    target: 'telegram',
    kind: '400',
    method: 'sendMessage',
    contains: '<b>RUSAK',
    times: 'always',
    description: "can't parse entities: test",
  });
  await openTemplate('👋 Sambutan');
  await tap('✏️ Ubah Teks', 'Kirim teks barunya');
  await answer('<b>RUSAK</b>', 'Sudah pas?');
  expect((await chat.messages()).at(-2)?.text).toContain('Telegram menolak menampilkan teks ini');
  await answer('<b>Bagus</b>', 'Sudah pas?');
  await tap('💾 Simpan', 'Template tersimpan');
  expect(await overrides()).toEqual([{ key: 'welcome', body: '<b>Bagus</b>' }]);
});

test('every default previews as Telegram takes it', async () => {
  await open();
  expect(Object.keys(TEMPLATES)).toHaveLength(6);
  await answer('/admin', 'Admin Settings');
  for (let number = 0; number < 6; number += 1) {
    shop.clock.advance(2000);
    await chat.tapData(`tpl:preview:${number}`, { force: true });
    await chat.waitFor('dilihat pelanggan');
  }
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
