import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { createDb, type Db } from '../../../kernel/db.ts';
import { pageConfig } from '../../../web/vite.config.ts';
import type { Bench } from '../bench.ts';
import { startWorker } from '../worker.ts';

const DATABASE = 'bench_console';

/** The console as it ships, in a browser that is signed in, over a control database that the measure fills. */
export type Stage = {
  db: Db;
  url: string;
  key: string;
  /** Process of the control plane. */
  pid: number;
  context: BrowserContext;
  /** Opens a path of the console in a new tab. */
  open(path: string): Promise<Page>;
  /** The log of a store. */
  logOf(store: string): string;
  /** Adds rows of stores that were opened long ago, in every state. */
  fill(from: number, to: number): Promise<void>;
};

export const storeAt = (index: number): string => `toko-${String(index).padStart(5, '0')}`;

export async function startStage(bench: Bench): Promise<Stage> {
  const home = join(bench.scratch, 'console');
  const dist = join(bench.scratch, 'console-pages');
  const deployments = join(home, 'deployments');
  const pages = pageConfig('console');
  await build({ ...pages, build: { ...pages.build, outDir: dist } });
  const plane = await startWorker(join(import.meta.dirname, 'plane.ts'), {
    LAPAK_HOME: home,
    LAPAK_PORT: '0',
    LAPAK_DEPLOYMENTS: deployments,
    LAPAK_CONTROL_DATABASE: DATABASE,
    DATABASE_URL: bench.cluster.clusterUrl,
    TELEGRAM_API_ROOT: bench.outsideUrl,
    PAKASIR_API_BASE: bench.outsideUrl,
    BENCH_CONSOLE_DIST: dist,
    // Nothing stands behind the rows that could be saved or checked.
    ENABLE_AUTO_BACKUP: 'false',
    ENABLE_AUTO_HEALTHCHECK: 'false',
  });
  bench.atEnd(() => plane.stop());
  const url = await plane.ask<string>({ kind: 'url' });
  const { apiKey: key } = JSON.parse(await readFile(join(home, 'cli.json'), 'utf8'));
  const db = createDb({ connectionString: bench.cluster.urlOf(DATABASE), max: 2 });
  bench.atEnd(() => db.close());
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  bench.atEnd(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1440, height: 860 }, locale: 'id-ID' });
  context.setDefaultTimeout(300_000);
  const stage: Stage = {
    db,
    url,
    key,
    pid: plane.pid,
    context,
    async open(path) {
      const page = await context.newPage();
      await page.goto(`${url}/console${path}`);
      return page;
    },
    logOf: (store) => join(deployments, store, 'logs', 'runtime', 'output.log'),
    async fill(from, to) {
      await db.query(FILL, [from, to]);
      await db.query('ANALYZE tenants');
    },
  };
  const page = await stage.open('');
  await page.getByLabel('Kunci API').fill(key);
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  await page.locator('main#content h1').first().waitFor();
  await page.close();
  return stage;
}

const FILL = `
  INSERT INTO tenants (id, store, gateway, store_name, driver, image, mode, desired_state, admin_ids, owner_ids, pakasir_slug,
         memory_mb, cpus, pids, env, bot_id, bot_username, generation, revision, state, reason, provisioned_at, paid_until,
         created_at, updated_at)
  SELECT gen_random_uuid(), 'toko-' || lpad(n::text, 5, '0'), 'qris', 'Warung Serba Ada ' || n, 'process',
         'lapak/tenant-runtime:1.' || n % 4, 'polling', 'stopped', '{1}', '{}', 'bench', 256, 0.5, 128, '{}', 5000000 + n,
         'warung_' || n || '_bot', 1, 1,
         CASE WHEN n % 23 = 7 THEN 'failed' WHEN n % 17 = 5 THEN 'degraded' WHEN n % 11 = 3 THEN 'suspended' ELSE 'stopped' END,
         CASE WHEN n % 23 = 7 THEN 'Its database does not answer: connection refused.' END, now(),
         CASE WHEN n % 5 > 0 THEN now() + (n % 97 - 7) * interval '1 day' END,
         now() - n % 400 * interval '1 day', now() - n % 7 * interval '1 day'
    FROM generate_series($1::int, $2::int - 1) n`;
