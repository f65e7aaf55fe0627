import { afterEach, expect, test } from 'vitest';
import { storeForProcesses } from '../support/process-store.ts';
import { buyUpToInvoice, type TestStore } from '../support/store.ts';
import type { KillableStore, StartKillable } from '../support/store-inside.ts';

const PLACES = [
  'delivery.begun',
  'delivery.placeholder_sent',
  'delivery.placeholder_recorded',
  'delivery.filled',
  'delivery.recorded',
  'delivery.placed',
  'delivery.ended',
];

/** @param start how the store is run, in this process or in one of its own */
export function describeResendCrashes(start: StartKillable, places: readonly string[] = PLACES): void {
  let shop: TestStore;
  let runtime: KillableStore | undefined;
  afterEach(async () => {
    runtime?.kill('SIGKILL');
    await runtime?.exited;
    runtime = undefined;
    await shop.close();
  });

  const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

  test.each(places)(
    'killed at %s while goods are sent again, they come once more, and no oftener',
    async (failpoint) => {
      const made = await storeForProcesses();
      shop = made.shop;
      const { env } = made;
      await shop.product({ ...PRODUCT, terms: 'Jangan ganti sandi', contents: ['barang-1', 'barang-2'] });
      runtime = await start(shop, env);
      const { chat } = await shop.customer();
      const ref = await buyUpToInvoice(chat, PRODUCT);
      await shop.client.pakasir.pay(ref);
      await chat.waitFor('Jangan ganti sandi');
      runtime.kill('SIGTERM');
      await runtime.exited;

      runtime = await start(shop, env, failpoint);
      const [order] = await shop.database.db.query<{ id: number }>('SELECT id FROM orders');
      await chat.tapData(`his:again:${order!.id}`, { force: true });
      expect((await runtime.exited).signal).toBe('SIGKILL');
      runtime = await start(shop, env);
      await chat.waitFor(/Kirim Ulang[\s\S]*barang-1/, { since: 0 });
      const status = async () =>
        (await shop.database.db.query<{ status: string }>('SELECT status FROM deliveries'))[0]?.status;
      await expect.poll(status, { timeout: 30_000 }).toBe('delivered');
      const holding = async (text: string) =>
        (await chat.messages()).filter((message) => message.text.includes(text)).length;
      expect(await holding('barang-1')).toBe(2);
      expect(await holding('barang-2')).toBe(0);
      expect(await holding('Jangan ganti sandi')).toBe(1);
    },
  );
}
