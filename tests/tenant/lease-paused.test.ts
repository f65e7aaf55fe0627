import { afterEach, expect, test } from 'vitest';
import { storeForProcesses } from '../support/process-store.ts';
import { type RuntimeProcess, spawnRuntime, startRuntime } from '../support/runtime-process.ts';
import { buyHeldInDelivery, buyUpToInvoice, type TestStore } from '../support/store.ts';

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };
/** The next one takes over from a holder that lives. */
const NEXT = { LAPAK_GENERATION: '1' };

let shop: TestStore;
let runtimes: RuntimeProcess[] = [];
afterEach(async () => {
  for (const runtime of runtimes) {
    runtime.kill('SIGKILL');
    await runtime.exited;
  }
  runtimes = [];
  await shop.close();
});

async function start(env: Record<string, string>, failpoint?: string): Promise<RuntimeProcess> {
  const runtime = await startRuntime(env, failpoint);
  runtimes.push(runtime);
  return runtime;
}

/** Another one beside it, on ports of its own: the gateway's webhooks go on to the first. */
const beside = (env: Record<string, string>) => ({ ...env, LISTEN_PAKASIR_PORT: '0', LISTEN_TELEGRAM_PORT: '0' });

async function openShop(): Promise<Record<string, string>> {
  const made = await storeForProcesses();
  shop = made.shop;
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2'] });
  return made.env;
}

const timesSeen = async (chat: { messages(): Promise<{ text: string }[]> }, text: string) =>
  (await chat.messages()).filter((message) => message.text.includes(text)).length;

test('a holder that was paused in a delivery and wakes up after another took over does nothing more and ends', async () => {
  const env = await openShop();
  const paused = await start(env);
  const { chat } = await shop.customer();
  const { filling } = await buyHeldInDelivery(shop.client, chat, PRODUCT);
  paused.kill('SIGSTOP');
  await start({ ...beside(env), ...NEXT });
  await shop.admin.chatWith(shop.bot).waitFor('barang terkirim', { since: 0 });
  await filling.release();
  paused.kill('SIGCONT');
  expect(await paused.exited).toEqual({ code: 1, signal: null });
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  expect(await timesSeen(chat, 'barang-1')).toBe(1);
  expect(await timesSeen(chat, 'barang-2')).toBe(0);
  expect(await timesSeen(shop.admin.chatWith(shop.bot), 'barang terkirim')).toBe(1);
  expect(await shop.database.db.query("SELECT 1 FROM orders WHERE status = 'delivered'")).toHaveLength(1);
});

test('messages that a paused holder was about to send again are sent by the next one, each once', async () => {
  const env = await openShop();
  const paused = await start(env);
  const { chat, person } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  const busy = await shop.client.faults.add({
    target: 'telegram',
    chatId: person.id,
    method: 'sendMessage',
    contains: 'pesan',
    kind: '429',
    retryAfter: 1,
    times: 'always',
  });
  const { db } = shop.database;
  await db.query(
    `INSERT INTO outbox (cause, chat_id, text) SELECT 'uji:' || n, $1, 'pesan ' || n || '.' FROM generate_series(1, 5) n`,
    [person.id],
  );
  // Something that it sends for another reason wakes its outbox.
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.pakasir.pay(ref);
  await busy.waitFired();
  paused.kill('SIGSTOP');
  await busy.remove();
  await start({ ...beside(env), ...NEXT });
  await chat.waitFor('pesan 5.', { since: 0 });
  paused.kill('SIGCONT');
  expect(await paused.exited).toEqual({ code: 1, signal: null });
  for (let n = 1; n <= 5; n += 1) expect(await timesSeen(chat, `pesan ${n}.`)).toBe(1);
  expect(await timesSeen(chat, 'barang-1')).toBe(1);
});

test('one of the same generation takes over from a paused holder when the lease has ended, not before', async () => {
  const env = await openShop();
  const paused = await start(env);
  const { chat } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  paused.kill('SIGSTOP');
  const { db } = shop.database;
  await db.query("UPDATE runtime_liveness SET ends_at = now() + interval '1 hour'");
  await chat.send('ℹ️ Informasi');
  const next = spawnRuntime(beside(env));
  runtimes.push(next);
  await expect.poll(next.output, { timeout: 60_000 }).toContain('waiting until it lets go or its lease ends');
  expect(next.output()).not.toContain('store is open');
  // The time of the lease passes, for the database alone.
  await db.query('UPDATE runtime_liveness SET ends_at = now()');
  await next.opened;
  await chat.waitFor('Informasi Akun', { since: 0 });
  paused.kill('SIGCONT');
  expect(await paused.exited).toEqual({ code: 1, signal: null });
  expect(await timesSeen(chat, 'Informasi Akun')).toBe(1);
});

test('one that is killed while it takes over leaves a store that the next one serves, once', async () => {
  const env = await openShop();
  const former = await start(env);
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  const killed = await start({ ...beside(env), ...NEXT }, 'lease.taken');
  expect((await killed.exited).signal).toBe('SIGKILL');
  await shop.client.pakasir.pay(ref);
  // On the machine of the one that was killed nobody has to wait for its lease to end.
  await start({ ...beside(env), ...NEXT });
  expect(await former.exited).toEqual({ code: 1, signal: null });
  await chat.waitFor('barang-1', { since: 0, timeoutMs: 90_000 });
  expect(await timesSeen(chat, 'barang-1')).toBe(1);
  expect(await shop.database.db.query("SELECT 1 FROM stock_units WHERE status = 'sold'")).toHaveLength(1);
});
