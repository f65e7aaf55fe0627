import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ChatClient, PersonClient } from '../../sandbox/client.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
let person: PersonClient;
beforeAll(async () => {
  shop = await startTestStore();
});
afterAll(() => shop.close());
beforeEach(async () => {
  ({ chat, person } = await shop.customer('Budi <b>'));
  await answer('/start', 'Selamat datang');
});

const { answer, tap } = inTurns(() => ({ shop, chat }), 2000);

const openInformation = () => answer('ℹ️ Informasi', 'Informasi Akun');

async function profile() {
  const [row] = await shop.database.db.query<{ display_name: string | null; whatsapp: string | null }>(
    'SELECT display_name, whatsapp FROM users WHERE id = $1',
    [person.id],
  );
  return row!;
}

test('a customer sees who they are, what they have and where to go from there', async () => {
  await shop.database.db.query('INSERT INTO wallets (user_id, balance) VALUES ($1, 12500)', [person.id]);
  const info = await openInformation();
  expect(info.text).toContain('Nama: Budi <b>');
  expect(info.text).toContain('Saldo: Rp12.500');
  expect(info.text).toContain(`ID: ${person.id}`);
  expect(info.text).toMatch(/Bergabung: \d+ \w+ \d{4}/);
  expect(info.text).toContain('WhatsApp: belum diisi');
  expect(labelsOf(info)).toEqual([
    '✏️ Ubah Nama',
    '📱 Nomor WhatsApp',
    '🧾 Riwayat Transaksi',
    '👨‍💼 Customer Service',
    '⬅️ Kembali ke Menu Utama',
  ]);
});

test('a new name is what the store calls them from then on, whatever it is made of', async () => {
  await openInformation();
  await tap('✏️ Ubah Nama', 'Nama sekarang: Budi <b>');
  await answer('  Bang   <i>Budi & "Kawan" 👨‍👩‍👧 ', 'kami panggil kamu Bang <i>Budi & "Kawan" 👨‍👩‍👧');
  const info = await tap('⬅️ Informasi', 'Informasi Akun');
  expect(info.text).toContain('Nama: Bang <i>Budi & "Kawan" 👨‍👩‍👧');
  await answer('/start', 'Bang <i>Budi');
});

test('every name that is none is answered with the reason and asked again', async () => {
  await openInformation();
  await tap('✏️ Ubah Nama', '3 sampai 32 karakter');
  for (const [typed, reason] of [
    ['Bu', 'terlalu pendek'],
    ['\u3164\u3164\u3164\u3164', 'terlalu pendek'],
    ['\u200B\u202Ea\u200Bb\u2066', 'terlalu pendek'],
    ['👨‍👩‍👧👨‍👩‍👧', 'terlalu pendek'],
    ['x'.repeat(33), 'terlalu panjang'],
    ['z\u0301\u0302\u0303\u0304\u0305'.repeat(30), 'terlalu panjang'],
    ['x'.repeat(4096), 'terlalu panjang'],
    ['Budi\nSantoso', 'satu baris'],
  ] as const) {
    const again = await answer(typed, reason);
    expect(again.text).toContain('3 sampai 32 karakter');
    expect(labelsOf(again)).toEqual(['❌ Batal']);
  }
  shop.clock.advance(2000);
  await chat.sendPhoto({ bytes: PIXEL, caption: 'Budi Santoso' });
  await chat.waitFor('dalam bentuk teks');
  expect((await profile()).display_name).toBeNull();
  await answer("x'); DROP TABLE users;--", "kami panggil kamu x'); DROP TABLE users;--");
  expect((await profile()).display_name).toBe("x'); DROP TABLE users;--");
});

test.each([
  ['0812-3456-7890', '6281234567890'],
  ['+62 812 3456 7890', '6281234567890'],
  ['+62 0812.3456.7890', '6281234567890'],
  ['(0812) 34567890', '6281234567890'],
  ['+60 12-345 6789', '60123456789'],
])('the number %s is kept as %s', async (typed, kept) => {
  await openInformation();
  await tap('📱 Nomor WhatsApp', 'Kirim nomormu');
  await answer(typed, `+${kept} tersimpan`);
  expect((await profile()).whatsapp).toBe(kept);
  await tap('⬅️ Informasi', `WhatsApp: +${kept}`);
});

test('every number that is none is answered with the reason; a shared contact is one', async () => {
  await openInformation();
  await tap('📱 Nomor WhatsApp', 'Kirim nomormu');
  for (const [typed, reason] of [
    ['nomor saya', 'hanya boleh berisi angka'],
    ['0812 3456 789a', 'hanya boleh berisi angka'],
    ['08+12345678', 'hanya boleh berisi angka'],
    ['٠٨١٢٣٤٥٦٧٨٩', 'hanya boleh berisi angka'],
    ['<b>0812345678</b>', 'hanya boleh berisi angka'],
    ['0812345', '9 sampai 15 angka'],
    ['6281234567890123', '9 sampai 15 angka'],
  ] as const) {
    const again = await answer(typed, reason);
    expect(again.text).toContain('Kirim nomormu');
  }
  shop.clock.advance(2000);
  await chat.sendDocument({ bytes: '0812' });
  await chat.waitFor('dalam bentuk teks');
  expect((await profile()).whatsapp).toBeNull();
  shop.clock.advance(2000);
  await chat.sendContact('+6281234567890');
  await chat.waitFor('+6281234567890 tersimpan');
});

test('a number can be taken back, and the button of an older question does nothing', async () => {
  await shop.database.db.query("UPDATE users SET whatsapp = '6281234567890' WHERE id = $1", [person.id]);
  await openInformation();
  const question = await tap('📱 Nomor WhatsApp', 'Nomor sekarang: +6281234567890');
  expect(labelsOf(question)).toEqual(['🗑 Hapus Nomor', '❌ Batal']);
  await answer('/start', 'Selamat datang');
  shop.clock.advance(2000);
  await chat.tapData('wz:usr:forget', { messageId: question.id, force: true });
  await chat.waitForToast('tidak berlaku');
  expect((await profile()).whatsapp).toBe('6281234567890');
  await openInformation();
  await tap('📱 Nomor WhatsApp', 'Nomor sekarang');
  await tap('🗑 Hapus Nomor', 'sudah kami hapus');
  expect((await profile()).whatsapp).toBeNull();
});

test('a restart in a form loses nothing, and a form that is left changes nothing', async () => {
  await openInformation();
  await tap('✏️ Ubah Nama', 'Nama sekarang');
  await shop.restart();
  await answer('Bu', 'terlalu pendek');
  await shop.restart();
  await answer('Budi Baru', 'Budi Baru');
  for (const leave of [
    () => answer('BATAL', 'Dibatalkan'),
    () => tap('❌ Batal', 'dibatalkan'),
    () => openInformation(),
  ]) {
    await openInformation();
    await tap('✏️ Ubah Nama', 'Nama sekarang: Budi Baru');
    await leave();
    await answer('Nama Lain', 'belum paham');
  }
  expect((await profile()).display_name).toBe('Budi Baru');
});

test('customer service links admins that have a public name and mentions the others; owners are spared', async () => {
  const quiet = await shop.client.createUser({ firstName: 'Joko <i>' });
  await quiet.chatWith(shop.bot).send('/start');
  await quiet.chatWith(shop.bot).waitFor('Selamat datang');
  shop.env.TELEGRAM_ADMIN_IDS = `${shop.admin.id},${quiet.id},777,${shop.owner.id}`;
  await shop.restart();
  await shop.database.db.query('UPDATE users SET blocked_at = now() WHERE id = $1', [person.id]);
  await openInformation();
  const service = await tap('👨‍💼 Customer Service', 'Admin kami siap membantu');
  expect(service.buttons.flat().map(({ label, url }) => [label, url])).toEqual([
    ['💬 Sari', 'https://t.me/sari'],
    ['⬅️ Informasi', undefined],
  ]);
  expect(service.text).toContain('💬 Joko <i>');
  expect(service.text).toContain('💬 Admin');
  const calls = await shop.client.calls({ method: 'editMessageText' });
  const html = String(calls.at(-1)?.params.text);
  expect(html).toContain(`<a href="tg://user?id=${quiet.id}">Joko &lt;i&gt;</a>`);
  expect(html).toContain('<a href="tg://user?id=777">Admin</a>');
  expect(html).not.toContain(String(shop.owner.id));
});

test.each([
  'p_',
  'p_tidak-ada',
  'p_../../etc',
  "p_'; DROP",
  `p_${'x'.repeat(60)}`,
  'x',
  'p_<b>',
  '<b>&',
  'p_%00',
  'P_a b',
])('the deep link %s leads to the welcome', async (payload) => {
  await answer(`/start ${payload}`, 'Selamat datang');
});

test('/start of somebody whom an admin blocked is answered', async () => {
  await shop.database.db.query('UPDATE users SET blocked_at = now() WHERE id = $1', [person.id]);
  await answer('/start', 'Selamat datang');
  await shop.product({ code: 'nf', name: 'Netflix', contents: ['a'] });
  await answer('/start p_nf', 'Netflix');
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
