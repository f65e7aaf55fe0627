import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseTenantConfig } from '../../tenant-runtime/config.ts';
import { createStore } from '../../tenant-runtime/store.ts';
import { type HostedShop, hostedShop, hostHere, PRODUCT, sell, tempFolder } from '../support/host.ts';
import { keptLog } from '../support/last-lines.ts';
import { buyHeldInDelivery } from '../support/store.ts';

let folder: Awaited<ReturnType<typeof tempFolder>>;
let host: Awaited<ReturnType<typeof hostHere>>;
let shops: HostedShop[] = [];
beforeEach(async () => {
  folder = await tempFolder();
  host = await hostHere(join(folder.path, 'shard'));
});
afterEach(async () => {
  await host.stop();
  for (const { shop } of shops) await shop.close();
  shops = [];
  await folder.remove();
});

async function open(slug: string): Promise<HostedShop> {
  const made = await hostedShop(slug, folder.path);
  shops.push(made);
  return made;
}
const start = ({ slug, spec }: HostedShop) => host.of('PUT', `/stores/${slug}`, spec);
const stateOf = async (slug: string) => (await host.of('GET', `/stores/${slug}`)).state;
const at = (port: number, path: string) => fetch(`http://127.0.0.1:${port}${path}`, { keepalive: false });

test('two stores of one process sell side by side, and each is found by its path and by its ports', async () => {
  const [sari, budi] = [await open('sari'), await open('budi')];
  for (const each of [sari, budi]) expect(await start(each)).toMatchObject({ state: 'running', restarts: 0 });
  // One gateway comes by the port of the store, the other by its path, as through an ingress.
  await budi.payTo(`http://127.0.0.1:${host.ports.pakasirPort}/budi/webhooks/pakasir`);
  expect(await Promise.all([sell(sari), sell(budi)])).toEqual([
    expect.stringContaining('sari-1'),
    expect.stringContaining('budi-1'),
  ]);
  for (const { slug, spec } of [sari, budi]) {
    for (const [port, prefix] of [
      [host.ports.telegramPort, `/${slug}`],
      [spec.ports.telegram, ''],
    ] as const) {
      expect(await (await at(port, `${prefix}/metrics`)).text()).toContain(`store="${slug}"`);
      expect(await (await at(port, `${prefix}/readyz`)).json()).toMatchObject({ ready: true });
      expect((await at(port, `${prefix}/healthz`)).status).toBe(200);
      expect((await at(port, `${prefix}/backlog`)).status).toBe(200);
    }
    // What it says is where its driver reads it; what it says by day is below its own folder.
    expect(await readFile(join(spec.folder, 'logs', 'runtime', 'output.log'), 'utf8')).toContain(
      '"msg":"store is open"',
    );
    expect(await readFile(join(spec.folder, 'logs', 'runtime', `${jakarta()}.log`), 'utf8')).toContain('store is open');
  }
  // The port of one store leads to no other.
  expect((await at(sari.spec.ports.telegram, '/budi/metrics')).status).toBe(404);
  expect((await at(sari.spec.ports.telegram, '/_host/stores')).status).toBe(404);
});

const jakarta = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Jakarta', dateStyle: 'short' }).format();

test('a store that takes webhooks gets them below its name', async () => {
  const sari = await open('sari');
  await sari.configure({
    TELEGRAM_WEBHOOK_URL: `http://127.0.0.1:${host.ports.telegramPort}/sari/telegram`,
    TELEGRAM_WEBHOOK_SECRET: 'rahasia-webhook-uji-coba',
  });
  await start(sari);
  expect(await sell(sari)).toContain('sari-1');
  const forged = await fetch(`http://127.0.0.1:${host.ports.telegramPort}/sari/telegram`, {
    method: 'POST',
    body: '{}',
  });
  expect(forged.status).toBe(401);
});

test('a store with a broken bot.env and one whose database is away harm no other, and come back by themselves', async () => {
  const [sari, budi, tono] = [await open('sari'), await open('budi'), await open('tono')];
  await budi.configure({ TELEGRAM_BOT_TOKEN: 'no token' });
  await tono.configure({ DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' });
  await Promise.all(shops.map(start));
  expect(await stateOf('sari')).toBe('running');
  expect(await sell(sari)).toContain('sari-1');
  const broken = await host.of('GET', '/stores/budi');
  expect(broken.exit?.error).toContain('TELEGRAM_BOT_TOKEN: expected a bot token');
  const output = await readFile(join(budi.spec.folder, 'logs', 'runtime', 'output.log'), 'utf8');
  expect(output).toContain('TELEGRAM_BOT_TOKEN: expected a bot token');
  expect((await host.of('GET', '/stores/tono')).exit?.error).toContain('ECONNREFUSED');
  for (const each of [budi, tono]) await each.configure({});
  await expect.poll(() => Promise.all([stateOf('budi'), stateOf('tono')])).toEqual(['running', 'running']);
  expect(await sell(budi)).toContain('budi-1');
  expect(await sell(tono)).toContain('tono-1');
});

test('the bot.env of another store is not taken for this one', async () => {
  const sari = await open('sari');
  const answer = await host.of('PUT', '/stores/other', sari.spec);
  expect(answer.exit?.error).toContain('STORE_SLUG: expected other');
});

test('a store that is killed in a delivery is back at once, and delivers once', async () => {
  const sari = await open('sari');
  const before = await start(sari);
  const { shop } = sari;
  const { chat } = await shop.customer();
  const { filling } = await buyHeldInDelivery(shop.client, chat, PRODUCT);
  await host.of('POST', '/stores/sari/kill');
  await expect.poll(() => stateOf('sari')).toBe('running');
  await filling.release();
  await chat.waitFor('sari-1', { since: 0 });
  expect(await host.of('GET', '/stores/sari')).toMatchObject({ restarts: 1, exit: { error: 'killed' } });
  expect((await host.of('GET', '/stores/sari')).run).not.toBe(before.run);
  expect((await chat.messages()).filter(({ text }) => text.includes('sari-2'))).toEqual([]);
  expect(await shop.database.db.query("SELECT 1 FROM stock_units WHERE status = 'sold'")).toHaveLength(1);
  // It goes on.
  expect(await sell(sari)).toContain('sari-2');
});

test('one that another runtime takes over waits for it, and serves again after it', async () => {
  const [sari, budi] = [await open('sari'), await open('budi')];
  await Promise.all([start(sari), start(budi)]);
  const elsewhere = createStore(parseTenantConfig(sari.shop.env), {
    log: keptLog('the store elsewhere'),
    claim: { generation: 2 },
  });
  await elsewhere.start();
  await expect.poll(() => stateOf('sari')).not.toBe('running');
  expect(await sell(budi)).toContain('budi-1');
  expect(await stateOf('budi')).toBe('running');
  await elsewhere.stop();
  await expect.poll(() => stateOf('sari')).toBe('running');
  expect(await sell(sari)).toContain('sari-1');
});

test('one that waits for another runtime can be stopped and removed', async () => {
  const sari = await open('sari');
  const elsewhere = createStore(parseTenantConfig(sari.shop.env), {
    log: keptLog('the store elsewhere'),
    claim: { generation: 2 },
  });
  await elsewhere.start();
  void start(sari);
  await expect
    .poll(() => readFile(join(sari.spec.folder, 'logs', 'runtime', 'output.log'), 'utf8').catch(() => ''))
    .toContain('another runtime holds the store');
  expect(await host.of('POST', '/stores/sari/stop', { graceSeconds: 10 })).toMatchObject({ state: 'exited' });
  expect((await host.ask('DELETE', '/stores/sari')).status).toBe(204);
  expect((await host.ask('GET', '/stores/sari')).status).toBe(404);
  await elsewhere.stop();
});
