import pino from 'pino';
import { createDb, type Db } from '../../kernel/db.ts';
import { noFailpoint } from '../../kernel/failpoint.ts';
import { createJobs } from '../../kernel/jobs.ts';
import { createApi } from '../../tenant-runtime/bot/telegram.ts';
import { composeServices, QUEUES, type Services } from '../../tenant-runtime/composition/index.ts';
import { storeModules } from '../../tenant-runtime/composition/modules.ts';
import { parseTenantConfig } from '../../tenant-runtime/config.ts';
import { createMetrics } from '../../tenant-runtime/metrics.ts';
import type { TestStore } from './store.ts';

export type SecondModules = {
  modules: Services;
  db: Db;
  /** The names of all wizards in the house. */
  wizards(): string[];
  close(): Promise<void>;
};

/**
 * The modules of a store without its door: a second process at the same database. One person's updates wait for each other
 * in a store; here they do not.
 */
export async function openRooms(shop: TestStore, connections = 10): Promise<SecondModules> {
  const config = parseTenantConfig(shop.env);
  const log = pino({ level: 'silent' });
  const db = createDb({ connectionString: config.env.DATABASE_URL, max: connections });
  const jobs = createJobs({ connectionString: config.env.DATABASE_URL, schema: 'jobs', queues: QUEUES, log });
  const api = createApi(config.env.TELEGRAM_BOT_TOKEN, config.env.TELEGRAM_API_ROOT);
  const modules = composeServices({
    config,
    db,
    jobs,
    activator: () => () => {},
    api,
    ownerApi: undefined,
    metrics: createMetrics('test'),
    clock: shop.clock,
    log,
    failpoint: noFailpoint,
  });
  await jobs.start();
  return {
    modules,
    db,
    wizards() {
      storeModules(modules);
      return modules.wizards.names();
    },
    async close() {
      await jobs.stop();
      await db.close();
    },
  };
}
