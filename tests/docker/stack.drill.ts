import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDb, type Db } from '../../kernel/db.ts';
import { createSandboxClient, type SandboxClient } from '../../sandbox/client.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { newSlug } from '../control-plane/support/api.ts';
import { composeCommand } from '../rendering/compose.ts';
import { noCaddy } from '../support/caddy.ts';
import { BASE_IMAGE, dockerAvailable, TEST_IMAGE } from '../support/docker.ts';
import { stockUp } from '../support/shoppers.ts';
import { CONTROL_IMAGE, type Stack, setUpStack } from './stack.ts';

const { available } = await dockerAvailable(BASE_IMAGE, TEST_IMAGE, CONTROL_IMAGE);
const skipped = !available || !(await composeCommand()) || Boolean(noCaddy) || notRoot();
const PATIENCE = { timeout: 120_000 };
const STORE = newSlug();
const ALL_HEALTHY = { postgres: 'healthy', 'engine-proxy': 'healthy', 'control-plane': 'healthy', caddy: 'healthy' };

/** What the guide does with sudo; in CI it must be possible. */
function notRoot(): boolean {
  if (process.getuid?.() === 0) return false;
  if (process.env.CI) throw new Error('The test of the production stack must run in CI: only root can set it up');
  process.stderr.write('the test of the production stack is skipped: only root can set it up\n');
  return true;
}

describe.skipIf(skipped)('the production stack, set up as its guide says', { timeout: 900_000 }, () => {
  let sandbox: Sandbox;
  let client: SandboxClient;
  let bot: { id: number; token: string };
  let stack: Stack;
  let db: Db | undefined;

  beforeAll(async () => {
    sandbox = createSandbox();
    const { url } = await sandbox.listen(0, '0.0.0.0');
    client = createSandboxClient(url);
    bot = await client.createBot({});
    stack = await setUpStack({ sandboxUrl: url });
    const webhookUrl = `${stack.publicUrl}/${STORE}/webhooks/pakasir`;
    await client.pakasir.createProject({ slug: 'demo', apiKey: 'kunci-rahasia', webhookUrl });
  }, 240_000);
  afterAll(async () => {
    await db?.close();
    await stack?.close();
    await sandbox?.close();
  }, 120_000);

  /** A customer buys, pays and gets the goods; whatever Telegram and Pakasir post comes by way of Caddy. */
  async function buy(): Promise<void> {
    const chat = (await client.createUser({})).chatWith(bot);
    await chat.send('/start p_A');
    await chat.waitFor('📊 Stok');
    await chat.tap('🧺 Lanjut ke Keranjang');
    await chat.waitFor('Keranjang Belanja');
    await chat.tap('💳 Lanjut ke Pembayaran');
    await chat.waitFor('Pilih Metode Pembayaran');
    await chat.tap('💠 QRIS');
    const { text } = await chat.waitFor(/Invoice tg\d+-\w+[\s\S]*Bayar sebelum/);
    const ref = /tg\d+-\w+/.exec(text)?.[0] as string;
    await client.pakasir.pay(ref);
    await chat.waitFor(new RegExp(`Pembayaran Berhasil[\\s\\S]*${ref}`), { since: 0, timeoutMs: 60_000 });
  }

  test('all four become healthy', async () => {
    await expect.poll(() => stack.health(), PATIENCE).toEqual(ALL_HEALTHY);
  });

  test('a store opens from within the control plane, and sells by webhooks through Caddy', async () => {
    const secrets = ['-e', `LAPAK_BOT_TOKEN=${bot.token}`, '-e', 'LAPAK_PAKASIR_API_KEY=kunci-rahasia'];
    const create = ['lapak', 'tenant', 'create', STORE, '--store-name', 'Warung Sari', '--admin-ids', '42'];
    await stack.compose('exec', '-T', ...secrets, 'control-plane', ...create, '--pakasir-slug', 'demo');
    db = createDb({ connectionString: stack.databaseUrl(`db_${STORE}`), max: 1 });
    const env = await readFile(join(stack.root, 'deployments', `bot-${STORE}-qris`, 'bot.env'), 'utf8');
    await stockUp(db, /^DATA_ENCRYPTION_KEY="?([^"\n]+)"?$/m.exec(env)?.[1] as string, 10);
    expect(sandbox.telegram.bot(bot.id).webhook?.url).toBe(`${stack.publicUrl}/${STORE}/telegram`);
    await buy();
    expect((await fetch(`${stack.publicUrl}/${STORE}/metrics`)).status).toBe(404);
  });

  test('a lost control database comes back from its archive; the store sells meanwhile, and runs on as it is', async () => {
    await stack.lapak('backup', 'create', STORE);
    const { backup } = JSON.parse(await stack.lapak('backup', 'control-plane', '--json')) as {
      backup: { path: string };
    };
    const before = await stack.store(STORE);

    await stack.compose('stop', 'control-plane');
    const cluster = createDb({ connectionString: stack.databaseUrl('postgres'), max: 1 });
    await cluster.query('ALTER DATABASE lapak_control RENAME TO lapak_control_lost');
    await cluster.close();
    await buy();
    const recover = ['--entrypoint', 'lapak', 'control-plane', 'doctor', '--recover', backup.path];
    const said = await stack.compose('run', '--rm', ...recover);
    expect(said).toContain(`✓ ${STORE}: running`);
    await stack.compose('up', '-d');

    const shown = async () => JSON.parse(await stack.lapak('tenant', 'show', STORE, '--json').catch(() => '{}'));
    await expect
      .poll(shown, PATIENCE)
      .toMatchObject({ tenant: { state: 'running', observed: { id: before.Id, state: 'running' } } });
    const listed = JSON.parse(await stack.lapak('backup', 'list', STORE, '--json'));
    expect(listed).toMatchObject({ backups: [{ state: 'verified' }] });
    const after = await stack.store(STORE);
    expect([after.Id, after.State.StartedAt, after.RestartCount]).toEqual([before.Id, before.State.StartedAt, 0]);
    await buy();
    await expect.poll(() => stack.health(), PATIENCE).toEqual(ALL_HEALTHY);
  });
});
