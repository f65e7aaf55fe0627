import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STABLE_MS } from '../../control-plane/monitoring/health/judge.ts';
import { eventually } from '../control-plane/support/eventually.ts';
import { type Alarms, aboutStore, BUTTONS, type Shop, said, startAlarms } from './alarms.ts';

let drill: Alarms;
let shop: Shop;
beforeAll(async () => {
  drill = await startAlarms();
  shop = await drill.openShop('Warung Sari');
}, 120_000);
afterAll(() => drill?.close());

const stateOf = async (store: string) => (await drill.plane.api.tenant(store)).state;
const reports = (store: string) =>
  drill.plane.db.query<{ occasion: string }>(
    'SELECT occasion FROM health_checks h JOIN tenants t ON t.id = h.tenant_id WHERE t.store = $1',
    [store],
  );

test('a store that is killed is up again and sells, and wakes nobody', async () => {
  const { store } = shop.tenant;
  const [pid] = (await shop.pids()) as [number];
  const seen = (await reports(store)).length;
  process.kill(pid, 'SIGKILL');
  await eventually(async () => {
    const pids = await shop.pids();
    expect(pids).toHaveLength(1);
    expect(pids).not.toContain(pid);
    expect(await stateOf(store)).toBe('running');
  }, 60_000);
  await shop.sell();
  // It was looked at, of its own accord and once more, and found to have crashed.
  await eventually(async () => expect((await reports(store)).length).toBeGreaterThan(seen), 60_000);
  await drill.check(shop.tenant);
  const [crashes] = await drill.plane.db.query<{ crashes: number }>(
    'SELECT crashes FROM tenant_health h JOIN tenants t ON t.id = h.tenant_id WHERE t.store = $1',
    [store],
  );
  expect(crashes).toEqual({ crashes: 1 });
  expect(await drill.chat()).toEqual([]);
}, 180_000);

test('a store that crashes again and again is told once with how it ended, and once when it is over', async () => {
  const tenant = await drill.open('late');
  const { store } = tenant;
  await eventually(async () => {
    const open = await drill.plane.db.query('SELECT FROM incidents WHERE store = $1 AND closed_at IS NULL', [store]);
    expect(open).toHaveLength(1);
  }, 90_000);
  await shop.sell();
  await writeFile(join(tenant.folder, 'mended'), '');
  await eventually(async () => expect(await stateOf(store)).toBe('running'), 60_000);
  await drill.check(tenant);
  await drill.check(tenant);
  drill.advance(STABLE_MS + 1_000);
  await eventually(async () => {
    await drill.check(tenant);
    expect(await drill.plane.db.query('SELECT FROM incidents WHERE closed_at IS NULL')).toEqual([]);
  }, 60_000);
  const [loop, ...rest] = await drill.chat();
  expect(loop?.replace(/(\n *cannot go on)+/, '\n   cannot go on')).toMatch(
    new RegExp(
      said(
        aboutStore(tenant),
        '🚨 Toko mati berulang kali',
        '\\d crashes without 10 good minutes in between\\.',
        'ended with exit code 4; now .*',
        'cannot go on',
        ...BUTTONS.map((row) => RegExp.escape(row)),
      ),
    ),
  );
  expect(rest).toEqual([said(aboutStore(tenant), '✅ Toko berjalan stabil lagi · setelah <lama>')]);
}, 240_000);

test('a token that Telegram takes back is told once, and once when it is good again; the store is left to run and sells on', async () => {
  const { tenant, token } = shop;
  const pids = await shop.pids();
  const { faults } = drill.client;
  await faults.add({ target: 'telegram', kind: '401', token, times: 'always' });
  await faults.add({ target: 'telegram', kind: '401', method: 'getUpdates', token, times: 'always' });
  for (let n = 0; n < 4; n++) await drill.check(tenant);
  await eventually(async () => expect(await stateOf(tenant.store)).toBe('degraded'), 30_000);
  await faults.clear();
  await eventually(async () => {
    await drill.check(tenant);
    expect(await stateOf(tenant.store)).toBe('running');
  }, 60_000);
  await shop.sell();
  expect(await shop.pids()).toEqual(pids);
  expect(await drill.chat()).toEqual([
    said(
      aboutStore(tenant),
      '🔴 Pemeriksaan kesehatan gagal',
      'telegram: Telegram does not know this bot token. Copy it again from @BotFather.',
      ...BUTTONS,
    ),
    said(aboutStore(tenant), '✅ Toko sehat lagi · setelah <lama>'),
  ]);
}, 180_000);
