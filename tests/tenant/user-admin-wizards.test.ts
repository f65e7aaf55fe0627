import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ChatClient, PersonClient } from '../../sandbox/client.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let adminChat: ChatClient;
let chat: ChatClient;
let person: PersonClient;
beforeAll(async () => {
  shop = await startTestStore();
  adminChat = shop.admin.chatWith(shop.bot);
});
beforeEach(async () => {
  // A form that a failed test left open is none of the next one.
  await shop.database.db.query('DELETE FROM conversations');
  shop.clock.advance(60_000);
  ({ chat, person } = await shop.customer('Budi <b>'));
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
});
afterAll(() => shop.close());

const { answer, tap, tapData } = inTurns(() => ({ shop, chat: adminChat }));

const open = (action: 'adjust' | 'write', reply: RegExp | string) => tapData(`usd:${action}:${person.id}`, reply);

/** A reason, and the confirmation below it. */
async function confirmed(reason: string, change: string, reply: RegExp | string) {
  const asked = await answer(reason, 'Sudah benar?');
  expect(asked.text).toContain(`Alasan: ${reason}`);
  expect(asked.text).toContain(`Perubahan: ${change}`);
  return tap(`✅ Ya, Ubah ${change}`, reply);
}

const forms = () => shop.database.db.query('SELECT wizard FROM conversations');
const entries = () =>
  shop.database.db.query<{ amount: number; kind: string; note: string }>(
    'SELECT amount, kind, note FROM ledger_entries WHERE user_id = $1 ORDER BY id',
    [person.id],
  );
const audit = () =>
  shop.database.db.query<Record<string, unknown>>(
    'SELECT action, target, before, after FROM audit_log WHERE target = $1 ORDER BY id',
    [`user:${person.id}`],
  );

async function sendPicture() {
  await adminChat.sendPhoto({ bytes: PIXEL, caption: '+10000' });
  await adminChat.waitFor('dalam bentuk teks');
}

test('a balance is moved up and down with a reason; the user, the owners and the audit log hear of it', async () => {
  await open('adjust', 'Langkah 1/3');
  const reason = await answer('+Rp10.000', 'Langkah 2/3');
  expect(reason.text).toContain('Perubahan: +Rp10.000');
  const detail = await confirmed('Bonus <setia> & "baik"', '+Rp10.000', 'Saldo diubah +Rp10.000');
  expect(detail.text).toContain('Saldo: Rp10.000');
  const told = await chat.waitFor('Saldo bertambah Rp10.000', { since: 0 });
  expect(told.text).toContain('Alasan: Bonus <setia> & "baik"');
  expect(told.text).toContain('Saldo sekarang: Rp10.000');
  await shop.owner.chatWith(shop.bot).waitFor(/Saldo Budi <b>[\s\S]*\+Rp10\.000[\s\S]*Bonus <setia>/, { since: 0 });

  await open('adjust', 'Saldo sekarang: Rp10.000');
  await answer('− 4.000', 'Perubahan: -Rp4.000');
  await answer('Salah ketik', 'Alasan: Salah ketik');
  await confirmed('Koreksi', '-Rp4.000', 'Saldo diubah -Rp4.000, sekarang Rp6.000');
  await chat.waitFor('Saldo berkurang Rp4.000', { since: 0 });
  expect(await entries()).toEqual([
    { amount: 10_000, kind: 'adjustment', note: 'Bonus <setia> & "baik"' },
    { amount: -4000, kind: 'adjustment', note: 'Koreksi' },
  ]);
  expect((await audit())[1]).toEqual({
    action: 'user.balance_adjusted',
    target: `user:${person.id}`,
    before: { balance: 10_000 },
    after: { balance: 6000, amount: -4000, reason: 'Koreksi' },
  });
  expect(await forms()).toEqual([]);
});

test('every amount and reason that is none is answered with the reason and asked again', async () => {
  await open('adjust', 'Langkah 1/3');
  for (const [typed, reason] of [
    ['10000', 'Awali dengan +'],
    ['seribu', 'Awali dengan +'],
    ['<b>+1</b>', 'Awali dengan +'],
    ['+', 'bukan nominal'],
    ['+seribu', 'bukan nominal'],
    ['+1.5000', 'bukan nominal'],
    ['+-5', 'bukan nominal'],
    ['+1; DELETE FROM wallets', 'bukan nominal'],
    ['+💰', 'bukan nominal'],
    ['+10,50', 'tanpa sen'],
    ['+0', 'paling kecil Rp1'],
    ['+100.000.001', 'maksimal Rp100.000.000'],
    ['+99999999999999999999', 'maksimal Rp100.000.000'],
    ['-1', 'Saldonya hanya Rp0'],
  ] as const) {
    const again = await answer(typed, reason);
    expect(again.text).toContain('Langkah 1/3');
    expect(labelsOf(again)).toEqual(['❌ Batal']);
  }
  await sendPicture();
  await answer('+10000', 'Langkah 2/3');
  for (const [typed, reason] of [
    ['ok', 'terlalu pendek'],
    ['x'.repeat(301), 'terlalu panjang'],
    ['x'.repeat(4096), 'terlalu panjang'],
  ] as const) {
    expect((await answer(typed, reason)).text).toContain('Langkah 2/3');
  }
  await sendPicture();
  expect(await entries()).toEqual([]);
  await confirmed("Bonus'; DROP TABLE wallets;--", '+Rp10.000', 'sekarang Rp10.000');
});

test('what was spent between the two steps is not taken below zero', async () => {
  await shop.database.db.query('INSERT INTO wallets (user_id, balance) VALUES ($1, 10000)', [person.id]);
  await open('adjust', 'Langkah 1/3');
  await answer('-10000', 'Langkah 2/3');
  await shop.database.db.query('UPDATE wallets SET balance = 3000 WHERE user_id = $1', [person.id]);
  const again = await confirmed('Koreksi', '-Rp10.000', 'Saldonya hanya Rp3.000');
  expect(again.text).toContain('Langkah 1/3');
  await answer('-3000', 'Langkah 2/3');
  await confirmed('Koreksi', '-Rp3.000', 'sekarang Rp0');
  expect((await entries()).map(({ amount }) => amount)).toEqual([-3000]);
});

test('a double tap and a second reason move money once', async () => {
  await open('adjust', 'Langkah 1/3');
  await adminChat.tapData(`usd:adjust:${person.id}`, { force: true });
  await adminChat.waitForToast();
  await answer('+10000', 'Langkah 2/3');
  await answer('Bonus', 'Sudah benar?');
  const since = await adminChat.mark();
  const yes = `wz:usd:adjusted:${person.id}`;
  await Promise.all([adminChat.tapData(yes, { force: true }), adminChat.tapData(yes, { force: true })]);
  await adminChat.waitFor('Saldo diubah', { since });
  await adminChat.waitForToast('tidak berlaku', { since });
  expect(await entries()).toHaveLength(1);
  // The same form once more, as a second process that read it before the first had ended it would handle it.
  const [row] = await shop.database.db.query<{ source: string }>(
    'SELECT source FROM ledger_entries WHERE user_id = $1',
    [person.id],
  );
  await shop.database.db.query(
    `INSERT INTO conversations (user_id, wizard, step, data) VALUES ($1, 'user.adjust', 'reason', $2)`,
    [shop.admin.id, { userId: person.id, key: row!.source.replace('adjustment:', ''), amount: 10_000 }],
  );
  await confirmed('Bonus', '+Rp10.000', 'sudah tercatat sebelumnya');
  expect(await entries()).toHaveLength(1);
  expect(await audit()).toHaveLength(1);
});

test('a restart at every step loses nothing', async () => {
  await open('adjust', 'Langkah 1/3');
  await shop.restart();
  await answer('+5000', 'Langkah 2/3');
  await shop.restart();
  await answer('Bonus', 'Sudah benar?');
  await shop.restart();
  await tap('✅ Ya, Ubah +Rp5.000', 'sekarang Rp5.000');
  await open('write', 'Kirim teks pesannya');
  await shop.restart();
  await answer('Halo', 'Pesan sedang dikirim');
  await chat.waitFor('Pesan dari admin', { since: 0 });
});

test('one person is written to as often as an admin does so', async () => {
  for (const words of ['Kabar pertama', 'Kabar kedua', 'Kabar kedua']) {
    await open('write', 'Kirim teks pesannya');
    await answer(words, 'Pesan sedang dikirim');
  }
  const letters = async () => (await chat.messages()).filter(({ text }) => text.includes('Pesan dari admin'));
  await expect.poll(async () => (await letters()).length).toBe(3);
});

test.each([
  ['BATAL', () => adminChat.send('BATAL'), 'Dibatalkan'],
  ['its button', () => adminChat.tap('❌ Batal'), 'Admin Settings'],
  ['a menu button', () => adminChat.send('🛍 Semua Produk'), 'Belum ada produk'],
  ['a command', () => adminChat.send('/start'), 'Selamat datang'],
])('every step is left by %s, and nothing is moved or sent', async (_, leave, reply) => {
  const steps = [
    () => open('adjust', 'Langkah 1/3'),
    async () => {
      await open('adjust', 'Langkah 1/3');
      await answer('+5000', 'Langkah 2/3');
    },
    async () => {
      await open('adjust', 'Langkah 1/3');
      await answer('+5000', 'Langkah 2/3');
      await answer('Bonus', 'Sudah benar?');
    },
    () => open('write', 'Kirim teks pesannya'),
  ];
  for (const reach of steps) {
    await reach();
    await leave();
    await adminChat.waitFor(reply);
    expect(await forms()).toEqual([]);
    await answer('Bonus', 'belum paham');
  }
  expect(await entries()).toEqual([]);
  expect((await chat.messages()).some((message) => message.text.includes('Pesan dari admin'))).toBe(false);
});

test('a message reaches the user as it was typed, and the admin hears that it did', async () => {
  await open('write', 'Kirim teks pesannya');
  const text = `Halo <b>Budi</b> & "kawan" ${'&'.repeat(3400)}`;
  await answer(text, 'Pesan sedang dikirim');
  const letter = await chat.waitFor('Pesan dari admin', { since: 0 });
  expect(letter.text).toBe(`✉️ Pesan dari admin\n\n${text}`);
  expect(labelsOf(letter)).toContain('👨‍💼 Customer Service');
  await adminChat.waitFor(`sudah sampai ke Budi <b> (${person.id})`, { since: 0 });
  expect((await audit())[0]).toMatchObject({ action: 'user.messaged', after: { characters: text.length } });
});

test('a message to somebody who blocked the bot comes back as such', async () => {
  await chat.block();
  await open('write', 'Kirim teks pesannya');
  await answer('x'.repeat(3501), 'maksimal 3500 karakter');
  await adminChat.sendDocument({ bytes: 'halo' });
  await adminChat.waitFor('dalam bentuk teks');
  await answer('Halo', 'Pesan sedang dikirim');
  await adminChat.waitFor(/tidak sampai: Budi <b>[\s\S]*memblokir bot/, { since: 0 });
});

test('a form that an older store left, or whose user is gone, ends kindly', async () => {
  for (const [wizard, data] of [
    ['user.adjust', {}],
    ['user.adjust', { userId: 424242, key: 'x', amount: 5 }],
    ['user.message', { userId: 'satu' }],
  ] as const) {
    await shop.database.db.query(
      `INSERT INTO conversations (user_id, wizard, step, data) VALUES ($1, $2, 'lama', $3)`,
      [shop.admin.id, wizard, data],
    );
    await answer('Bonus', 'tidak ditemukan');
    expect(await forms()).toEqual([]);
  }
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
