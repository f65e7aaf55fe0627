import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDb, type Db } from '../../kernel/db.ts';
import { type BotView, createSandboxClient, type PersonClient, type SandboxClient } from '../../sandbox/client.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { threeFreePorts } from '../cli/support/ports.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { type Plan, VOUCHERS } from './plan.ts';

/** A store in a process of its own, its Postgres, and the world around both. */
export type ChaosStore = {
  sandbox: Sandbox;
  client: SandboxClient;
  bot: BotView;
  admin: PersonClient;
  owner: PersonClient;
  cluster: Cluster;
  keeper: Keeper;
  db: Db;
  productIds: readonly number[];
};

/** Only for goods that nobody has. */
export const KEY = Buffer.alloc(32, 11).toString('base64');
export const EXPIRY_MS = 15_000;
export const PROJECT = { slug: 'toko', apiKey: 'kunci-rahasia', secret: 'rahasia-pakasir-kacau' };

/** @param onClose is given the way to undo each thing as soon as it is there */
export async function openChaosStore(plan: Plan, onClose: (undo: () => Promise<unknown>) => void): Promise<ChaosStore> {
  const folder = await mkdtemp(join(tmpdir(), 'lapak-chaos-'));
  onClose(() => rm(folder, { recursive: true, force: true }));
  const cluster = await startCluster();
  onClose(cluster.close);
  const sandbox = createSandbox();
  const { url } = await sandbox.listen();
  onClose(() => sandbox.close());
  const client = createSandboxClient(url);
  await client.configure({ retry: { baseMillis: 200, maxMillis: 2000, timeoutMillis: 10_000 } });
  const bot = await client.createBot({ username: 'toko_kacau_bot' });
  const admin = await client.createUser({ firstName: 'Sari', username: 'sari' });
  const owner = await client.createUser({ firstName: 'Pak Bos' });
  const [telegramPort, pakasirPort] = await threeFreePorts();
  await client.pakasir.createProject({
    ...PROJECT,
    webhookUrl: `http://127.0.0.1:${pakasirPort}/webhooks/pakasir`,
    expiryMinutes: EXPIRY_MS / 60_000,
  });
  const keeper = createKeeper({
    TELEGRAM_BOT_TOKEN: bot.token,
    TELEGRAM_ADMIN_IDS: String(admin.id),
    TELEGRAM_OWNER_IDS: String(owner.id),
    TELEGRAM_API_ROOT: url,
    TELEGRAM_MODE: plan.mode,
    TELEGRAM_MESSAGES_PER_SECOND: '1000',
    ...(plan.mode === 'webhook'
      ? {
          TELEGRAM_WEBHOOK_URL: `http://127.0.0.1:${telegramPort}/toko/telegram`,
          TELEGRAM_WEBHOOK_SECRET: 'rahasia-webhook-kacau',
        }
      : {}),
    DATABASE_URL: cluster.url,
    PAKASIR_PROJECT_SLUG: PROJECT.slug,
    PAKASIR_API_KEY: PROJECT.apiKey,
    PAKASIR_WEBHOOK_SECRET: PROJECT.secret,
    PAKASIR_API_BASE: `${url}/pakasir`,
    PAKASIR_PUBLIC_DOMAIN: `${url}/pakasir`,
    STORE_SLUG: 'toko',
    BOT_STORE_NAME: 'Toko <Kacau> & Kawan',
    DATA_ENCRYPTION_KEY: KEY,
    HOST: '127.0.0.1',
    LISTEN_TELEGRAM_PORT: String(telegramPort),
    LISTEN_PAKASIR_PORT: String(pakasirPort),
    LOG_DIR: join(folder, 'logs'),
    NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
  });
  onClose(keeper.close);
  const db = createDb({ connectionString: cluster.url, max: 2, onIdleError: () => {} });
  onClose(db.close);
  await keeper.open();
  for (const staff of [admin, owner]) await staff.chatWith(bot).send('/start');
  const productIds: number[] = [];
  for (const { code, name, price, terms } of plan.products) {
    const [row] = await db.query<{ id: number }>(
      'INSERT INTO products (code, name, price, terms) VALUES ($1, $2, $3, $4) RETURNING id',
      [code, name, price, terms ?? null],
    );
    productIds.push(row!.id);
  }
  for (const { code, kind, value, maxUses } of VOUCHERS) {
    await db.query('INSERT INTO vouchers (code, kind, value, max_uses) VALUES ($1, $2, $3, $4)', [
      code,
      kind,
      value,
      maxUses,
    ]);
  }
  return { sandbox, client, bot, admin, owner, cluster, keeper, db, productIds };
}
