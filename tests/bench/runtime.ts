import { join } from 'node:path';
import { type RuntimeProcess, startRuntime } from '../support/runtime-process.ts';
import type { Bench } from './bench.ts';

export const SECRET = 'rahasia-webhook-tolok-ukur';
const PROJECT = 'bench';
/** Only for goods that nobody sees. */
export const ENCRYPTION_KEY = Buffer.alloc(32, 7).toString('base64');

type World = Pick<Bench, 'outsideUrl' | 'scratch'>;

/** bot.env of a store of the benchmark, with everything else as it ships. */
export function storeEnvironment({ outsideUrl, scratch }: World, databaseUrl: string, mode: 'webhook' | 'polling') {
  return {
    TELEGRAM_BOT_TOKEN: `7000:${'b'.repeat(35)}`,
    TELEGRAM_ADMIN_IDS: '1',
    TELEGRAM_OWNER_IDS: '2',
    TELEGRAM_API_ROOT: outsideUrl,
    TELEGRAM_MODE: mode,
    ...(mode === 'webhook'
      ? { TELEGRAM_WEBHOOK_URL: 'http://127.0.0.1:1/bench/telegram', TELEGRAM_WEBHOOK_SECRET: SECRET }
      : {}),
    DATABASE_URL: databaseUrl,
    PAKASIR_PROJECT_SLUG: PROJECT,
    PAKASIR_API_KEY: 'kunci',
    PAKASIR_API_BASE: outsideUrl,
    STORE_SLUG: 'bench',
    BOT_STORE_NAME: 'Toko Bench',
    DATA_ENCRYPTION_KEY: ENCRYPTION_KEY,
    HOST: '127.0.0.1',
    LISTEN_TELEGRAM_PORT: '0',
    LISTEN_PAKASIR_PORT: '0',
    // As the drivers start a store; the yardsticks get it too.
    NODE_COMPILE_CACHE: join(scratch, 'compile-cache'),
    // How fast the store is, and not how much Telegram would take.
    TELEGRAM_MESSAGES_PER_SECOND: '1000',
    LOG_DIR: join(scratch, 'logs', new URL(databaseUrl).pathname),
  };
}

export type BenchRuntime = { pid: number; telegramUrl: string; paymentUrl: string; stop(): Promise<void> };

const running = new Set<RuntimeProcess>();

/** Ends stores that an interruption left running. */
export async function killStores(): Promise<void> {
  for (const store of running) store.kill('SIGKILL');
  await Promise.all([...running].map(({ exited }) => exited));
}

/** Starts the real runtime as a process of its own, as the drivers do. */
export async function startStore(
  world: World,
  databaseUrl: string,
  mode: 'webhook' | 'polling',
): Promise<BenchRuntime> {
  const store: RuntimeProcess = await startRuntime(storeEnvironment(world, databaseUrl, mode));
  running.add(store);
  const open = store
    .output()
    .split('\n')
    .find((line) => line.includes('store is open'));
  const { telegramPort, pakasirPort } = JSON.parse(open as string);
  return {
    pid: store.pid,
    telegramUrl: `http://127.0.0.1:${telegramPort}/telegram`,
    paymentUrl: `http://127.0.0.1:${pakasirPort}/webhooks/pakasir`,
    async stop() {
      store.kill('SIGTERM');
      await store.exited;
      running.delete(store);
    },
  };
}
