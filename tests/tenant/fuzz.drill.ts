import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Update } from '../../sandbox/telegram/types.ts';
import { createDice } from '../chaos/dice.ts';
import { freePort } from '../support/ports.ts';
import { type RuntimeProcess, startRuntime } from '../support/runtime-process.ts';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';
import { type Cast, hostilePayments, hostileUpdates } from './hostile-updates.ts';

/*
 * What Telegram, or somebody with its secret, and anybody who reaches the gateway's webhook may send to a store that runs as a
 * process of its own: it answers all of it, and is afterwards what it was.
 */

const SEED = Number(process.env.FUZZ_SEED ?? 20_261_201);
const UPDATES = Number(process.env.FUZZ_UPDATES ?? 20_000);
const WEBHOOKS = Number(process.env.FUZZ_WEBHOOKS ?? 5_000);
const SIDE_BY_SIDE = 12;
/** Between two of them the fuzzer looks which buttons there are by now. */
const ROUND = 1_000;
const FIRST_CUSTOMER = 5_000_000;
const CUSTOMERS = 300;
const HANGS_MS = 20_000;
/** Two idle cores need two minutes; on a busy machine they may be many times as many. */
const LONGEST_MS = 30 * 60_000;
const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

let shop: TestStore;
let runtime: RuntimeProcess;
let updates: { url: string; headers: Record<string, string> };
let payments: { url: string; headers: Record<string, string> };

beforeAll(async () => {
  console.log(`seed ${SEED}`);
  shop = await startTestStore({ start: false, mode: 'webhook' });
  const pakasirPort = await freePort();
  await shop.product({ ...PRODUCT, contents: Array.from({ length: 50 }, (_, index) => `barang-${index}`) });
  const customers = Array.from({ length: CUSTOMERS }, (_, index) => FIRST_CUSTOMER + index);
  await shop.client.createCrowd(shop.bot, customers);
  runtime = await startRuntime({ ...shop.env, LISTEN_PAKASIR_PORT: String(pakasirPort) });
  const json = { 'content-type': 'application/json' };
  updates = {
    url: shop.env.TELEGRAM_WEBHOOK_URL as string,
    headers: { ...json, 'x-telegram-bot-api-secret-token': shop.env.TELEGRAM_WEBHOOK_SECRET as string },
  };
  payments = { url: `http://127.0.0.1:${pakasirPort}/webhooks/pakasir`, headers: json };
});
afterAll(async () => {
  runtime?.kill('SIGKILL');
  await runtime?.exited;
  await shop?.close();
});

/** Kilobytes that the store's process takes. */
async function memory(): Promise<number> {
  return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${runtime.pid}/status`, 'utf8'))?.[1]);
}

/** Sends so many, some of them at once. Whatever is answered with a fault, or not in time, is remembered with its body. */
async function send(to: typeof updates, count: number, next: () => string) {
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  let left = count;
  async function sender(): Promise<void> {
    while (left-- > 0) {
      const body = next();
      const status = await fetch(to.url, { ...to, method: 'POST', body, signal: AbortSignal.timeout(HANGS_MS) })
        .then((response) => response.arrayBuffer().then(() => String(response.status)))
        .catch((error: Error) => error.name);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (!/^[234]/.test(status)) faults.push(`${status}: ${body.slice(0, 1_000)}`);
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, sender));
  return { statuses, faults };
}

/** One of each kind that the sandbox knows, as it makes them. */
async function seedsOf(): Promise<Update[]> {
  const other = await shop.client.createBot({ username: 'contoh_bot' });
  const chat = (await shop.client.createUser({ firstName: 'Contoh' })).chatWith(other);
  const { messageId } = await chat.send('/start', [{ type: 'bold', offset: 0, length: 3 }]);
  await chat.edit(messageId, '/mulai');
  const bytes = Buffer.from('isi');
  await chat.sendDocument({ bytes, caption: 'berkas' });
  await chat.sendVideo({ bytes });
  await chat.sendContact('+62811');
  await chat.block();
  await chat.unblock();
  const { pending } = shop.sandbox.telegram.bot(other.id).updates;
  return pending.map(({ update }) => structuredClone(update));
}

const buttons = new Set<string>();
/** Learns what the store has put on buttons since the last look. */
function learn(): void {
  for (const { params } of shop.sandbox.telegram.bot(shop.bot.id).calls.list()) {
    for (const [, data] of JSON.stringify(params).matchAll(/callback_data\\*":\\*"([^"\\]{1,64})/g)) {
      if (buttons.size < 5_000) buttons.add(data as string);
    }
  }
}

test(
  'whatever Telegram and the gateway may send, a store answers it, and is afterwards as large as it was',
  async () => {
    const { person, chat } = await shop.customer('Wati');
    const ref = await buyUpToInvoice(chat, PRODUCT);
    const transactions = (await shop.client.pakasir.transactions()).map(({ txnId }) => txnId);
    const cast: Omit<Cast, 'buttons'> = {
      staff: [shop.admin.id, shop.owner.id],
      customers: [...Array.from({ length: CUSTOMERS }, (_, index) => FIRST_CUSTOMER + index), person.id, 2 ** 52],
      botId: shop.bot.id,
      seeds: await seedsOf(),
      firstUpdateId: 2_000_000_000,
    };
    expect(new Set(cast.seeds.flatMap((update) => Object.keys(update))).size).toBeGreaterThan(3);
    const faults: string[] = [];
    const statuses: Record<string, number> = {};

    async function round(what: string, to: typeof updates, count: number, next: () => string): Promise<void> {
      const sent = await send(to, count, next);
      faults.push(...sent.faults);
      for (const [status, times] of Object.entries(sent.statuses)) {
        statuses[`${what} ${status}`] = (statuses[`${what} ${status}`] ?? 0) + times;
      }
    }
    let idle = 0;
    let firstUpdateId = cast.firstUpdateId;
    for (let done = 0; done < UPDATES + ROUND; done += ROUND) {
      learn();
      const next = hostileUpdates({ ...cast, buttons: [...buttons], firstUpdateId }, createDice(SEED, 'updates', done));
      await round('update', updates, ROUND, next);
      firstUpdateId += ROUND;
      // What every screen loads once is no leak: the first round is not counted.
      if (done === 0) idle = await memory();
    }
    await round('payment', payments, WEBHOOKS, hostilePayments([ref], transactions, createDice(SEED, 'payments')));
    console.log(`${JSON.stringify(statuses)}, ${buttons.size} buttons known`);
    expect(faults).toEqual([]);
    expect(buttons.size).toBeGreaterThan(50);

    // Who was there before is served as before.
    await shop.client.pakasir.pay(ref);
    await chat.waitFor('barang-', { since: 0 });
    const ready = await fetch(new URL('/readyz', updates.url), { signal: AbortSignal.timeout(HANGS_MS) });
    expect([ready.status, (await ready.text()).slice(0, 500)]).toEqual([200, expect.anything()]);
    const growth = async () => (await memory()) / idle;
    await expect.poll(growth, { timeout: 120_000, interval: 2_000 }).toBeLessThan(1.3);
    console.log(`idle ${Math.round(idle / 1024)} MB, after ${(await growth()).toFixed(2)} ×`);
  },
  LONGEST_MS,
);
