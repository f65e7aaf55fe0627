import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient, PersonClient } from '../../sandbox/client.ts';
import { balanceOf, unbalanced } from '../support/deposits.ts';
import { openRooms } from '../support/modules.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { labelsOf } from '../support/turns.ts';

const SECOND_ADMIN = 771_000_111;

let shop: TestStore;
let adminChat: ChatClient;
let chat: ChatClient;
let person: PersonClient;

async function open(env: Record<string, string> = {}): Promise<void> {
  shop = await startTestStore({ env });
  adminChat = shop.admin.chatWith(shop.bot);
  ({ chat, person } = await shop.customer('Budi <&>'));
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  await adminChat.send('/start');
  await adminChat.waitFor('Selamat datang');
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
  const notice = await adminChat.waitFor(/⏳ Deposit dp[\s\S]*BCA a\/n Budi <b>, 14\.05/);
  expect(labelsOf(notice)).toEqual(['✅ Terima', '❌ Tolak']);
  expect((await deposits())[0]?.proof).not.toContain('BCA');
  await adminChat.tap('✅ Terima');
  await adminChat.waitFor(/Terima deposit dp\S+ sebesar Rp150\.000\?/);
  await adminChat.tap('✅ Ya, Terima');
  await adminChat.waitFor('sudah masuk ke saldo pelanggan');
  await chat.waitFor(/Deposit Rp150\.000 sudah masuk/);
  const decided = await adminChat.waitFor(/✅ Deposit dp[\s\S]*oleh admin/, { since: 0 });
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
  const notice = await adminChat.waitFor(/⏳ Deposit dp[\s\S]*struk & bukti/, { since: 0 });
  await adminChat.tap('❌ Tolak');
  await adminChat.waitFor('Kenapa deposit');
  for (const wrong of ['ya', 'x'.repeat(301)]) {
    await adminChat.send(wrong);
    await adminChat.waitFor('3 sampai 300 huruf, ya');
  }
  await adminChat.sendPhoto({ bytes: PIXEL });
  await adminChat.waitFor('3 sampai 300 huruf, ya');
  await adminChat.send('Uangnya <belum> masuk');
  await adminChat.waitFor('Alasan: Uangnya <belum> masuk');
  expect((await deposits())[0]).toMatchObject({ status: 'awaiting_review' });
  await adminChat.tap('✅ Ya, Tolak');
  await adminChat.waitFor('ditolak');
  await chat.waitFor(/belum bisa kami terima[\s\S]*Uangnya <belum> masuk/);
  const decided = await adminChat.waitFor(/❌ Deposit dp[\s\S]*Ditolak/, { since: 0 });
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
  await adminChat.send('/admin');
  await adminChat.waitFor('Admin Settings');
  await adminChat.tap('💰 Deposit');
  await adminChat.waitFor(/Deposit · Semua \(halaman 1 dari 1\)/);
  await adminChat.tap('🔎 Diperiksa');
  await adminChat.waitFor(/Deposit · 🔎 Diperiksa[\s\S]*Rp150\.000/);
  await adminChat.tap('1');
  const detail = await adminChat.waitFor('Status: ⏳ Diperiksa admin');
  expect(detail.text).toContain('Bukti: struk');
  expect(labelsOf(detail)).toEqual(['✅ Terima', '❌ Tolak', '⬅️ Daftar Deposit']);
  await adminChat.tap('✅ Terima', { messageId: detail.id });
  const question = await adminChat.waitFor('Saldo pelanggan langsung bertambah');
  await adminChat.send('cocok dengan mutasi');
  const sure = await adminChat.waitFor('Catatan: cocok dengan mutasi');
  await adminChat.tap('✅ Ya, Terima', { messageId: sure.id });
  await adminChat.waitFor('sudah masuk ke saldo pelanggan');
  expect((await deposits())[0]).toMatchObject({ status: 'paid', note: 'cocok dengan mutasi' });
  await adminChat.tap('✅ Terima', { messageId: detail.id });
  await adminChat.waitForToast('sudah diputuskan');
  await adminChat.tap('❌ Tolak', { messageId: detail.id });
  await adminChat.waitForToast('sudah diputuskan');
  await adminChat.tap('✅ Ya, Terima', { messageId: question.id });
  await adminChat.waitForToast('tidak berlaku');
  await adminChat.tapData('dpd:open:999', { force: true });
  await adminChat.waitForToast('tidak ditemukan');
  await chat.tapData('dpd:accept:1', { force: true });
  await chat.waitForToast('khusus admin');
  expect(await balanceOf(shop, person.id)).toBe(150_000);
});

test('two admins decide at once: the money comes once, and the second is told', async () => {
  await shop.close();
  await open({ TELEGRAM_ADMIN_IDS: String(SECOND_ADMIN) });
  const other = await shop.client.createUser({ id: SECOND_ADMIN, firstName: 'Tono' });
  const otherAdminChat = other.chatWith(shop.bot);
  await otherAdminChat.send('/start');
  await otherAdminChat.waitFor('Selamat datang');
  const ownerChat = shop.owner.chatWith(shop.bot);
  await report();
  const [deposit] = await deposits();
  for (const staff of [otherAdminChat, ownerChat]) {
    await staff.tapData(`dpd:accept:${deposit!.id}`, { force: true });
    await staff.waitFor('Saldo pelanggan langsung bertambah');
  }
  await ownerChat.send('sudah cocok');
  await ownerChat.waitFor('Catatan: sudah cocok');
  await Promise.all([otherAdminChat.tap('✅ Ya, Terima'), ownerChat.tap('✅ Ya, Terima')]);
  const answers = await Promise.all(
    [otherAdminChat, ownerChat].map((staff) => staff.waitFor(/masuk ke saldo pelanggan|sudah diputuskan sebelumnya/)),
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
