import type { Clock } from '../kernel/clock.ts';
import type { Db, Tx } from '../kernel/db.ts';
import type { Jobs } from '../kernel/jobs.ts';
import type { QueueName } from './composition/index.ts';
import { pendingOrders, reviveRefused } from './modules/delivery/deliveries/index.ts';
import { recentSubjects } from './modules/delivery/notices/index.ts';
import { unfinishedInvoices } from './modules/money/payments/index.ts';

const NOTICE_DAYS = 2;

/**
 * Queues again what the rows say is unfinished. The rows are the truth, the queue only wakes the workers: a job that a
 * killed process had in hand would otherwise wait for its time-out.
 */
export async function recover(deps: {
  db: Db;
  jobs: Jobs<QueueName>;
  clock: Clock;
  /** Ends what waits for something that will never come, because the store was upgraded. */
  endObsolete(tx: Tx): Promise<void>;
}): Promise<void> {
  const { db, jobs, clock } = deps;
  await db.tx(deps.endObsolete);
  const since = new Date(clock.now().getTime() - NOTICE_DAYS * 86_400_000);
  await db.tx(async (tx) => {
    // The store may have its former bot back, which knows the files.
    await reviveRefused(tx, null);
    for (const orderId of await pendingOrders(tx)) await jobs.send(tx, 'delivery', { orderId });
    for (const paymentId of await unfinishedInvoices(tx)) await jobs.send(tx, 'invoice', { paymentId });
    for (const { kind, id } of await recentSubjects(tx, since)) {
      await jobs.send(tx, 'notice', kind === 'order' ? { orderId: id } : { depositId: id });
    }
  });
}
