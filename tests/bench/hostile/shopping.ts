import { setTimeout as sleep } from 'node:timers/promises';
import { createSandboxClient } from '../../../sandbox/client.ts';
import { serve } from '../worker.ts';

/** Customers of many stores, one of each, in a process of their own: what they wait for shares its event loop with no store. */
export type Shop = { store: string; bot: { id: number } };

export type Shopped = {
  /** Milliseconds from each message, tap or payment to the answer in the chat. */
  latencies: number[];
  /** Invoices that were paid, by store. */
  paid: { store: string; ref: string }[];
  /** What was waited for in vain. */
  faults: string[];
};

/** As long as an update waits at Telegram. */
const PATIENCE_MS = 60_000;
/** What somebody thinks between two taps; shorter is spam. */
const THOUGHT = { leastMs: 1500, moreMs: 3000 };
const INVOICE = /Invoice tg\d+-\w+[\s\S]*Bayar sebelum/;
const REF = /tg\d+-\w+/;

/** What was waited for, and the end of the chat: what came instead. */
const shortened = (fault: string): string => `${fault.slice(0, 120)} … ${fault.slice(-400)}`.replaceAll(/\s+/g, ' ');

let customers: ((until: number, into: Shopped) => Promise<void>)[] = [];
/** How often each customer was told that an invoice is paid, by its ref. */
let told: (() => Promise<string[]>)[] = [];

async function arrive({ url, shops }: { url: string; shops: readonly Shop[] }): Promise<void> {
  const client = createSandboxClient(url);
  const arrived = await Promise.all(
    shops.map(async ({ store, bot }) => {
      const chat = (await client.createUser({})).chatWith(bot);
      await chat.send('/start');
      await chat.waitFor('Selamat datang', { timeoutMs: PATIENCE_MS });

      async function shop(until: number, into: Shopped): Promise<void> {
        const step = async (act: () => Promise<unknown>, answer: RegExp | string, since?: number) => {
          await sleep(THOUGHT.leastMs + Math.random() * THOUGHT.moreMs);
          const began = performance.now();
          try {
            await act();
            return await chat.waitFor(answer, { timeoutMs: PATIENCE_MS, ...(since === undefined ? {} : { since }) });
          } finally {
            // What was waited for in vain counts for as long as that took.
            into.latencies.push(performance.now() - began);
          }
        };
        while (performance.now() < until) {
          try {
            await step(() => chat.send('/start p_A'), '📊 Stok');
            await step(() => chat.tap('🧺 Lanjut ke Keranjang'), 'Keranjang Belanja');
            await step(() => chat.tap('💳 Lanjut ke Pembayaran'), 'Pilih Metode Pembayaran');
            const invoice = await step(() => chat.tap('💠 QRIS'), INVOICE);
            const ref = REF.exec(invoice.text)?.[0] ?? '';
            const pay = async () => {
              await client.pakasir.pay(ref);
              into.paid.push({ store, ref });
            };
            await step(pay, new RegExp(`Pembayaran Berhasil[\\s\\S]*${ref}`), 0);
          } catch (error) {
            into.faults.push(`${store}: ${shortened(String(error))}`);
          }
        }
      }

      const receipts = async () =>
        (await chat.messages()).flatMap(({ text }) =>
          text.includes('Pembayaran Berhasil') ? [REF.exec(text)?.[0] ?? ''] : [],
        );
      return { shop, receipts };
    }),
  );
  customers = arrived.map(({ shop }) => shop);
  told = arrived.map(({ receipts }) => receipts);
}

serve({
  arrive,
  async shop({ forMs }: { forMs: number }): Promise<Shopped> {
    const into: Shopped = { latencies: [], paid: [], faults: [] };
    const until = performance.now() + forMs;
    await Promise.all(customers.map((customer) => customer(until, into)));
    return into;
  },
  receipts: async () => (await Promise.all(told.map((receipts) => receipts()))).flat(),
});
