import { randomBytes } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import Docker from 'dockerode';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { createDb, type Db } from '../../kernel/db.ts';
import { shortId } from '../../kernel/ids.ts';
import { createSandboxClient } from '../../sandbox/client.ts';
import { upgradeWithout } from '../control-plane/support/pg-tools.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';
import { dockerAvailable, TEST_IMAGE } from '../support/docker.ts';
import { type Shoppers, sendShoppers, stockUp } from '../support/shoppers.ts';

const available = await dockerAvailable(TEST_IMAGE);
const docker = new Docker();

const LATE = `
  const ask = () => fetch('http://127.0.0.1:8080/readyz').then(({ ok }) => ok && setTimeout(() => process.exit(9), 2000));
  setInterval(() => ask().catch(() => {}), 300);`;

/** What each image changes about the real one, by its tag. The last of them also widens the schema before it dies. */
const VARIANTS = {
  good: [],
  never: ['ENTRYPOINT ["node", "-e", "setInterval(() => {}, 1000)"]'],
  migration: [
    "RUN echo '-- Fails.' > migrations/tenant/9999_broken.sql && echo 'SELECT 1/0;' >> migrations/tenant/9999_broken.sql",
  ],
  late: [
    "RUN echo 'ALTER TABLE products ADD COLUMN of_the_future text;' > migrations/tenant/9998_wider.sql",
    `ENTRYPOINT ["node", "--import", "data:text/javascript,${encodeURIComponent(LATE)}", "tenant-runtime/main.ts"]`,
  ],
} as const;
const repository = `lapak-upgrade-${shortId(6).toLowerCase()}`;
const imageOf = (variant: keyof typeof VARIANTS) => `${repository}:${variant}`;

/** Each line a layer over the image of the real runtime. */
async function build(variant: keyof typeof VARIANTS): Promise<void> {
  const lines = [`FROM ${TEST_IMAGE}`, `LABEL lapak.test=${variant}`, 'USER root', ...VARIANTS[variant], 'USER node'];
  const args = ['build', '--quiet', '--network', 'none', '-t', imageOf(variant), '-'];
  await execa('docker', args, { input: `${lines.join('\n')}\n`, env: { DOCKER_BUILDKIT: '0' } });
}

describe.skipIf(!available.available)('an upgrade while customers buy', { timeout: 180_000 }, () => {
  let plane: TestPlane;
  let tenant: Tenant;
  let db: Db;
  let shoppers: Shoppers;
  let good: string;

  beforeAll(async () => {
    for (const variant of Object.keys(VARIANTS) as (keyof typeof VARIANTS)[]) await build(variant);
    plane = await startPlane({
      env: {
        LAPAK_DRIVER: 'docker',
        LAPAK_IMAGE: imageOf('good'),
        LAPAK_NETWORK: repository,
        LAPAK_TENANT_READY_TIMEOUT: '20',
        LAPAK_UPGRADE_WATCH: '5',
      },
    });
    // The user of the containers passes through; mkdtemp lets in only its maker.
    await chmod(plane.home, 0o755);
    const client = createSandboxClient(plane.sandboxUrl);
    await client.pakasir.createProject({ slug: 'demo', apiKey: 'kunci-rahasia' });
    const bot = plane.newBot();
    const dataKey = randomBytes(32).toString('base64');
    tenant = await plane.api.open({
      telegramBotToken: bot.token,
      image: TEST_IMAGE,
      pakasir: { slug: 'demo', apiKey: 'kunci-rahasia' },
      env: { DATA_ENCRYPTION_KEY: dataKey },
    });
    db = createDb({ connectionString: plane.databaseUrl(tenant.database), max: 2 });
    await stockUp(db, dataKey, 300);
    shoppers = await sendShoppers(client, bot, db);
  }, 240_000);
  afterAll(async () => {
    await db?.close();
    if (tenant) {
      const { body } = await plane.api.call<{ operation: Operation }>(
        'DELETE',
        `/v1/tenants/${tenant.store}?purge=true`,
      );
      await plane.api.ended(body.operation.id);
    }
    await plane?.close();
    await docker.getContainer(`${repository}-egress`).remove({ force: true });
    await docker.getNetwork(repository).remove();
    for (const variant of Object.keys(VARIANTS))
      await docker.getImage(`${repository}:${variant}`).remove({ force: true });
  });

  async function upgrade(image?: string): Promise<Operation> {
    const body = { ...(image === undefined ? {} : { image }), ...(await upgradeWithout()) };
    const at = `/v1/tenants/${tenant.store}/upgrade`;
    const accepted = await plane.api.call<{ operation: Operation }>('POST', at, body);
    expect(accepted.status).toBe(202);
    return plane.api.ended(accepted.body.operation.id);
  }

  async function expectServing(image: string, content: string): Promise<void> {
    const shown = await plane.api.tenant(tenant.store);
    expect(shown).toMatchObject({ state: 'running', image, imageId: content, operation: null });
    const found = await docker.listContainers({ all: true, filters: { label: [`lapak.tenant=${tenant.store}`] } });
    expect(found.map(({ Names, State }) => [Names, State])).toEqual([[[`/bot-${tenant.store}-qris`], 'running']]);
    expect(found[0]?.ImageID).toBe(content);
    const before = shoppers.paid();
    await expect.poll(() => shoppers.paid(), { timeout: 90_000 }).toBeGreaterThan(before);
  }

  test('an image that is not there is named, and nothing is touched', async () => {
    const { id } = (await plane.api.tenant(tenant.store)).observed;
    const operation = await upgrade('lapak-no-such-image:1');
    expect(operation).toMatchObject({ state: 'failed', error: { code: 'IMAGE_NOT_FOUND' } });
    expect(operation.error?.message).toContain('lapak-no-such-image:1 is not on this engine');
    expect(await plane.api.tenant(tenant.store)).toMatchObject({
      state: 'running',
      image: TEST_IMAGE,
      observed: { id },
    });
  });

  test('a good image serves', async () => {
    good = (await docker.getImage(imageOf('good')).inspect()).Id;
    expect(await upgrade()).toMatchObject({ state: 'succeeded' });
    await expectServing(imageOf('good'), good);
    // From here on the name is another's; the way back leads to what the store ran all the same.
    await docker.getImage(TEST_IMAGE).tag({ repo: repository, tag: 'good' });
  });

  test.each([
    ['never gets ready', 'never', 'does not answer'],
    ['fails at its migration', 'migration', 'division by zero'],
    ['ends a while after it was ready', 'late', 'exit code 9'],
  ] as const)('one that %s gives way to the one before', async (_, variant, why) => {
    const operation = await upgrade(imageOf(variant));
    expect(operation).toMatchObject({ state: 'failed', error: { code: 'UPGRADE_ROLLED_BACK' } });
    expect(operation.error?.message).toContain(why);
    await expectServing(imageOf('good'), good);
  });

  test('the schema may be wider than the image knows, and whatever was paid was delivered', async () => {
    const wider = await db.query("SELECT 1 FROM information_schema.columns WHERE column_name = 'of_the_future'");
    expect(wider).toHaveLength(1);
    await shoppers.goHome();
  });
});
