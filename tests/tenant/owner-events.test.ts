import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };
const TOKEN = randomBytes(24).toString('base64url');

type Reported = { id: string; kind: string; severity: string; text: string; at: string };

/** Stands where the control plane is, and answers as the test says. */
async function listen(answer: () => { status: number; taken?: boolean }) {
  const requests: { path: string; authorization: string | undefined; events: Reported[] }[] = [];
  const server: Server = createServer(async (request, response) => {
    const body = await read(request);
    const { status, taken = true } = answer();
    requests.push({ path: request.url ?? '', authorization: request.headers.authorization, events: body.events });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ taken }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async waitFor(condition: () => boolean): Promise<void> {
      const until = Date.now() + 30_000;
      while (!condition()) {
        if (Date.now() > until) throw new Error('the events did not come');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function read(request: IncomingMessage): Promise<{ events: Reported[] }> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

let shop: TestStore;
afterEach(() => shop.close());

async function sell(): Promise<string> {
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-');
  return ref;
}

test('events wait for a control plane that is down, and reach it with the same id however often they are sent', async () => {
  let status = 503;
  const plane = await listen(() => ({ status }));
  shop = await startTestStore({ env: { CONTROL_PLANE_URL: plane.url, CONTROL_PLANE_TOKEN: TOKEN } });
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const ref = await sell();
  await plane.waitFor(() => plane.requests.length >= 2);
  status = 202;
  await plane.waitFor(() => plane.requests.length >= 3);
  await shop.restart();
  const sales = plane.requests.flatMap(({ events }) => events.filter(({ text }) => text.includes(ref)));
  expect(sales.length).toBeGreaterThanOrEqual(3);
  expect(new Set(sales.map(({ id }) => id)).size).toBe(1);
  expect(sales[0]).toMatchObject({ kind: 'transaction', severity: 'info' });
  expect(plane.requests[0]).toMatchObject({
    path: '/v1/tenants/warung/events',
    authorization: `Bearer ${TOKEN}`,
  });
  const open = await shop.database.db.query('SELECT id FROM owner_events WHERE taken_at IS NULL');
  expect(open).toEqual([]);
  expect(await shop.owner.chatWith(shop.bot).messages()).not.toContainEqual(
    expect.objectContaining({ text: expect.stringContaining(ref) }),
  );
  await plane.close();
});

test('a control plane that takes no events, or tells nobody, leaves it to the store', async () => {
  const answers = [{ status: 401 }, { status: 202, taken: false }];
  const plane = await listen(() => answers[plane.requests.length % 2] ?? { status: 401 });
  shop = await startTestStore({ env: { CONTROL_PLANE_URL: plane.url, CONTROL_PLANE_TOKEN: TOKEN } });
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2'] });
  const owner = shop.owner.chatWith(shop.bot);
  await owner.waitFor(`Pesanan ${await sell()} lunas`, { since: 0 });
  shop.clock.advance(5000);
  await owner.waitFor(`Pesanan ${await sell()} lunas`, { since: 0 });
  await plane.close();
});

test('what happens at once is folded into one message, and nothing is left out', async () => {
  shop = await startTestStore();
  const owner = shop.owner.chatWith(shop.bot);
  await shop.database.db.query(
    `INSERT INTO owner_events (cause, kind, severity, text, at)
     SELECT 'uji:' || n, 'money', 'warn', 'kabar <b>' || n || '</b> ' || repeat('x', 200), now() FROM generate_series(1, 45) n`,
  );
  await shop.restart();
  await owner.waitFor('kabar 45 ', { since: 0 });
  const told = (await owner.messages()).filter(
    (message) => message.text.includes('kabar 1 ') || /kabar \d/.test(message.text),
  );
  const all = told.map((message) => message.text).join('\n');
  for (let n = 1; n <= 45; n += 1) expect(all.split(`kabar ${n} `)).toHaveLength(2);
  expect(told.length).toBeLessThan(5);
});

test('a digest tells each day once, and only where the owner asked for it', async () => {
  shop = await startTestStore({ env: { OWNER_NOTIFY_TRANSACTIONS: 'digest' } });
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const owner = shop.owner.chatWith(shop.bot);
  const ref = await sell();
  shop.clock.advance(86_400_000);
  await shop.restart();
  await owner.waitFor(/Pesanan lunas: 1\n.*Omzet: Rp20\.000/, { since: 0 });
  await shop.restart();
  const messages = (await owner.messages()).map((message) => message.text);
  expect(messages.filter((text) => text.includes('Omzet: Rp20.000'))).toHaveLength(1);
  expect(messages.filter((text) => text.includes(ref))).toEqual([]);
});

test('errors of a minute become one event per kind; what is below the threshold is not told', async () => {
  shop = await startTestStore();
  const owner = shop.owner.chatWith(shop.bot);
  const line = { level: 'error', service: 'telegram', message: 'update failed', fault: 'a <fault>' } as const;
  for (let n = 0; n < 7; n += 1) shop.store.noteLog(line);
  shop.store.noteLog({ ...line, level: 'warn', message: 'only a warning' });
  await shop.store.writeCrashReport();
  const told = await owner.waitFor('update failed (7×)', { since: 0 });
  expect(told.text).toContain('a <fault>');
  expect(told.text).not.toContain('only a warning');
});

test('what the telling itself logs is not told, and a storm of kinds stays small', async () => {
  shop = await startTestStore();
  const line = { level: 'error', service: 'telegram', message: '', fault: '' } as const;
  for (const service of ['outbox', 'owner-events']) shop.store.noteLog({ ...line, service, message: 'in a circle' });
  for (let n = 0; n < 150; n += 1) shop.store.noteLog({ ...line, message: `kind ${n}` });
  await shop.store.writeCrashReport();
  const told = await shop.database.db.query<{ text: string }>("SELECT text FROM owner_events WHERE kind = 'log'");
  expect(told).toHaveLength(100);
  expect(told.filter(({ text }) => text.includes('in a circle'))).toEqual([]);
});

test('what follows soon after a message to the owners shares the next one', async () => {
  let now = Date.now();
  const clock = {
    now: () => new Date(now),
    advance(millis: number) {
      now += millis;
    },
  };
  shop = await startTestStore({ clock });
  const owner = shop.owner.chatWith(shop.bot);
  const line = { level: 'error', service: 'telegram', fault: '' } as const;
  const happen = async (message: string) => {
    shop.store.noteLog({ ...line, message });
    await shop.store.writeCrashReport();
  };
  await happen('the first');
  await owner.waitFor('the first', { since: 0 });
  for (let n = 1; n <= 5; n += 1) await happen(`kind ${n}`);
  clock.advance(5000);
  expect((await owner.waitFor('kind 5', { since: 0 })).text).toContain('kind 1');
});
