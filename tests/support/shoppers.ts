import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { fingerprint, seal, sealingKey } from '../../kernel/crypto.ts';
import type { Db } from '../../kernel/db.ts';
import type { SandboxClient } from '../../sandbox/client.ts';

/** People who buy, one purchase after the other, whatever happens to the store meanwhile. */
export type Shoppers = {
  /** Orders that were paid so far. */
  paid(): number;
  /** Lets everybody finish, and compares what was paid with what was delivered. */
  goHome(): Promise<void>;
};

/** Slower than what the shop takes for spam. */
const HUMAN_PAUSE_MS = 1_200;
/** Longer than a store may be away: an update waits at Telegram for as long. */
const PATIENCE_MS = 60_000;
const INVOICE = /Invoice tg\d+-\w+[\s\S]*Bayar sebelum/;

/** Fills the shelf of a store whose database is `db` with one product, `A`. */
export async function stockUp(db: Db, dataKey: string, units: number): Promise<void> {
  const key = sealingKey(dataKey);
  await db.query("INSERT INTO products (code, name, price) VALUES ('A', 'Akun A', 20000)");
  for (let index = 0; index < units; index += 1) {
    const content = `barang-${index}`;
    await db.query(
      `INSERT INTO stock_units (product_id, content, fingerprint, status, added_by)
       SELECT id, $1, $2, 'available', 1 FROM products WHERE code = 'A'`,
      [seal(content, key, 'stock:1'), fingerprint(content, key)],
    );
  }
}

export async function sendShoppers(client: SandboxClient, bot: { id: number }, db: Db, count = 3): Promise<Shoppers> {
  const refs: string[] = [];
  let home = false;

  async function shop(): Promise<void> {
    const chat = (await client.createUser({})).chatWith(bot);
    const patience = { timeoutMs: PATIENCE_MS };
    const step = async (act: () => Promise<unknown>, answer: RegExp | string) => {
      await sleep(HUMAN_PAUSE_MS);
      await act();
      return chat.waitFor(answer, patience);
    };
    await step(() => chat.send('/start'), 'Selamat datang');
    while (!home) {
      await step(() => chat.send('/start p_A'), '📊 Stok');
      await step(() => chat.tap('🧺 Lanjut ke Keranjang'), 'Keranjang Belanja');
      await step(() => chat.tap('💳 Lanjut ke Pembayaran'), 'Pilih Metode Pembayaran');
      const invoice = await step(() => chat.tap('💠 QRIS'), INVOICE);
      const ref = /tg\d+-\w+/.exec(invoice.text)?.[0] as string;
      refs.push(ref);
      await client.pakasir.pay(ref);
      await chat.waitFor(new RegExp(`Pembayaran Berhasil[\\s\\S]*${ref}`), { ...patience, since: 0 });
    }
  }

  const everybody = Promise.allSettled(Array.from({ length: count }, shop));
  return {
    paid: () => refs.length,
    async goHome() {
      home = true;
      const faults = (await everybody).flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
      expect(faults).toEqual([]);
      const paid = [...refs].sort().map((ref) => ({ ref, status: 'delivered' }));
      // The customer reads of it a moment before the row says so.
      await expect
        .poll(() => db.query('SELECT ref, status FROM orders WHERE ref = ANY($1) ORDER BY ref COLLATE "C"', [refs]), {
          timeout: 60_000,
        })
        .toEqual(paid);
      const [sold] = await db.query<{ count: number }>(
        "SELECT count(*)::int AS count FROM stock_units WHERE status = 'sold'",
      );
      expect(sold?.count).toBe(refs.length);
    },
  };
}
