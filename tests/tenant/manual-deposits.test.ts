import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient, PersonClient } from '../../sandbox/client.ts';
import { balanceOf, unbalanced } from '../support/deposits.ts';
import { openRooms } from '../support/modules.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { labelsOf } from '../support/turns.ts';

const SECOND_ADMIN = 771_000_111;

let shop: TestStore;
let desk: ChatClient;
let chat: ChatClient;
let person: PersonClient;

async function open(env: Record<string, string> = {}): Promise<void> {
  shop = await startTestStore({ env });
  desk = shop.admin.chatWith(shop.bot);
  ({ chat, person } = await shop.customer('Budi <&>'));
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  await desk.send('/start');
  await desk.waitFor('Selamat datang');
}

beforeEach(() => open());
afterEach(async () => {
  expect(await unbalanced(shop)).toEqual([]);
  await shop.close();
});

const deposits = () =>
  shop.database.db.query<{ id: number; status: string; note: string | null; proof: string }>(
    'SELECT * FROM deposits ORDER BY id',
  );
const forms = () => shop.database.db.query('SELECT wizard FROM conversations');

async function upToProof(): Promise<void> {
  shop.clock.advance(5000);
  await chat.send('💰 Deposit');
  await chat.waitFor('Deposit Saldo');
  await chat.tap('🏦 Transfer Manual');
  await chat.waitFor('Transfer Manual');
  await chat.tap('📤 Kirim Bukti');
  await chat.waitFor('Berapa yang kamu transfer?');
  shop.clock.advance(5000);
  await chat.send('150.000');
  await chat.waitFor('kirim bukti transfer Rp150.000');
}

async function report(proof = 'BCA a/n Budi <b>, 14.05'): Promise<void> {
  await upToProof();
  await chat.send(proof);
  await chat.waitFor('sudah kami teruskan ke admin');
}

test('the instructions lead to an admin, and a proof in words is confirmed from the notice', async () => {
  await chat.send('💰 Deposit');
  await chat.waitFor('Deposit Saldo');
  await chat.tap('🏦 Transfer Manual');
  const instructions = await chat.waitFor('Transfer Manual');
  expect(instructions.text).toContain('Halo Budi <&>');
  expect(labelsOf(instructions)).toContain('💬 Sari');
  await report();
  const notice = await desk.waitFor(/⏳ Deposit dp[\s\S]*BCA a\/n Budi <b>, 14\.05/);
  expect(labelsOf(notice)).toEqual(['✅ Terima', '❌ Tolak']);
  expect((await deposits())[0]?.proof).not.toContain('BCA');
  await desk.tap('✅ Terima');
  await desk.waitFor(/Terima deposit dp\S+ sebesar Rp150\.000\?/);
  await desk.tap('✅ Ya, Terima');
  await desk.waitFor('sudah masuk ke saldo pelanggan');
  await chat.waitFor(/Deposit Rp150\.000 sudah masuk/);
  const decided = await desk.waitFor(/✅ Deposit dp[\s\S]*oleh admin/, { since: 0 });
  expect(decided.id).toBe(notice.id);
  expect(labelsOf(decided)).toEqual([]);
  await shop.owner.chatWith(shop.bot).waitFor('lewat Transfer manual', { since: 0 });
  expect(await balanceOf(shop, person.id)).toBe(150_000);
  const [deposit] = await deposits();
  expect(await shop.database.db.query('SELECT kind, source FROM ledger_entries')).toEqual([
    { kind: 'deposit', source: `deposit:${deposit!.id}` },
  ]);
  const [audit] = await shop.database.db.query<{ action: string; after: object }>('SELECT * FROM audit_log');
  expect(audit?.action).toBe('deposit.confirmed');
  expect(JSON.stringify(audit)).not.toContain('BCA');
});

test('a photo comes to the sellers with its buttons; a refusal needs a reason, which the customer reads', async () => {
  await upToProof();
  await chat.sendPhoto({ bytes: PIXEL, caption: 'struk & bukti' });
  await chat.waitFor('sudah kami teruskan ke admin');
  const notice = await desk.waitFor(/⏳ Deposit dp[\s\S]*struk & bukti/, { since: 0 });
  await desk.tap('❌ Tolak');
  await desk.waitFor('Kenapa deposit');
  for (const wrong of ['ya', 'x'.repeat(301)]) {
    await desk.send(wrong);
    await desk.waitFor('3 sampai 300 huruf, ya');
  }
  await desk.sendPhoto({ bytes: PIXEL });
  await desk.waitFor('3 sampai 300 huruf, ya');
  await desk.send('Uangnya <belum> masuk');
  await desk.waitFor('Alasan: Uangnya <belum> masuk');
  expect((await deposits())[0]).toMatchObject({ status: 'awaiting_review' });
  await desk.tap('✅ Ya, Tolak');
  await desk.waitFor('ditolak');
  await chat.waitFor(/belum bisa kami terima[\s\S]*Uangnya <belum> masuk/);
  const decided = await desk.waitFor(/❌ Deposit dp[\s\S]*Ditolak/, { since: 0 });
  expect(decided.id).toBe(notice.id);
  expect((await deposits())[0]).toMatchObject({ status: 'refused', note: 'Uangnya <belum> masuk' });
  expect(await balanceOf(shop, person.id)).toBe(0);
  await chat.send('💰 Deposit');
  await chat.waitFor('Deposit Saldo');
  await chat.tap('🧾 Riwayat Saldo');
  await chat.waitFor('❌ Ditolak · deposit Rp150.000');
});

test('every wrong proof is asked again with the reason, and cancelling leaves nothing', async () => {
  await upToProof();
  for (const wrong of ['ok', 'x'.repeat(801)]) {
    shop.clock.advance(3000);
    await chat.send(wrong);
    expect((await chat.waitFor('foto atau teks 3 sampai 800 huruf')).text).toContain('Rp150.000');
  }
  shop.clock.advance(3000);
  await chat.sendDocument({ bytes: 'bukti', fileName: 'bukti.pdf' });
  await chat.waitFor('foto atau teks 3 sampai 800 huruf');
  await shop.restart();
  await chat.tap('❌ Batal');
  await chat.waitFor('dibatalkan');
  expect(await forms()).toEqual([]);
  expect(await deposits()).toEqual([]);
});

test('staff find a deposit in the list, look at its proof and decide; old buttons then say so', async () => {
  await upToProof();
  await chat.sendPhoto({ bytes: PIXEL, caption: 'struk' });
  await chat.waitFor('sudah kami teruskan ke admin');
  await desk.send('/admin');
  await desk.waitFor('Admin Settings');
  await desk.tap('💰 Deposit');
  await desk.waitFor(/Deposit · Semua \(halaman 1 dari 1\)/);
  await desk.tap('🔎 Diperiksa');
  await desk.waitFor(/Deposit · 🔎 Diperiksa[\s\S]*Rp150\.000/);
  await desk.tap('1');
  const detail = await desk.waitFor('Status: ⏳ Diperiksa admin');
  expect(detail.text).toContain('Bukti: struk');
  expect(labelsOf(detail)).toEqual(['✅ Terima', '❌ Tolak', '⬅️ Daftar Deposit']);
  await desk.tap('✅ Terima', { messageId: detail.id });
  const question = await desk.waitFor('Saldo pelanggan langsung bertambah');
  await desk.send('cocok dengan mutasi');
  const sure = await desk.waitFor('Catatan: cocok dengan mutasi');
  await desk.tap('✅ Ya, Terima', { messageId: sure.id });
  await desk.waitFor('sudah masuk ke saldo pelanggan');
  expect((await deposits())[0]).toMatchObject({ status: 'paid', note: 'cocok dengan mutasi' });
  await desk.tap('✅ Terima', { messageId: detail.id });
  await desk.waitForToast('sudah diputuskan');
  await desk.tap('❌ Tolak', { messageId: detail.id });
  await desk.waitForToast('sudah diputuskan');
  await desk.tap('✅ Ya, Terima', { messageId: question.id });
  await desk.waitForToast('tidak berlaku');
  await desk.tapData('dpd:open:999', { force: true });
  await desk.waitForToast('tidak ditemukan');
  await chat.tapData('dpd:accept:1', { force: true });
  await chat.waitForToast('khusus admin');
  expect(await balanceOf(shop, person.id)).toBe(150_000);
});

test('two admins decide at once: the money comes once, and the second is told', async () => {
  await shop.close();
  await open({ TELEGRAM_ADMIN_IDS: String(SECOND_ADMIN) });
  const other = await shop.client.createUser({ id: SECOND_ADMIN, firstName: 'Tono' });
  const otherDesk = other.chatWith(shop.bot);
  await otherDesk.send('/start');
  await otherDesk.waitFor('Selamat datang');
  const bossDesk = shop.owner.chatWith(shop.bot);
  await report();
  const [deposit] = await deposits();
  for (const staff of [otherDesk, bossDesk]) {
    await staff.tapData(`dpd:accept:${deposit!.id}`, { force: true });
    await staff.waitFor('Saldo pelanggan langsung bertambah');
  }
  await bossDesk.send('sudah cocok');
  await bossDesk.waitFor('Catatan: sudah cocok');
  await Promise.all([otherDesk.tap('✅ Ya, Terima'), bossDesk.tap('✅ Ya, Terima')]);
  const answers = await Promise.all(
    [otherDesk, bossDesk].map((staff) => staff.waitFor(/masuk ke saldo pelanggan|sudah diputuskan sebelumnya/)),
  );
  expect(answers.filter(({ text }) => text.includes('Tidak ada yang berubah'))).toHaveLength(1);
  expect(await balanceOf(shop, person.id)).toBe(150_000);
});

test('ten admins confirm and ten refuse in the same moment: one is heard, all others are told that it was decided', async () => {
  await report();
  const [deposit] = await deposits();
  const second = await openRooms(shop, 20);
  const word = (index: number) =>
    second.db.tx((tx) =>
      index % 2 === 0
        ? second.modules.deposits.confirm(tx, deposit!.id, index, undefined)
        : second.modules.deposits.refuse(tx, deposit!.id, index, 'tidak masuk'),
    );
  const words = await Promise.all(Array.from({ length: 20 }, (_, index) => word(index))).finally(() => second.close());
  const heard = words.filter(({ kind }) => kind === 'done');
  expect(heard).toHaveLength(1);
  expect(words.filter(({ kind }) => kind === 'late')).toHaveLength(19);
  const [decided] = await deposits();
  expect(heard).toMatchObject([{ deposit: { status: decided!.status } }]);
  expect(await balanceOf(shop, person.id)).toBe(decided!.status === 'paid' ? 150_000 : 0);
});

test('in a shop of one person the owner hears of a transfer that waits', async () => {
  await shop.close();
  shop = await startTestStore({ env: { TELEGRAM_ADMIN_IDS: '771000111', TELEGRAM_OWNER_IDS: '771000111' } });
  const boss = await shop.client.createUser({ id: SECOND_ADMIN, firstName: 'Bos' });
  const bossChat = boss.chatWith(shop.bot);
  await bossChat.send('/start');
  await bossChat.waitFor('Selamat datang');
  ({ chat, person } = await shop.customer());
  await report();
  await bossChat.waitFor('Ada laporan transfer', { since: 0 });
});

test('a proof is forgotten long after it was decided about, an open one is kept', async () => {
  await report();
  await report();
  const [decided, open] = await deposits();
  await shop.database.db.query(
    `UPDATE deposits SET status = 'refused', closed_at = now() - interval '91 days' WHERE id = $1`,
    [decided!.id],
  );
  await shop.database.db.query(`UPDATE deposits SET created_at = now() - interval '91 days'`);
  await shop.restart();
  const kept = () => shop.database.db.query<{ id: number }>('SELECT id FROM deposits WHERE proof IS NOT NULL');
  await expect.poll(kept).toEqual([{ id: open!.id }]);
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
