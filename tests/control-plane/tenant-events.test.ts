import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '../../control-plane/api/contract/index.ts';
import { REPORT_BYTES_PER_DAY } from '../../control-plane/people/tenant-events/service.ts';
import { type ChatClient, createSandboxClient } from '../../sandbox/client.ts';
import { rawHtml } from '../../tenant-runtime/bot/html.ts';
import { createControlPlane as createReporter } from '../../tenant-runtime/modules/delivery/owner-events/index.ts';
import { freePort } from '../support/ports.ts';
import { newSlug } from './support/api.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

let plane: TestPlane;
let owner: ChatClient;
let ownerId: number;
let alertToken: string;

beforeAll(async () => {
  const port = await freePort();
  alertToken = `424242:${'z'.repeat(35)}`;
  plane = await startPlane({ env: { LAPAK_PORT: String(port), OWNER_BOT_TOKEN: alertToken } });
  const client = createSandboxClient(plane.sandboxUrl);
  const bot = await client.createBot({ token: alertToken });
  const person = await client.createUser({ firstName: 'Bos' });
  ownerId = person.id;
  owner = person.chatWith(bot);
  await owner.send('/start');
  await plane.db.query(
    "INSERT INTO owner_messages (chat_id, store_name, text, created_at, sent_at) VALUES ($1, '', 'halo', now(), now())",
    [ownerId],
  );
});
afterAll(() => plane.close());

async function open(fields: { ownerIds?: number[]; storeName?: string } = {}) {
  const tenant: Tenant = await plane.api.open({
    store: newSlug(),
    telegramBotToken: plane.newBot().token,
    ownerIds: [ownerId],
    ...fields,
  });
  const file = await readFile(join(plane.deployments, `bot-${tenant.store}-qris`, 'bot.env'), 'utf8');
  const env = parseEnv(file);
  const { CONTROL_PLANE_URL: url = '', CONTROL_PLANE_TOKEN: token = '' } = env;
  return { store: tenant.store, url, token };
}

const event = (text: string) => ({
  id: randomUUID(),
  kind: 'transaction' as const,
  severity: 'info' as const,
  text: rawHtml(text),
  at: new Date(),
});

test('a report with a text that cannot be stored is refused, and says where it stands', async () => {
  const { store, token } = await open();
  const report = async (text: string) => {
    const body = { events: [event('fine'), event(text)] };
    return plane.api.as(token).call('POST', `/v1/tenants/${store}/events`, body);
  };
  for (const text of ['a\0b', 'a\udfffb']) {
    const { status, body } = await report(text);
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, '/events/1/text']);
  }
});

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

test('malformed and oversized reports are refused, and nothing of them is kept', async () => {
  const shop = await open();
  const send = (body: unknown) => plane.api.as(shop.token).call('POST', `/v1/tenants/${shop.store}/events`, body);
  const good = event('baik');
  const wrong = [
    {},
    { events: [] },
    { events: [{ ...good, id: 'no-uuid' }] },
    { events: [{ ...good, severity: 'loud' }] },
    { events: [{ ...good, text: 'x'.repeat(16_001) }] },
    { events: [{ ...good, extra: 1 }] },
    { events: Array.from({ length: 101 }, () => event('banyak')) },
  ];
  for (const body of wrong) expect((await send(body)).status).toBe(400);
  expect(await plane.db.query("SELECT id FROM tenant_events WHERE text IN ('baik', 'banyak')")).toEqual([]);
});

test('an owner who did not start the alert bot is told by the store, until the bot reaches them', async () => {
  const client = createSandboxClient(plane.sandboxUrl);
  const late = await client.createUser({ firstName: 'Terlambat' });
  const shop = await open({ ownerIds: [late.id] });
  const reporter = createReporter(shop);
  expect(await reporter.report([event('belum')])).toBe('refused');
  await client.waitForCalls({ method: 'sendMessage', chatId: late.id });
  expect(await reporter.report([event('masih belum')])).toBe('refused');
  const chat = late.chatWith({ id: Number(alertToken.split(':')[0]) });
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

test('a store whose markup is broken silences neither another store nor itself', async () => {
  const [broken, other] = [await open({ storeName: 'Toko Rusak' }), await open({ storeName: 'Toko Sehat' })];
  const client = createSandboxClient(plane.sandboxUrl);
  const away = await client.faults.add({ target: 'telegram', kind: '5xx', times: 'always', method: 'sendMessage' });
  await createReporter(broken).report([event('<b>palsu &amp; rusak'), event('kabar kedua')]);
  await createReporter(other).report([event('🚨 kabar <b>penting</b>')]);
  await away.remove();
  const healthy = await owner.waitFor('kabar penting', { since: 0 });
  expect(healthy.text).toBe(`🏪 Toko Sehat · ${other.store}\n🚨 kabar penting`);
  const plain = await owner.waitFor('kabar kedua', { since: 0 });
  expect(plain.text).toBe(`🏪 Toko Rusak · ${broken.store}\npalsu & rusak\n\nkabar kedua`);
});

test('a storm of one store does not keep an owner from hearing of another', async () => {
  const [loud, quiet] = [await open({ storeName: 'Toko Ramai' }), await open({ storeName: 'Toko Sepi' })];
  const client = createSandboxClient(plane.sandboxUrl);
  const away = await client.faults.add({ target: 'telegram', kind: '5xx', times: 'always', method: 'sendMessage' });
  const storm = Array.from({ length: 60 }, (_, index) => event(`badai ${index} ${'x'.repeat(3000)}`));
  for (let from = 0; from < storm.length; from += 30) {
    expect(await createReporter(loud).report(storm.slice(from, from + 30))).toBe('taken');
  }
  await createReporter(quiet).report([event('kabar sepi')]);
  await away.remove();
  // Something new wakes the messenger, which waits longer after each failure.
  await createReporter(quiet).report([event('bangun')]);
  await owner.waitFor('kabar sepi', { since: 0 });
  const left = await plane.db.query("SELECT id FROM owner_messages WHERE sent_at IS NULL AND text LIKE '<pre>badai %'");
  expect(left.length).toBeGreaterThan(40);
  await plane.db.query("DELETE FROM owner_messages WHERE text LIKE '<pre>badai %'");
});

test('a store that reports without end waits until its owners were told, and loses nothing', async () => {
  const [loud, quiet] = [await open({ storeName: 'Toko Sama' }), await open({ storeName: 'Toko Sama' })];
  const client = createSandboxClient(plane.sandboxUrl);
  const away = await client.faults.add({ target: 'telegram', kind: '5xx', times: 'always', method: 'sendMessage' });
  const reporter = createReporter(loud);
  for (let times = 0; times < 20; times += 1) {
    expect(await reporter.report(Array.from({ length: 100 }, () => event('banjir')))).toBe('taken');
  }
  await expect(reporter.report([event('lebih')])).rejects.toThrow('429');
  expect(await createReporter(quiet).report([event('tidak banjir')])).toBe('taken');
  await plane.db.query("DELETE FROM owner_messages WHERE text = '<pre>banjir</pre>'");
  expect(await reporter.report([event('surut')])).toBe('taken');
  await away.remove();
  await createReporter(quiet).report([event('bangun')]);
  expect((await owner.waitFor('surut', { since: 0 })).text).not.toContain('tidak banjir');
  await owner.waitFor('tidak banjir', { since: 0 });
});

test('what a store says is quoted: no link, mention, command or markup of its own, no line that looks like ours', async () => {
  const shop = await open({ storeName: 'Lapak: semua toko mati' });
  const [word, site] = ['tanda-kutip', 'http://lapak.evil'];
  const text = `\u202E<b>${word}</b> <a href="${site}">masuk</a> @lapak_admin /mute x.com\n\n\n🛠 <b>Lapak</b>\u200B\nSemua toko mati`;
  expect(await createReporter(shop).report([event(text)])).toBe('taken');
  const told = await owner.waitFor(word, { since: 0 });
  expect(told.text).toBe(
    `🏪 Lapak: semua toko mati · ${shop.store}\n${word} masuk @lapak_admin /mute x.com\n\n🛠 Lapak\nSemua toko mati`,
  );
  const calls = await createSandboxClient(plane.sandboxUrl).calls({ method: 'sendMessage', chatId: ownerId });
  const html = calls.map(({ params }) => String(params.text)).find((sent) => sent.includes(word));
  expect(html?.match(/<[^>]*>/g)?.join('')).toBe('<code></code><code></code><pre></pre>');
});

test('a store that says that it is urgent passes no mute', async () => {
  const shop = await open();
  const [tenant] = await plane.db.query<{ id: string }>('SELECT id FROM tenants WHERE store = $1', [shop.store]);
  await plane.db.query(
    "INSERT INTO owner_mutes (chat_id, tenant_id, begun_at, until) VALUES ($1, $2, now(), now() + interval '1 hour')",
    [ownerId, tenant?.id],
  );
  await createReporter(shop).report([{ ...event('pakai pengeras'), severity: 'fatal' as const }]);
  const other = await open();
  await createReporter(other).report([event('sesudah pengeras')]);
  await owner.waitFor('sesudah pengeras', { since: 0 });
  expect((await owner.messages()).some(({ text }) => text?.includes('pakai pengeras'))).toBe(false);
});

test('a store has a budget of bytes a day; what comes on top is counted, told once and not kept', async () => {
  const [shop, other] = [await open(), await open()];
  const reporter = createReporter(shop);
  const of = 'FROM report_usage u JOIN tenants t ON t.id = u.tenant_id WHERE t.store = $1';
  expect(await reporter.report([event('sebelum habis')])).toBe('taken');
  await plane.db.query(
    'UPDATE report_usage u SET bytes = $2 FROM tenants t WHERE t.id = u.tenant_id AND t.store = $1',
    [shop.store, REPORT_BYTES_PER_DAY - 2_000],
  );
  const large = Array.from({ length: 4 }, () => event('x'.repeat(900)));
  for (let times = 0; times < 3; times++) expect(await reporter.report(large)).toBe('refused');
  expect(await plane.db.query(`SELECT dropped ${of}`, [shop.store])).toEqual([{ dropped: 12 }]);
  expect(await plane.db.query('SELECT id FROM tenant_events WHERE id = ANY($1)', [large.map(({ id }) => id)])).toEqual(
    [],
  );
  expect(await plane.db.query('SELECT kind FROM incidents WHERE store = $1', [shop.store])).toEqual([
    { kind: 'reports_dropped' },
  ]);
  expect(await reporter.report([event('masih muat')])).toBe('taken');
  expect(await createReporter(other).report([event('toko lain')])).toBe('taken');
});

test('a store that sends its reports slowly holds its own places only, and not for long', async () => {
  const [slow, other] = [await open(), await open()];
  const { hostname, port } = new URL(plane.url);
  const head = [
    `POST /v1/tenants/${slow.store}/events HTTP/1.1`,
    `host: ${hostname}:${port}`,
    `authorization: Bearer ${slow.token}`,
    'content-type: application/json',
    'content-length: 1000',
  ].join('\r\n');
  const answers: string[] = [];
  const sockets = Array.from({ length: 60 }, () => {
    const socket = connect(Number(port), hostname).on('error', () => {});
    socket.on('data', (chunk) => answers.push(String(chunk)));
    socket.write(`${head}\r\n\r\n{`);
    return socket;
  });
  await expect.poll(() => answers.length).toBe(56);
  expect(answers.every((answer) => answer.startsWith('HTTP/1.1 429'))).toBe(true);
  expect(await createReporter(other).report([event('tidak menunggu')])).toBe('taken');
  await expect.poll(() => answers.filter((answer) => answer.startsWith('HTTP/1.1 408')).length).toBe(4);
  await expect.poll(() => createReporter(slow).report([event('sekarang cepat')])).toBe('taken');
  for (const socket of sockets) socket.destroy();
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
  const own = await startPlane({ env: { LAPAK_REPORTS_PORT: String(port), OWNER_BOT_TOKEN: alertToken } });
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
