import type { Tx } from '../../kernel/db.ts';

/** Whoever sells meanwhile is waited for a moment only, and never kept waiting by us for longer than a sale takes. */
export async function limitWaiting(tx: Tx): Promise<void> {
  await tx.query("SELECT set_config('lock_timeout', '5s', true), set_config('statement_timeout', '10s', true)");
}

export async function insertProduct(tx: Tx, product: { code: string; name: string; price: number }): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    'INSERT INTO products (code, name, price) VALUES ($1, $2, $3) RETURNING id',
    [product.code, product.name, product.price],
  );
  return row!.id;
}

/** The invoice is at the gateway already. */
export async function setPending(tx: Tx, ref: string, transactionId: string, expiresAt: Date): Promise<void> {
  await tx.query(
    `UPDATE payments SET status = 'pending', payment_number = 'rehearsal', transaction_id = $2, expires_at = $3
      WHERE ref = $1`,
    [ref, transactionId, expiresAt],
  );
}
