import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { createDb, type Db } from '../../kernel/db.ts';
import { createSandboxClient, type SandboxClient } from '../../sandbox/client.ts';
import { createCaddy, noCaddy, type TestCaddy } from '../support/caddy.ts';
import { sendShoppers, stockUp } from '../support/shoppers.ts';
import { upgradeWithout } from './support/pg-tools.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

const RUNTIME = join(import.meta.dirname, '..', '..', 'tenant-runtime', 'main.ts');
if (noCaddy) process.stderr.write(`tests behind Caddy are skipped: ${noCaddy}\n`);

describe.skipIf(noCaddy !== undefined)(
  'a store behind Caddy is replaced while customers buy',
  { timeout: 180_000 },
  () => {
    let plane: TestPlane;
    let client: SandboxClient;
    let tenant: Tenant;
    let bot: { id: number; token: string };
    let db: Db;
    let caddy: TestCaddy;

    /** Within the test: Caddy's start polls. */
    async function open(): Promise<void> {
      caddy = await createCaddy();
      await caddy.start();
      plane = await startPlane({
        runtimeEntry: RUNTIME,
        env: {
          LAPAK_PUBLIC_URL: caddy.url,
          LAPAK_CADDY_ADMIN: caddy.admin,
          LAPAK_TENANT_READY_TIMEOUT: '60',
          LAPAK_UPGRADE_WATCH: '2',
        },
      });
      client = createSandboxClient(plane.sandboxUrl);
      bot = plane.newBot();
      const dataKey = randomBytes(32).toString('base64');
      const store = 'berganti';
      const webhookUrl = `${caddy.url}/${store}/webhooks/pakasir`;
      await client.pakasir.createProject({ slug: 'demo', apiKey: 'kunci-rahasia', webhookUrl });
      tenant = await plane.api.open({
        store,
        telegramBotToken: bot.token,
        pakasir: { slug: 'demo', apiKey: 'kunci-rahasia' },
        env: { DATA_ENCRYPTION_KEY: dataKey },
      });
      db = createDb({ connectionString: plane.databaseUrl(tenant.database), max: 2 });
      await stockUp(db, dataKey, 200);
    }
    afterAll(async () => {
      await db?.close();
      await plane?.close();
      await caddy?.close();
    });

    test('no update is refused, and whatever was paid is delivered', async () => {
      await open();
      const shoppers = await sendShoppers(client, bot, db);
      await expect.poll(() => shoppers.paid(), { timeout: 60_000 }).toBeGreaterThan(1);
      const gap = watchForGap(tenant.ports?.telegram ?? 0);
      const answer = await plane.api.call<{ operation: Operation }>(
        'POST',
        `/v1/tenants/${tenant.store}/upgrade`,
        await upgradeWithout(),
      );
      expect(await plane.api.ended(answer.body.operation.id)).toMatchObject({ state: 'succeeded' });
      const before = shoppers.paid();
      await expect.poll(() => shoppers.paid(), { timeout: 60_000 }).toBeGreaterThan(before);
      await shoppers.goHome();
      expect(await client.webhookInfo(bot)).toMatchObject({ pending_update_count: 0 });
      expect(await client.webhookInfo(bot)).not.toHaveProperty('last_error_message');
      const lasted = await gap();
      expect(lasted).toBeGreaterThan(0);
      process.stderr.write(`the store itself did not answer for ${lasted} ms\n`);
    });
  },
);

/** How long nobody answered at the port, in milliseconds. */
function watchForGap(port: number): () => Promise<number> {
  const end = new AbortController();
  const watched = (async () => {
    let longest = 0;
    let good = performance.now();
    while (!end.signal.aborted) {
      const answered = await fetch(`http://127.0.0.1:${port}/healthz`, {
        keepalive: false,
        signal: AbortSignal.timeout(5_000),
      }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (answered) {
        longest = Math.max(longest, performance.now() - good);
        good = performance.now();
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return Math.round(longest);
  })();
  return () => {
    end.abort();
    return watched;
  };
}
