import type { ChatClient } from '../../sandbox/client.ts';
import { buyUpToInvoice, type TestStore } from './store.ts';

export type OrderRow = {
  id: number;
  ref: string;
  status: string;
  total: number;
  refunded: number;
  note: string | null;
};

export async function orderOf(shop: TestStore, ref: string): Promise<OrderRow> {
  const [row] = await shop.database.db.query<OrderRow>(
    'SELECT id, ref, status, total, refunded, note FROM orders WHERE ref = $1',
    [ref],
  );
  return row!;
}

/** Plays a customer from the product to the goods. Resolves with the invoice id. */
export async function buy(
  shop: TestStore,
  chat: ChatClient,
  product: { code: string; name: string; price: number },
): Promise<string> {
  const ref = await buyUpToInvoice(chat, product);
  await shop.client.pakasir.pay(ref);
  const told = new RegExp(`✅ Order ${ref}[\\s\\S]*barang terkirim`);
  await shop.admin.chatWith(shop.bot).waitFor(told, { since: 0 });
  return ref;
}

/** Paid orders whose money is not where the order says: every refund is booked, and none beyond what was paid. */
export const misbooked = (shop: TestStore) =>
  shop.database.db.query(
    `SELECT o.ref, o.refunded, coalesce(sum(l.amount), 0) AS booked FROM orders o
       LEFT JOIN ledger_entries l ON l.kind = 'refund' AND l.source LIKE 'order:' || o.id || ':refund:%'
      GROUP BY o.id HAVING o.refunded <> coalesce(sum(l.amount), 0) OR o.refunded > o.total`,
  );
