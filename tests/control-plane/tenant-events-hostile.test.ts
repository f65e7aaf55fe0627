import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPORT_BYTES_PER_DAY } from '../../control-plane/people/tenant-events/service.ts';
import { type ChatClient, createSandboxClient } from '../../sandbox/client.ts';
import { createControlPlane as createReporter } from '../../tenant-runtime/modules/delivery/owner-events/index.ts';
import type { TestPlane } from './support/plane.ts';
import { event, type Reports, startReports } from './support/reports.ts';

let plane: TestPlane;
let owner: ChatClient;
let ownerId: number;
let open: Reports['open'];
beforeAll(async () => {
  ({ plane, owner, ownerId, open } = await startReports());
});
afterAll(() => plane.close());

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
  const answered = (status: number) => answers.filter((answer) => answer.startsWith(`HTTP/1.1 ${status}`)).length;
  await expect.poll(() => answered(429)).toBeGreaterThan(0);
  expect(await createReporter(other).report([event('tidak menunggu')])).toBe('taken');
  // On a busy machine the first four are given up before the last have come, which then wait in their places.
  await expect.poll(() => answers.length).toBe(60);
  expect(answered(408)).toBeGreaterThanOrEqual(4);
  expect(answered(429) + answered(408)).toBe(60);
  await expect.poll(() => createReporter(slow).report([event('sekarang cepat')])).toBe('taken');
  for (const socket of sockets) socket.destroy();
});
