import type { ChatClient } from '../../sandbox/client.ts';
import type { TestStore } from './store.ts';

type Settings = { code?: string; kind?: 'percent' | 'rupiah'; value?: number; maxUses?: number };

/** Puts a voucher into the store, past the admin screens. */
export async function voucher(shop: TestStore, of: Settings = {}): Promise<number> {
  const [row] = await shop.database.db.query<{ id: number }>(
    'INSERT INTO vouchers (code, kind, value, max_uses) VALUES ($1, $2, $3, $4) RETURNING id',
    [of.code ?? 'HEMAT', of.kind ?? 'percent', of.value ?? 10, of.maxUses ?? 100],
  );
  return row!.id;
}

/** How many orders carry a voucher. */
export async function usesOf(shop: TestStore, code = 'HEMAT'): Promise<number> {
  const [row] = await shop.database.db.query<{ n: number }>(
    `SELECT count(*) AS n FROM voucher_uses u JOIN vouchers v ON v.id = u.voucher_id
      WHERE v.code = $1 AND u.given_back_at IS NULL`,
    [code],
  );
  return row!.n;
}

/** Plays a customer from the product to the cart. */
export async function upToCart(shop: TestStore, chat: ChatClient, product: { code: string; name: string }) {
  shop.clock.advance(5000);
  await chat.send(`/start p_${product.code}`);
  await chat.waitFor(product.name);
  await chat.tap('🧺 Lanjut ke Keranjang');
  return chat.waitFor('Keranjang Belanja');
}

/** Plays a customer from the cart to the cart with the code. */
export async function useCode(shop: TestStore, chat: ChatClient, code = 'hemat') {
  shop.clock.advance(5000);
  await chat.tap('🎟️ Gunakan Kupon');
  await chat.waitFor('Ketik kode kuponmu');
  await chat.send(code);
  return chat.waitFor('Kuponnya terpasang');
}
