import { Writable } from 'node:stream';
import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { createDb } from '../../kernel/db.ts';
import { parseTenantConfig } from '../../tenant-runtime/config.ts';
import { createStore, type Store, type StoreOptions } from '../../tenant-runtime/store.ts';
import { clusterUrl } from '../support/postgres.ts';
import { buyHeldInDelivery, startTestStore, type TestStore } from '../support/store.ts';

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };
const WAITS = 'another runtime holds the store; waiting until it lets go or its lease ends';
const STANDS_STILL = 'the lease could not be renewed in time: the store stands still until its database answers';
const REFUSED = 'the store is not held by this runtime';

let shop: TestStore;
let stores: Store[] = [];
afterEach(async () => {
  for (const store of stores) await store.stop();
  stores = [];
  await shop.close();
});

type Second = { store: Store; lost: Promise<void>; logged(text: string): Promise<void> };

/** A runtime of the same store in this process, not started yet. */
function runtime(options: Partial<StoreOptions> = {}): Second {
  let written = '';
  const waiting: { text: string; resolve: () => void }[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      for (const { text, resolve } of waiting) if (written.includes(text)) resolve();
      done();
    },
  });
  const { promise: lost, resolve: onLost } = Promise.withResolvers<void>();
  const store = createStore(parseTenantConfig(shop.env), {
    log: pino({ level: 'info', base: null }, sink),
    clock: shop.clock,
    onLost,
    ...options,
  });
  stores.push(store);
  const logged = (text: string) =>
    new Promise<void>((resolve) => {
      if (written.includes(text)) resolve();
      else waiting.push({ text, resolve });
    });
  return { store, lost, logged };
}

async function stop(store: Store): Promise<void> {
  stores = stores.filter((other) => other !== store);
  await store.stop();
}

const lease = async () =>
  (
    await shop.database.db.query<{ held: boolean; generation: number; alive: number }>(
      `SELECT holder IS NOT NULL AS held, generation, (SELECT count(*) FROM runtime_liveness WHERE ends_at > now()) AS alive
         FROM store_lease`,
    )
  )[0];

const GREETING = 'Selamat datang';
const greetings = async (chat: { messages(): Promise<{ text: string }[]> }) =>
  (await chat.messages()).filter(({ text }) => text.includes(GREETING)).length;

test('a second runtime of the same generation waits until the first has stopped, and both answer once', async () => {
  shop = await startTestStore({ start: false });
  const first = runtime();
  await first.store.start();
  expect(await lease()).toEqual({ held: true, generation: 0, alive: 1 });
  const second = runtime();
  const opened = second.store.start();
  await second.logged(WAITS);
  const { chat } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor(GREETING);
  await stop(first.store);
  await opened;
  await chat.send('ℹ️ Informasi');
  await chat.waitFor('Informasi Akun');
  expect(await greetings(chat)).toBe(1);
  await stop(second.store);
  expect(await lease()).toEqual({ held: false, generation: 0, alive: 0 });
});

test('one that waits can be stopped, and the holder does not notice', async () => {
  shop = await startTestStore({ start: false });
  const first = runtime();
  await first.store.start();
  const second = runtime();
  const opened = expect(second.store.start()).rejects.toThrow();
  await second.logged(WAITS);
  await stop(second.store);
  await opened;
  const { chat } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor(GREETING);
  expect(await lease()).toEqual({ held: true, generation: 0, alive: 1 });
});

test('a higher generation takes over at once, and the former learns of it by itself', async () => {
  shop = await startTestStore({ start: false });
  const { chat } = await shop.customer();
  const former = runtime();
  await former.store.start();
  await chat.send('/start');
  await chat.waitFor(GREETING);
  const next = runtime({ claim: { generation: 1 } });
  await next.store.start();
  await former.lost;
  await chat.send('ℹ️ Informasi');
  await chat.waitFor('Informasi Akun');
  expect(await greetings(chat)).toBe(1);
  // One that comes back to the former intent waits: it is no higher.
  const late = runtime();
  const opened = expect(late.store.start()).rejects.toThrow();
  await late.logged(WAITS);
  await stop(late.store);
  await opened;
  expect(await lease()).toEqual({ held: true, generation: 1, alive: 1 });
});

test('an update that the former claimed is answered once, though Telegram gives it to the next one too', async () => {
  shop = await startTestStore({ start: false });
  const { chat } = await shop.customer();
  const former = runtime();
  await former.store.start();
  await chat.send('/start');
  await chat.waitFor(GREETING);
  const next = runtime({ claim: { generation: 1 } });
  await next.store.start();
  await former.lost;
  const [claimed] = await shop.database.db.query<{ id: number }>('SELECT max(update_id) AS id FROM updates');
  const from = { id: chat.userId, is_bot: false, first_name: 'Budi' };
  await shop.client.injectUpdate(shop.bot, {
    update_id: claimed!.id,
    message: {
      message_id: 1,
      date: 1_790_000_000,
      chat: { id: chat.userId, type: 'private', first_name: 'Budi' },
      from,
      text: '/start',
      entities: [{ type: 'bot_command', offset: 0, length: 6 }],
    },
  });
  await chat.send('ℹ️ Informasi');
  await chat.waitFor('Informasi Akun');
  expect(await greetings(chat)).toBe(1);
});

test('what the former has in hand when another takes over is settled and delivered by that one alone', async () => {
  shop = await startTestStore({ start: false });
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2'] });
  const { chat } = await shop.customer();
  const former = runtime();
  const { pakasirPort } = await former.store.start();
  const route = (port: number) =>
    shop.client.pakasir.createProject({
      slug: 'warung',
      apiKey: 'kunci-rahasia',
      webhookUrl: `http://127.0.0.1:${port}/webhooks/pakasir`,
    });
  await route(pakasirPort);
  const { filling } = await buyHeldInDelivery(shop.client, chat, PRODUCT);
  const next = runtime({ claim: { generation: 1 } });
  await next.store.start();
  await former.lost;
  await filling.release();
  await shop.admin.chatWith(shop.bot).waitFor('barang terkirim', { since: 0 });
  const { db } = shop.database;
  expect((await chat.messages()).filter(({ text }) => text.includes('barang-1'))).toHaveLength(1);
  expect((await chat.messages()).filter(({ text }) => text.includes('barang-2'))).toHaveLength(0);
  expect(await db.query("SELECT 1 FROM stock_units WHERE status = 'sold'")).toHaveLength(1);
  expect(await db.query("SELECT status FROM orders WHERE status = 'delivered'")).toHaveLength(1);
});

test('one whose database is away stops polling long before its lease ends, and goes on when it answers again', async () => {
  shop = await startTestStore({ start: false });
  const { chat } = await shop.customer();
  const times = { renewEvery: 100, heldFor: 1500, aliveFor: 3_600_000 };
  const { store, logged } = runtime({ lease: { times } });
  await store.start();
  await chat.send('/start');
  await chat.waitFor(GREETING);
  const cluster = createDb({ connectionString: clusterUrl(), max: 1 });
  const { name } = shop.database;
  try {
    await cluster.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await cluster.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [name]);
    await logged(STANDS_STILL);
    const since = await shop.client.now();
    await chat.send('ℹ️ Informasi');
    await logged(REFUSED);
    expect(await shop.client.calls({ botId: shop.bot.id, since })).toEqual([]);
  } finally {
    await cluster.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await cluster.close();
  }
  await chat.waitFor('Informasi Akun', { since: 0 });
  expect(await lease()).toEqual({ held: true, generation: 0, alive: 1 });
});
