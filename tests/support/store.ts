import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatRupiah } from '../../kernel/money.ts';
import {
  type BotView,
  type ChatClient,
  createSandboxClient,
  type PersonClient,
  type SandboxClient,
} from '../../sandbox/client.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import type { NewBot, NewUser } from '../../sandbox/telegram/index.ts';
import { parseTenantConfig } from '../../tenant-runtime/config.ts';
import { createStore, type Store, type StoreOptions } from '../../tenant-runtime/store.ts';
import { keptLog } from './last-lines.ts';
import { freePort } from './ports.ts';
import { type TestDatabase, testDatabase } from './postgres.ts';

/** A clock that a test sets; between two looks at it, people take their time. */
export type TestClock = { now(): Date; advance(millis: number): void };

/** Each look at the clock is `stepMillis` later than the last: no one in a test acts as fast as a spammer. */
export function testClock(stepMillis = 2): TestClock {
  let offset = 0;
  return {
    now() {
      offset += stepMillis;
      return new Date(Date.now() + offset);
    },
    advance(millis) {
      offset += millis;
    },
  };
}

/** Each connection is a process of Postgres, the dearest part of a store's start; people of a test are few. */
export const FEW_CONNECTIONS = 3;

export type TestStore = {
  store: Store;
  sandbox: Sandbox;
  client: SandboxClient;
  bot: BotView;
  database: TestDatabase;
  env: Record<string, string>;
  clock: TestClock;
  admin: PersonClient;
  owner: PersonClient;
  ports: { telegramPort: number; pakasirPort: number };
  /** Stops the store for good, so that the test can run it in a process of its own. */
  leave(): Promise<void>;
  /** Stops the store and starts another on the same database, as a restart does. */
  restart(): Promise<void>;
  customer(name?: string): Promise<{ person: PersonClient; chat: ChatClient }>;
  /** Puts a product with stock on sale, past the wizard. Contents are what customers get. */
  product(product: {
    code?: string;
    name?: string;
    price?: number;
    contents: readonly string[];
    terms?: string;
  }): Promise<number>;
  close(): Promise<void>;
};

export type TestStoreOptions = {
  mode?: 'polling' | 'webhook';
  env?: Record<string, string>;
  clock?: TestClock;
  /** Leaves the store unstarted: the test starts it in a process of its own. */
  start?: boolean;
  /** Names and ids that are always the same. */
  cast?: { bot?: NewBot; admin?: NewUser; owner?: NewUser };
  /** Payment gateways in place of those that the store knows. */
  gateways?: StoreOptions['gateways'];
  /** What is done to the database before the store knows it. */
  prepare?(database: TestDatabase): Promise<void>;
};

/** A whole store in this process, against the strict sandbox and a database of its own. */
export async function startTestStore(options: TestStoreOptions = {}): Promise<TestStore> {
  const clock = options.clock ?? testClock();
  // One clock for both sides, as the shop compares its times with the gateway's.
  const sandbox = createSandbox({ clock });
  const { url } = await sandbox.listen();
  const client = createSandboxClient(url);
  const database = await testDatabase('tenant');
  await options.prepare?.(database);
  const folder = await mkdtemp(join(tmpdir(), 'lapak-store-'));
  const bot = await client.createBot({ username: 'warung_test_bot', ...options.cast?.bot });
  const admin = await client.createUser({ firstName: 'Sari', username: 'sari', ...options.cast?.admin });
  const owner = await client.createUser({ firstName: 'Pak Bos', ...options.cast?.owner });
  for (const staff of [admin, owner]) await staff.chatWith(bot).send('/start');
  const telegramPort = options.mode === 'webhook' ? await freePort() : 0;
  const env: Record<string, string> = {
    TELEGRAM_BOT_TOKEN: bot.token,
    TELEGRAM_ADMIN_IDS: String(admin.id),
    TELEGRAM_OWNER_IDS: String(owner.id),
    TELEGRAM_API_ROOT: url,
    DATABASE_URL: database.url,
    PAKASIR_PROJECT_SLUG: 'warung',
    PAKASIR_API_KEY: 'kunci-rahasia',
    PAKASIR_API_BASE: `${url}/pakasir`,
    PAKASIR_PUBLIC_DOMAIN: `${url}/pakasir`,
    STORE_SLUG: 'warung',
    BOT_STORE_NAME: 'Warung <Uji> & Kawan',
    DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    HOST: '127.0.0.1',
    LISTEN_TELEGRAM_PORT: String(telegramPort),
    LISTEN_PAKASIR_PORT: '0',
    LOG_DIR: join(folder, 'logs'),
    // People of the tests act faster than any; a test of the pace sets what Telegram takes.
    TELEGRAM_MESSAGES_PER_SECOND: '1000',
    ...(options.mode === 'webhook'
      ? {
          TELEGRAM_WEBHOOK_URL: `http://127.0.0.1:${telegramPort}/warung/telegram`,
          TELEGRAM_WEBHOOK_SECRET: 'rahasia-webhook-uji-coba',
        }
      : {}),
    ...options.env,
  };
  await client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia' });

  const make = () =>
    createStore(parseTenantConfig(env), {
      log: keptLog('the store'),
      clock,
      connections: FEW_CONNECTIONS,
      ...(options.gateways ? { gateways: options.gateways } : {}),
    });
  const testStore: TestStore = {
    store: make(),
    sandbox,
    client,
    bot,
    database,
    env,
    clock,
    admin,
    owner,
    ports: { telegramPort: 0, pakasirPort: 0 },
    async leave() {
      await testStore.store.stop();
      running = false;
    },
    async restart() {
      await testStore.store.stop();
      testStore.store = make();
      await open();
    },
    async customer(name = 'Budi') {
      const person = await client.createUser({ firstName: name });
      return { person, chat: person.chatWith(bot) };
    },
    product: (product) => addProduct(database, env.DATA_ENCRYPTION_KEY!, product),
    async close() {
      if (running) await testStore.store.stop();
      await sandbox.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };

  let running = false;
  async function open(): Promise<void> {
    running = true;
    testStore.ports = await testStore.store.start();
    await client.pakasir.createProject({
      slug: 'warung',
      apiKey: 'kunci-rahasia',
      webhookUrl: `http://127.0.0.1:${testStore.ports.pakasirPort}/webhooks/pakasir`,
      ...(env.PAKASIR_WEBHOOK_SECRET ? { secret: env.PAKASIR_WEBHOOK_SECRET } : {}),
    });
  }
  if (options.start !== false) {
    await open();
    // People are answered side by side: what a test does next must not come before the store knows its staff.
    for (const staff of [admin, owner]) await staff.chatWith(bot).waitFor('Selamat datang', { since: 0 });
  }
  return testStore;
}

/** Puts a product with stock into a store's database, sealed under its key. */
export async function addProduct(
  database: Pick<TestDatabase, 'db'>,
  encryptionKey: string,
  product: Parameters<TestStore['product']>[0],
): Promise<number> {
  const { sealingKey, seal, fingerprint } = await import('../../kernel/crypto.ts');
  const key = sealingKey(encryptionKey);
  const [row] = await database.db.query<{ id: number }>(
    'INSERT INTO products (code, name, price, terms) VALUES ($1, $2, $3, $4) RETURNING id',
    [
      product.code ?? `kode-${randomBytes(4).toString('hex')}`,
      product.name ?? 'Akun Premium',
      product.price ?? 15_000,
      product.terms ?? null,
    ],
  );
  for (const content of product.contents) {
    await database.db.query(
      'INSERT INTO stock_units (product_id, content, fingerprint, added_by) VALUES ($1, $2, $3, 1)',
      [row!.id, seal(content, key, `stock:${row!.id}`), fingerprint(content, key)],
    );
  }
  return row!.id;
}

/**
 * Plays a customer from the product to the press of `💠 QRIS`. Each wait is for what only that screen says: what became of
 * an earlier order may be told at any moment.
 */
export async function pressQris(
  chat: ChatClient,
  product: { code: string; name: string; price: number },
): Promise<void> {
  await chat.send(`/start p_${product.code}`);
  await chat.waitFor(inThisOrder(product.name, '📊 Stok'));
  await chat.tap('🧺 Lanjut ke Keranjang');
  await chat.waitFor(inThisOrder('Keranjang Belanja', formatRupiah(product.price)));
  await chat.tap('💳 Lanjut ke Pembayaran');
  await chat.waitFor('Pilih Metode Pembayaran');
  await chat.tap('💠 QRIS');
}

/** Plays a customer from the product to the invoice. Resolves with the invoice id. */
export async function buyUpToInvoice(
  chat: ChatClient,
  product: { code: string; name: string; price: number },
): Promise<string> {
  await pressQris(chat, product);
  const invoice = await chat.waitFor(/Invoice tg\d+-\w+[\s\S]*Bayar sebelum/);
  const ref = /tg\d+-\w+/.exec(invoice.text)?.[0];
  if (!ref) throw new Error('the invoice has no id');
  return ref;
}

/** Buys and pays; Telegram holds up the message into which the goods are written, until `filling.release()`. */
export async function buyHeldInDelivery(
  client: SandboxClient,
  chat: ChatClient,
  product: Parameters<typeof buyUpToInvoice>[1],
) {
  const ref = await buyUpToInvoice(chat, product);
  const filling = await client.faults.add({
    target: 'telegram',
    method: 'editMessageText',
    chatId: chat.userId,
    kind: 'hold_before',
  });
  await client.pakasir.pay(ref);
  await filling.waitHeld();
  return { ref, filling };
}

const inThisOrder = (...texts: string[]) => new RegExp(texts.map((text) => RegExp.escape(text)).join('[\\s\\S]*'));
