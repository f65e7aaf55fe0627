import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChatClient, createSandboxClient } from '../../sandbox/client.ts';
import { createControlPlane as createReporter } from '../../tenant-runtime/modules/delivery/owner-events/index.ts';
import { freePort } from '../support/ports.ts';
import { newSlug } from './support/api.ts';
import { startPlane, type TestPlane } from './support/plane.ts';
import { ALERT_TOKEN, event, type Reports, startReports } from './support/reports.ts';

let plane: TestPlane;
let owner: ChatClient;
let open: Reports['open'];
beforeAll(async () => {
  ({ plane, owner, open } = await startReports());
});
afterAll(() => plane.close());

test('what a store reports is told to its owner once, however often it is reported', async () => {
  const shop = await open({ storeName: 'Warung <A> & B' });
  expect(shop.url).toBe(plane.url);
  const reporter = createReporter(shop);
  const events = [event('💸 Pesanan <code>tg1-a</code> lunas'), event('💸 Pesanan <code>tg1-b</code> lunas')];
  expect(await reporter.report(events)).toBe('taken');
  expect(await reporter.report(events)).toBe('taken');
  const told = await owner.waitFor('Pesanan tg1-b lunas', { since: 0 });
  expect(told.text).toContain('Warung <A> & B');
  expect(await reporter.report([event('penanda akhir')])).toBe('taken');
  await owner.waitFor('penanda akhir', { since: 0 });
  const all = (await owner.messages()).map((message) => message.text).join('\n');
  expect(all.split('tg1-a')).toHaveLength(2);
  const listed = await plane.api.call<{ events: { text: string }[] }>('GET', `/v1/tenants/${shop.store}/events`);
  expect(listed.body.events.map(({ text }) => text)).toEqual([
    'penanda akhir',
    '💸 Pesanan <code>tg1-b</code> lunas',
    '💸 Pesanan <code>tg1-a</code> lunas',
  ]);
});

test("only the store's own token opens its door, and it opens nothing else", async () => {
  const [one, other] = [await open(), await open()];
  const body = { events: [event('palsu')] };
  const path = `/v1/tenants/${one.store}/events`;
  for (const token of [null, other.token, `${one.token}x`, plane.api.key]) {
    const refused = await plane.api.as(token).call('POST', path, body);
    expect([refused.status, refused.body.code]).toEqual([401, 'UNAUTHENTICATED']);
  }
  expect((await plane.api.as(one.token).call('GET', path)).status).toBe(401);
  expect((await plane.api.as(one.token).call('GET', '/v1/tenants')).status).toBe(401);
  expect((await plane.api.as(one.token).call('POST', '/v1/tenants/nothing-here/events', body)).status).toBe(401);
  expect(await plane.db.query('SELECT id FROM tenant_events WHERE text = $1', ['palsu'])).toEqual([]);
});

test('an owner who did not start the alert bot is told by the store, until the bot reaches them', async () => {
  const client = createSandboxClient(plane.sandboxUrl);
  const late = await client.createUser({ firstName: 'Terlambat' });
  const shop = await open({ ownerIds: [late.id] });
  const reporter = createReporter(shop);
  expect(await reporter.report([event('belum')])).toBe('refused');
  await client.waitForCalls({ method: 'sendMessage', chatId: late.id });
  expect(await reporter.report([event('masih belum')])).toBe('refused');
  const chat = late.chatWith({ id: Number(ALERT_TOKEN.split(':')[0]) });
  await chat.send('/start');
  // Refused or taken: what was still queued when they started the bot may have reached them by now.
  await reporter.report([event('sekarang')]);
  await chat.waitFor('sekarang', { since: 0 });
  await expect.poll(() => reporter.report([event('lagi')])).toBe('taken');
});

test('a store without owners is told that nobody was told, and so speaks for itself', async () => {
  const shop = await open({ ownerIds: [] });
  expect(await createReporter(shop).report([event('sunyi')])).toBe('refused');
});

test('the owner is told when Telegram is back, and also after a restart of the control plane', async () => {
  const shop = await open();
  const client = createSandboxClient(plane.sandboxUrl);
  const away = await client.faults.add({
    target: 'telegram',
    kind: '5xx',
    status: 500,
    times: 'always',
    method: 'sendMessage',
  });
  expect(await createReporter(shop).report([event('setelah badai')])).toBe('taken');
  await client.waitForCalls({ method: 'sendMessage' });
  await plane.restart();
  await away.remove();
  await owner.waitFor('setelah badai', { since: 0 });
});

test('without an alert bot the stores are given no address to report to', async () => {
  const silent = await startPlane({ env: { LAPAK_PORT: String(await freePort()) } });
  const tenant = await silent.api.open({ store: newSlug(), telegramBotToken: silent.newBot().token });
  const file = await readFile(join(silent.deployments, `bot-${tenant.store}-qris`, 'bot.env'), 'utf8');
  expect(parseEnv(file)).not.toHaveProperty('CONTROL_PLANE_URL');
  expect(parseEnv(file)).not.toHaveProperty('CONTROL_PLANE_TOKEN');
  await silent.close();
});

test('the listener for reports takes them, and knows no other route', async () => {
  const port = await freePort();
  const own = await startPlane({ env: { LAPAK_REPORTS_PORT: String(port), OWNER_BOT_TOKEN: ALERT_TOKEN } });
  try {
    const tenant = await own.api.open({ store: newSlug(), telegramBotToken: own.newBot().token });
    const { CONTROL_PLANE_URL: url = '', CONTROL_PLANE_TOKEN: token = '' } = parseEnv(
      await readFile(join(tenant.folder, 'bot.env'), 'utf8'),
    );
    expect(url).toBe(`http://127.0.0.1:${port}`);
    const reporter = createReporter({ store: tenant.store, url, token });
    await reporter.report([event('terlapor')]);
    const key = { headers: { authorization: `Bearer ${own.api.key}` } };
    for (const path of ['/v1/tenants', '/healthz', '/openapi.json', '/metrics', `/v1/tenants/${tenant.store}/events`]) {
      expect((await fetch(`${url}${path}`, key)).status, path).toBe(404);
    }
  } finally {
    await own.close();
  }
});
