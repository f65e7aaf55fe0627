import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../../kernel/db.ts';
import type { Bench } from '../bench.ts';
import type { VolleyResult } from '../load.ts';
import type { BenchRuntime } from '../runtime.ts';
import { PRICE } from '../seed.ts';

const DRAINED_WITHIN_MS = 120_000;

export type Orders = { from: number; count: number };

/** Pakasir's webhooks to a store, for orders of the seed. */
export type PaymentWebhooks = {
  /** Posts one webhook for each order; every answer must have the status `expect`. Returns how many a second. */
  post(orders: Orders, expect: number): Promise<number>;
  /** The same, as fast as they are taken or so many a second. Returns how long each answer took, in milliseconds. */
  latencies(orders: Orders, perSecond?: number): Promise<number[]>;
  /** Resolves when everything that the orders led to is delivered and told, so that the next round begins idle. */
  drained(): Promise<void>;
};

export function paymentWebhooks(bench: Bench, store: BenchRuntime, db: Db, concurrency: number): PaymentWebhooks {
  const volley = (orders: Orders, how: { expect: number; perSecond?: number }) =>
    bench.load.ask<VolleyResult>({
      kind: 'volley',
      url: store.paymentUrl,
      headers: {},
      body: JSON.stringify({
        txn_id: 'bench-@N@',
        order_id: 'bench-@N@',
        amount: PRICE,
        is_sandbox: false,
        status: 'completed',
        completed_at: '2026-11-02T10:00:00+07:00',
      }),
      ...orders,
      firstUser: 0,
      users: 1,
      concurrency,
      ...how,
    });
  return {
    async post(orders, expect) {
      const { posted, beganAt, endedAt } = await volley(orders, { expect });
      return (posted * 1000) / (endedAt - beganAt);
    },
    async latencies(orders, perSecond) {
      const rate = perSecond === undefined ? {} : { perSecond };
      return (await volley(orders, { expect: 200, ...rate })).latencies;
    },
    async drained() {
      for (let waited = 0; waited < DRAINED_WITHIN_MS; waited += 250) {
        // A wake-up of the outbox that found it empty is left in its queue for the slow poll.
        const [open] = await db.query<{ count: number }>(
          `SELECT (SELECT count(*) FROM deliveries WHERE status = 'pending')
                  + (SELECT count(*) FROM outbox WHERE sent_at IS NULL)
                  + (SELECT count(*) FROM jobs.job WHERE state < 'completed' AND name <> 'outbox') AS count`,
        );
        if (open?.count === 0) return;
        await sleep(250);
      }
      throw new Error('the store did not deliver what was paid');
    },
  };
}

/** Takes the webhook apart: one for a paid order ends after the look at its payment, one for a pending order after the gateway. */
export async function apart(
  bench: Bench,
  webhooks: PaymentWebhooks,
  orders: { paid: Orders; pending: Orders },
): Promise<{ looking: number; asking: number }> {
  const looked = await webhooks.post(orders.paid, 200);
  await bench.outside.ask({ kind: 'payments', status: 'pending' });
  const asked = await webhooks.post(orders.pending, 202);
  await bench.outside.ask({ kind: 'payments', status: 'completed' });
  return { looking: 1 / looked, asking: 1 / asked - 1 / looked };
}
