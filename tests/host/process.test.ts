import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type HostedShop,
  type HostProcess,
  hostedShop,
  PRODUCT,
  sell,
  spawnHost,
  tempFolder,
} from '../support/host.ts';
import { freePorts } from '../support/ports.ts';
import { buyHeldInDelivery } from '../support/store.ts';

let folder: Awaited<ReturnType<typeof tempFolder>>;
let shops: HostedShop[] = [];
let host: HostProcess | undefined;
beforeEach(async () => {
  folder = await tempFolder();
  await mkdir(join(folder.path, 'shard'));
});
afterEach(async () => {
  host?.kill('SIGKILL');
  await host?.exited;
  for (const { shop } of shops) await shop.close();
  shops = [];
  await folder.remove();
});

async function open(slug: string): Promise<HostedShop> {
  const made = await hostedShop(slug, folder.path);
  shops.push(made);
  return made;
}

test('a host that is killed comes back with its stores by itself, and nothing is delivered twice', async () => {
  const ports = await freePorts(2);
  const start = () => spawnHost(join(folder.path, 'shard'), ports);
  const [sari, budi, tono] = [await open('sari'), await open('budi'), await open('tono')];
  host = await start();
  for (const { slug, spec } of shops) await host.of('PUT', `/stores/${slug}`, spec);
  await host.of('POST', '/stores/tono/stop', { graceSeconds: 10 });
  // Each store has an order in delivery when the process dies.
  const bought = [];
  for (const { shop } of [sari, budi]) {
    const { chat } = await shop.customer();
    const { filling } = await buyHeldInDelivery(shop.client, chat, PRODUCT);
    bought.push({ chat, filling });
  }
  host.kill('SIGKILL');
  expect((await host.exited).signal).toBe('SIGKILL');
  host = await start();
  for (const { filling } of bought) await filling.release();
  for (const [n, { shop, slug }] of [sari, budi].entries()) {
    const { chat } = bought[n]!;
    await chat.waitFor(`${slug}-1`, { since: 0 });
    expect((await chat.messages()).filter(({ text }) => text.includes(`${slug}-2`))).toEqual([]);
    await expect.poll(() => shop.database.db.query("SELECT 1 FROM orders WHERE status = 'delivered'")).toHaveLength(1);
    expect(await shop.database.db.query("SELECT 1 FROM stock_units WHERE status = 'sold'")).toHaveLength(1);
  }
  expect(await host.of('GET', '/stores/tono')).toMatchObject({ state: 'exited' });
  expect(await sell(sari)).toContain('sari-2');
  // It lets go of everything at a signal: each store can be run by hand, and is taken over by nobody's leave.
  host.kill('SIGTERM');
  expect(await host.exited).toEqual({ code: 0, signal: null });
  for (const { shop } of [sari, budi, tono]) {
    expect(await shop.database.db.query('SELECT 1 FROM store_lease WHERE holder IS NOT NULL')).toEqual([]);
  }
});

test('a token that is too short ends the start, and is not shown', () => {
  const entry = join(import.meta.dirname, '..', '..', 'tenant-runtime', 'main.ts');
  const env = { ...process.env, HOST_TOKEN: 'pendek-sekali', LISTEN_TELEGRAM_PORT: 'x' };
  const ended = spawnSync(process.execPath, [entry], { env, encoding: 'utf8', cwd: folder.path });
  expect(ended.status).toBe(78);
  expect(ended.stderr).toContain('HOST_TOKEN: expected 32 to 256 letters');
  expect(ended.stderr).toContain('LISTEN_TELEGRAM_PORT: expected a whole number');
  expect(ended.stdout + ended.stderr).not.toContain('pendek-sekali');
});
