import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatClient } from '../../../sandbox/client.ts';
import { greet, type OwnersPlane, readable, startOwners } from '../support/owners.ts';

let owners: OwnersPlane;
let bos: ChatClient;
let mitra: ChatClient;
beforeAll(async () => {
  owners = await startOwners(['Bos', 'Mitra']);
  [bos, mitra] = owners.owners as [ChatClient, ChatClient];
  await greet(owners.owners);
});
afterAll(() => owners.close());

test('an owner who starts the bot reads what it does and how things are', async () => {
  const words = (await bos.messages()).map((message) => readable(message));
  expect(words[1]).toContain('/mute [nama] [lama] — bisukan');
  expect(words[2]).toBe(
    [
      '🤖 Lapak',
      '   📊 Keadaan Lapak',
      '   🏪 0 toko',
      '',
      '   ✅ Tidak ada masalah terbuka.',
      '',
      '   🛠 Sistem pusat',
      '   ✅ postgres',
      '   ✅ driver',
      '   ⚙️ Operasi menunggu: 0',
      '   [ 🏪 Toko ] [ 🔄 Segarkan ]',
    ].join('\n'),
  );
});

test('an incident is told once with what can be done about it, and its end once', async () => {
  const shop = await owners.open('Warung <Sari> & Co');
  await bos.mark();
  await owners.down(shop, { detail: 'exit 137 <oom>' });
  await owners.down(shop, { detail: 'exit 137 <oom>' });
  const told = await bos.waitFor('Toko tidak berjalan');
  await mitra.waitFor('Toko tidak berjalan', { since: 0 });
  const names = { [shop.store]: 'warung' };
  expect(readable(told, names)).toBe(
    [
      '🤖 Lapak',
      '   🏪 Warung <Sari> & Co · warung',
      '   🔴 Toko tidak berjalan',
      '   exit 137 <oom>',
      '   [ 🔎 Detail ] [ 🔄 Mulai ulang ]',
      '   [ 🔕 Bisukan 1 jam ] [ ✅ Saya tangani ]',
    ].join('\n'),
  );
  await owners.up(shop);
  await owners.up(shop);
  const over = await bos.waitFor('Toko berjalan lagi', { since: 0 });
  expect(readable(over, names)).toBe(
    ['🤖 Lapak', '   🏪 Warung <Sari> & Co · warung', '   ✅ Toko berjalan lagi · setelah <lama>'].join('\n'),
  );
  expect(over.raw.reply_to_message?.message_id).toBe(told.id);
  const all = (await bos.messages()).filter(({ text }) => /Toko (tidak )?berjalan/.test(text));
  expect(all).toHaveLength(2);
});

test('who takes care of an incident is shown to every owner, and the first stays', async () => {
  const shop = await owners.open('Warung Peduli');
  await owners.down(shop);
  const [mine] = await Promise.all([bos, mitra].map((chat) => chat.waitFor('Warung Peduli', { since: 0 })));
  await bos.tap('✅ Saya tangani', { messageId: mine!.id });
  expect((await bos.waitForToast()).text).toBe('✅ Tercatat: Anda yang menangani.');
  const edited = await mitra.waitFor('Ditangani oleh Bos', { since: 0 });
  expect(readable(edited, { [shop.store]: 'warung' })).toBe(
    [
      '🤖 Lapak (diedit)',
      '   🏪 Warung Peduli · warung',
      '   🔴 Toko tidak berjalan',
      '   exit code 1',
      '   👤 Ditangani oleh Bos · <waktu>',
      '   [ 🔎 Detail ] [ 🔄 Mulai ulang ]',
      '   [ 🔕 Bisukan 1 jam ]',
    ].join('\n'),
  );
  const [{ id } = { id: 0 }] = await owners.plane.db.query<{ id: number }>(
    'SELECT id FROM incidents WHERE store = $1',
    [shop.store],
  );
  await mitra.tapData(`incident:acknowledge:${id}`, { messageId: edited.id, force: true });
  expect((await mitra.waitForToast()).text).toBe('Sudah ditangani oleh Bos.');
  await bos.tapData(`incident:acknowledge:${id}`, { messageId: mine!.id, force: true });
  expect((await bos.waitForToast()).text).toBe('Sudah Anda tangani.');
  const entries = await owners.plane.db.query(
    "SELECT actor, target FROM audit_log WHERE action = 'incident.acknowledge'",
  );
  expect(entries).toEqual([{ actor: `telegram:${bos.userId}`, target: `tenant:${shop.store}` }]);
});

test('a store is restarted from its incident, once however often the button is pressed', async () => {
  const shop = await owners.open('Warung Ulang');
  await owners.down(shop);
  const told = await bos.waitFor('Warung Ulang', { since: 0 });
  await bos.tap('🔄 Mulai ulang', { messageId: told.id });
  expect((await bos.waitForToast()).text).toBe(`🔄 ${shop.store} sedang dimulai ulang. Hasilnya saya kabari.`);
  await bos.tap('🔄 Mulai ulang', { messageId: told.id });
  expect((await bos.waitForToast()).text).toMatch(/Operasi restart sedang berjalan|baru saja dimulai ulang/);
  await bos.waitFor(/Operasi restart ✅ selesai/, { since: 0 });
  await bos.tap('🔄 Mulai ulang', { messageId: told.id });
  expect((await bos.waitForToast()).text).toBe(`✅ ${shop.store} baru saja dimulai ulang.`);
  const runs = await owners.plane.db.query(
    "SELECT requested_by AS by FROM operations WHERE store = $1 AND kind = 'restart'",
    [shop.store],
  );
  expect(runs).toEqual([{ by: `telegram:${bos.userId}` }]);
});

test('a button of an incident that is over does nothing and says so', async () => {
  const shop = await owners.open('Warung Lama');
  await owners.down(shop);
  const told = await bos.waitFor('Warung Lama', { since: 0 });
  await owners.up(shop);
  await bos.waitFor(/Warung Lama[\s\S]*Toko berjalan lagi/, { since: 0 });
  await bos.tap('🔄 Mulai ulang', { messageId: told.id });
  expect((await bos.waitForToast()).text).toBe('Masalah ini sudah selesai; tidak ada yang dilakukan.');
  const edited = await bos.waitFor(/Warung Lama[\s\S]*Toko tidak berjalan[\s\S]*Toko berjalan lagi/, {
    messageId: told.id,
  });
  expect(edited.buttons.flat().map(({ label }) => label)).toEqual(['🔎 Detail']);
  await bos.tap('🔎 Detail', { messageId: told.id });
  expect((await bos.waitFor('Sejak')).text).toContain('Toko sekarang: 🟢 berjalan');
  await bos.tapData('incident:restart:999999', { messageId: told.id, force: true });
  expect((await bos.waitForToast()).text).toBe('Masalah itu sudah tidak ada dalam catatan.');
  await bos.tapData('nothing:of:ours', { messageId: told.id, force: true });
  expect((await bos.waitForToast()).text).toContain('sudah tidak berlaku');
});
