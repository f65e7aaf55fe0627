import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChannelClient, ChatClient } from '../../sandbox/client.ts';
import type { Update } from '../../sandbox/telegram/types.ts';
import { buy } from '../support/orders.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
let channel: ChannelClient;
beforeEach(async () => {
  shop = await startTestStore();
  chat = shop.admin.chatWith(shop.bot);
  channel = await shop.client.createChannel(shop.bot, { title: 'Testimoni <Warung>', username: 'testiwarung' });
  await answer('/admin', 'Admin Settings');
});
afterEach(() => shop.close());

const { answer, tap } = inTurns(() => ({ shop, chat }));
const query = <R>(text: string) => shop.database.db.query<R>(text);
const akun = { code: 'akun', name: 'Akun <Premium>', price: 15_000 };

async function connect(named: string, reply: RegExp | string): Promise<void> {
  await answer('/admin', 'Admin Settings');
  await tap('📢 Channel Testimoni', 'Channel Testimoni');
  await tap('🔗 Sambungkan Channel', 'Jadikan bot ini admin');
  await answer(named, reply);
}

test('a sale is told in the channel that the seller named, without who bought, and once', async () => {
  await shop.product({ ...akun, contents: ['rahasia-1', 'rahasia-2'] });
  await connect('https://t.me/testiwarung', 'Channel Testimoni <Warung> tersambung');
  expect((await channel.messages()).map(({ text }) => text)).toEqual([
    expect.stringContaining('tersambung dengan Warung <Uji>'),
  ]);
  const { chat: customer, person } = await shop.customer('Budi Santoso');
  const ref = await buy(shop, customer, akun);
  const post = await channel.waitFor('baru saja membeli', { since: 0 });
  expect(post.text).toContain('B*** baru saja membeli:\n• 1 × Akun <Premium>');
  expect(post.text).toContain('Warung <Uji> & Kawan');
  for (const secret of ['Budi', 'Santoso', 'rahasia', ref, String(person.id)]) expect(post.text).not.toContain(secret);
  await shop.restart();
  await buy(shop, customer, akun);
  await expect.poll(async () => (await channel.messages()).length).toBe(3);
  expect(await query("SELECT bulk FROM outbox WHERE cause LIKE 'testimonial:order:%'")).toEqual([
    { bulk: true },
    { bulk: true },
  ]);
  const audit = await query("SELECT action, after FROM audit_log WHERE action LIKE 'testimonial.%'");
  expect(audit).toEqual([{ action: 'testimonial.connected', after: { channel: 'Testimoni <Warung>' } }]);

  await answer('/admin', 'Admin Settings');
  await tap('📢 Channel Testimoni', 'Tersambung ke Testimoni <Warung>');
  await tap('🔌 Putuskan', 'Belum ada channel');
  expect(await query("SELECT 1 FROM settings WHERE key LIKE 'testimonial%'")).toEqual([]);
});

test('a channel is named by its id or by a forwarded post too; what is in the way is said, and nothing is set', async () => {
  await connect('bukan channel', 'belum terbaca sebagai channel');
  await answer('@tidakada', 'tidak ditemukan');
  await channel.setRight('no_right');
  await connect(String(channel.id), 'Jadikan bot ini admin dengan izin');
  expect(await query("SELECT 1 FROM settings WHERE key LIKE 'testimonial%'")).toEqual([]);
  expect(await channel.messages()).toEqual([]);
  await channel.setRight('post');
  await answer('/admin', 'Admin Settings');
  await tap('📢 Channel Testimoni', 'Belum ada channel');
  await tap('🔗 Sambungkan Channel', 'Jadikan bot ini admin');
  const { waitFor: _, ...info } = channel;
  const since = await chat.mark();
  await shop.client.injectUpdate(shop.bot, {
    update_id: 990_001,
    message: {
      message_id: 990_001,
      date: 1,
      chat: { id: shop.admin.id, type: 'private', first_name: 'Sari' },
      from: { id: shop.admin.id, is_bot: false, first_name: 'Sari', username: 'sari' },
      text: 'Promo hari ini',
      forward_origin: {
        type: 'channel',
        chat: { id: info.id, type: 'channel', title: info.title },
        message_id: 5,
        date: 1,
      },
    },
  } as Update);
  await chat.waitFor('Channel Testimoni <Warung> tersambung', { since });
});

test('a channel that does not take the posts any more is told once and switched off; sales go on', async () => {
  await shop.product({ ...akun, contents: ['a', 'b', 'c'] });
  await connect('@testiwarung', 'tersambung');
  await channel.setRight('kicked');
  const { chat: customer } = await shop.customer();
  await buy(shop, customer, akun);
  const notice = await chat.waitFor('Channel testimoni dimatikan', { since: 0 });
  expect(notice.text).toContain('bot was kicked');
  await shop.owner.chatWith(shop.bot).waitFor('Channel testimoni dimatikan', { since: 0 });
  await channel.setRight('post');
  await buy(shop, customer, akun);
  await buy(shop, customer, akun);
  expect(await query("SELECT 1 FROM outbox WHERE cause LIKE 'testimonial:order:%'")).toHaveLength(1);
  expect((await chat.messages()).filter(({ text }) => text.includes('dimatikan'))).toHaveLength(1);
  const audit = await query("SELECT actor_role FROM audit_log WHERE action = 'testimonial.switched_off'");
  expect(audit).toEqual([{ actor_role: 'system' }]);
});
