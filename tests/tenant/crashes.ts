import { afterEach, expect, test } from 'vitest';
import { storeForProcesses } from '../support/process-store.ts';
import { buyUpToInvoice, pressQris, type TestStore } from '../support/store.ts';
import type { KillableStore, StartKillable } from '../support/store-inside.ts';

const PLACES = [
  'payment.verified',
  'payment.settling',
  'payment.settled',
  'delivery.begun',
  'delivery.placeholder_sent',
  'delivery.placeholder_recorded',
  'delivery.filled',
  'delivery.recorded',
  'delivery.placed',
  'delivery.ended',
];

/** @param start how the store is run, in this process or in one of its own */
export function describeCrashes(start: StartKillable, places: readonly string[] = PLACES): void {
  let shop: TestStore;
  let runtime: KillableStore | undefined;
  afterEach(async () => {
    runtime?.kill('SIGKILL');
    await runtime?.exited;
    runtime = undefined;
    await shop.close();
  });

  const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

  async function openShop(contents = ['barang-1', 'barang-2']): Promise<Record<string, string>> {
    const made = await storeForProcesses();
    shop = made.shop;
    await shop.product({ ...PRODUCT, contents });
    return made.env;
  }

  /** How often the goods were put before the customer, in any message at any time. */
  async function timesShown(chat: { history(): Promise<unknown[]> }, content: string): Promise<number> {
    const events = (await chat.history()) as { kind?: string; message?: { message_id: number; text?: string } }[];
    return new Set(
      events.filter((event) => event.message?.text?.includes(content)).map((event) => event.message?.message_id),
    ).size;
  }

  test.each(places)('killed at %s, the customer still gets the goods, once', async (failpoint) => {
    const env = await openShop();
    runtime = await start(shop, env, failpoint);
    const { chat } = await shop.customer();
    const ref = await buyUpToInvoice(chat, PRODUCT);
    await shop.client.pakasir.pay(ref);
    expect((await runtime.exited).signal).toBe('SIGKILL');

    runtime = await start(shop, env);
    const adminChat = shop.admin.chatWith(shop.bot);
    await adminChat.waitFor('barang terkirim', { since: 0, timeoutMs: 30_000 });
    const holding = (await chat.messages()).filter((message) => message.text.includes('barang-1'));
    expect(holding).toHaveLength(1);
    expect(await timesShown(chat, 'barang-1')).toBe(1);
    expect(await timesShown(chat, 'barang-2')).toBe(0);
    const [order] = await shop.database.db.query<{ status: string }>('SELECT status FROM orders');
    expect(order?.status).toBe('delivered');
    expect(await shop.database.db.query(`SELECT id FROM stock_units WHERE status = 'sold'`)).toHaveLength(1);
  });

  if (places !== PLACES) return;

  test.each([
    ['between two messages', 'delivery.recorded', 3500],
    ['before the first of two messages is filled', 'delivery.placeholder_recorded', 3500],
    ['once a file is in place', 'delivery.filled', 9000],
  ])('killed %s, goods that need more than one message still come once', async (_, failpoint, length) => {
    const env = await openShop([`AWAL-${'x'.repeat(length)}-AKHIR`]);
    runtime = await start(shop, env, failpoint);
    const { chat } = await shop.customer();
    const ref = await buyUpToInvoice(chat, PRODUCT);
    await shop.client.pakasir.pay(ref);
    expect((await runtime.exited).signal).toBe('SIGKILL');
    runtime = await start(shop, env);
    await shop.admin.chatWith(shop.bot).waitFor('barang terkirim', { since: 0 });
    const messages = await chat.messages();
    const holding = messages.filter(
      (message) => message.text.includes('AWAL-') || message.file?.name?.endsWith('.txt'),
    );
    expect(holding).toHaveLength(1);
  });

  test.each(['invoice.created', 'invoice.sent'])(
    'killed at %s, the customer still gets an invoice that works',
    async (failpoint) => {
      const env = await openShop();
      runtime = await start(shop, env, failpoint);
      const { chat } = await shop.customer();
      await pressQris(chat, PRODUCT);
      expect((await runtime.exited).signal).toBe('SIGKILL');
      runtime = await start(shop, env);
      const ref = /tg\d+-\w+/.exec((await chat.waitFor(/Invoice tg\d+-\w+/)).text)![0];
      await shop.client.pakasir.pay(ref);
      await chat.waitFor('barang-1', { since: 0 });
      expect(await shop.database.db.query('SELECT id FROM orders')).toHaveLength(1);
    },
  );

  test('on SIGTERM the runtime finishes what it holds and exits 0', async () => {
    const env = await openShop();
    runtime = await start(shop, env);
    const { chat } = await shop.customer();
    const ref = await buyUpToInvoice(chat, PRODUCT);
    const held = await shop.client.faults.add({
      target: 'telegram',
      method: 'editMessageText',
      chatId: chat.userId,
      kind: 'hold_before',
    });
    await shop.client.pakasir.pay(ref);
    await held.waitHeld();
    runtime.kill('SIGTERM');
    await held.release();
    expect(await runtime.exited).toEqual({ code: 0, signal: null });
    expect((await chat.messages()).filter((message) => message.text.includes('barang-1'))).toHaveLength(1);
  });

  test('the store goes on when its database comes back, and no update is lost', async () => {
    const env = await openShop();
    runtime = await start(shop, env);
    const { chat } = await shop.customer();
    await chat.send('/start');
    await chat.waitFor('Selamat datang');
    const name = shop.database.name;
    await shop.database.db.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()`,
      [name],
    );
    const ref = await buyUpToInvoice(chat, PRODUCT);
    await shop.client.pakasir.pay(ref);
    await chat.waitFor('barang-1', { timeoutMs: 20_000 });
  });
}
