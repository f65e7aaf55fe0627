import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Tenant } from '../../../control-plane/api/contract/index.ts';
import type { ChatClient } from '../../../sandbox/client.ts';
import { greet, type OwnersPlane, readable, startOwners } from '../support/owners.ts';

let owners: OwnersPlane;
let bos: ChatClient;
let mitra: ChatClient;
let shop: Tenant;
beforeAll(async () => {
  owners = await startOwners(['Bos', 'Mitra']);
  [bos, mitra] = owners.owners as [ChatClient, ChatClient];
  await greet(owners.owners);
  shop = await owners.open('Warung Sari');
});
afterAll(() => owners.close());
/** Where this test's part of the chat begins. */
let since = 0;
beforeEach(async () => {
  since = await bos.mark();
});

/** What Telegram refuses until it is back; the messenger then needs something new to be woken by. */
async function telegramAway() {
  const fault = await owners.client.faults.add({
    target: 'telegram',
    kind: '5xx',
    times: 'always',
    method: 'sendMessage',
  });
  return fault;
}

const said = async (chat: ChatClient) =>
  (await chat.messages()).filter(({ changed, from }) => changed > since && from === 'bot');

test('a storm is one message that counts, and so is its end', async () => {
  const kinds = ['runtime_down', 'health'] as const;
  await owners.alarm(async (tx, alerts) => {
    for (let nth = 0; nth < 37; nth += 1) {
      const about = { ...(await owners.about(shop)), store: `toko-${nth}` };
      const kind = kinds[nth < 30 ? 0 : 1] as (typeof kinds)[number];
      await alerts.raise(tx, { kind, key: `storm:${nth}`, severity: 'error', about, detail: 'x' });
    }
  });
  const storm = await bos.waitFor('37 toko bermasalah');
  expect(readable(storm)).toBe(
    [
      '🤖 Lapak',
      '   🔴 37 toko bermasalah',
      '   🔴 Toko tidak berjalan: 30 — toko-0, toko-1, toko-2, toko-3, toko-4, toko-5, toko-6, toko-7, … (+22)',
      '   🔴 Pemeriksaan kesehatan gagal: 7 — toko-30, toko-31, toko-32, toko-33, toko-34, toko-35, toko-36',
      '   [ 🔎 toko-0 ] [ 🔎 toko-1 ]',
      '   [ 🔎 toko-2 ] [ 🔎 toko-3 ]',
      '   [ 🔎 toko-4 ] [ 🔎 toko-5 ]',
      '   [ 📋 Masalah terbuka ] [ 🔕 Bisukan semua 1 jam ]',
    ].join('\n'),
  );
  await bos.tap('📋 Masalah terbuka', { messageId: storm.id });
  expect((await bos.waitFor('Masalah terbuka: 37')).text).toContain('… dan 27 lagi');
  await bos.tap('🔎 toko-3', { messageId: storm.id });
  await bos.waitFor(/toko-3\n.*Toko tidak berjalan/);
  await owners.alarm(async (tx, alerts) => {
    for (let nth = 0; nth < 37; nth += 1) await alerts.clear(tx, `storm:${nth}`);
  });
  const over = await bos.waitFor('37 masalah selesai', { since });
  expect(readable(over).split('\n').slice(1, 4)).toEqual([
    '   ✅ 37 masalah selesai',
    '   ✅ Toko berjalan lagi: 30 — toko-0, toko-1, toko-2, toko-3, toko-4, toko-5, toko-6, toko-7, … (+22)',
    '   ✅ Toko sehat lagi: 7 — toko-30, toko-31, toko-32, toko-33, toko-34, toko-35, toko-36',
  ]);
});

test('what began and ended while Telegram was away is one message, also across a restart', async () => {
  const away = await telegramAway();
  await owners.down(shop);
  await away.waitFired();
  await owners.up(shop);
  await owners.plane.restart();
  await away.remove();
  const told = await bos.waitFor('Toko tidak berjalan', { since });
  expect(readable(told, { [shop.store]: 'warung' })).toBe(
    [
      '🤖 Lapak',
      '   🏪 Warung Sari · warung',
      '   🔴 Toko tidak berjalan',
      '   exit code 1',
      '   ✅ Toko berjalan lagi · setelah <lama>',
      '   [ 🔎 Detail ]',
    ].join('\n'),
  );
  await mitra.waitFor('Toko berjalan lagi', { since });
  // What comes later is said later: nothing of before is left to say.
  await owners.alarm((tx, alerts) =>
    alerts.notify(tx, { kind: 'rent', key: 'mark:1', severity: 'info', detail: 'penanda' }),
  );
  await bos.waitFor('penanda', { since });
  expect(await said(bos)).toHaveLength(2);
});

test('a restart between the beginning and the end repeats nothing and forgets nothing', async () => {
  await owners.down(shop);
  const told = await bos.waitFor('Toko tidak berjalan', { since });
  await owners.plane.restart();
  await owners.down(shop);
  await owners.up(shop);
  const over = await bos.waitFor('Toko berjalan lagi', { since });
  expect(over.raw.reply_to_message?.message_id).toBe(told.id);
  expect(await said(bos)).toHaveLength(2);
});

test('an update that comes again is taken up once', async () => {
  const update = {
    update_id: 999_000_001,
    message: {
      message_id: 9_000_001,
      date: Math.floor(Date.now() / 1000),
      text: '/audit',
      entities: [{ type: 'bot_command', offset: 0, length: 6 }],
      chat: { id: bos.userId, type: 'private', first_name: 'Bos' },
      from: { id: bos.userId, is_bot: false, first_name: 'Bos' },
    },
  };
  await owners.client.injectUpdate(owners.bot, update as never);
  await bos.waitFor('Perubahan terakhir', { since });
  await owners.plane.restart();
  await owners.client.injectUpdate(owners.bot, update as never);
  await bos.send('/help');
  await bos.waitFor('bot pemilik');
  expect((await said(bos)).filter(({ text }) => text.includes('Perubahan terakhir'))).toHaveLength(1);
});

test('a store that is muted is quiet for who muted it, and all of it is summed up at the end', async () => {
  await bos.send(`/mute ${shop.store} 2h`);
  await bos.waitFor(/dibisukan 2 jam, sampai/);
  const from = await bos.mark();
  await owners.down(shop);
  await mitra.waitFor('Toko tidak berjalan', { since: from });
  await owners.up(shop);
  await mitra.waitFor('Toko berjalan lagi', { since: from });
  const about = await owners.about(shop);
  const failing = { kind: 'health', key: 'h:1', severity: 'warn', about, detail: 'lambat' } as const;
  await owners.alarm((tx, alerts) => alerts.raise(tx, failing));
  await mitra.waitFor('Pemeriksaan kesehatan gagal', { since: from });
  await bos.send('/status');
  expect((await bos.waitFor('Keadaan Lapak')).text).toMatch(/🔕 \S+ dibisukan sampai/);
  await bos.send(`/unmute ${shop.store}`);
  const summary = await bos.waitFor('Bisu berakhir');
  expect(readable(summary, { [shop.store]: 'warung' })).toBe(
    [
      '🤖 Lapak',
      '   🔔 Bisu berakhir · 🏪 Warung Sari · warung',
      `   Selama ${/Selama (.*):/.exec(summary.text)?.[1]}: 2 masalah, 1 sudah selesai.`,
      '   ✅ Toko tidak berjalan · warung · selesai setelah <lama>',
      '   ⚠️ Pemeriksaan kesehatan gagal · warung · sejak <lama>',
      '   [ 🔎 warung ]',
      '   [ 📋 Masalah terbuka ]',
    ].join('\n'),
  );
  await owners.alarm((tx, alerts) => alerts.clear(tx, 'h:1'));
  await bos.waitFor('Toko sehat lagi', { since });
  const alerts = (await said(bos)).filter(({ text }) => /^🏪.*\n.*(Toko|Pemeriksaan)/.test(text));
  expect(alerts).toHaveLength(1);
});

test('a mute ends by itself; what is fatal to all stores goes through it, what one of them brings about does not', async () => {
  await bos.send('/mute 1h');
  await bos.waitFor('Semua dibisukan 1 jam');
  const from = await bos.mark();
  await owners.down(shop, { severity: 'fatal', detail: 'hilang' });
  const [kind, key] = ['platform', 'platform:coba'] as const;
  await owners.alarm((tx, alerts) => alerts.raise(tx, { kind, key, severity: 'fatal', detail: 'pusat hilang' }));
  await bos.waitFor('🚨 Gangguan pada sistem pusat', { since: from });
  await owners.alarm((tx, alerts) => alerts.clear(tx, key));
  await bos.waitFor('Sistem pusat pulih', { since: from });
  await owners.up(shop);
  const told = (await bos.messages()).filter(({ id }) => id > from);
  expect(told.some(({ text }) => text?.includes('Toko tidak berjalan'))).toBe(false);
  await owners.plane.db.query('UPDATE owner_mutes SET until = now()');
  await owners.plane.restart();
  expect((await bos.waitFor('Bisu berakhir', { since: from })).text).toMatch(
    /semua toko\nSelama .*: 1 masalah, 1 sudah selesai\.\n✅ Toko tidak berjalan/,
  );
  await expect.poll(() => owners.plane.db.query('SELECT id FROM owner_mutes')).toEqual([]);
  await bos.send('/unmute');
  await bos.waitFor('Tidak ada yang dibisukan.');
});
