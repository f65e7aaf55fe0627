import type { BackgroundTask } from '../../../../kernel/background-tasks.ts';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Db } from '../../../../kernel/db.ts';
import type { Log } from '../../../../kernel/log.ts';
import { forEachConcurrently } from '../../../../kernel/semaphore.ts';
import type { Intake } from '../../../config.ts';
import type { Payments } from './service.ts';
import { scheduleNext } from './service.ts';
import { duePayments } from './sql.ts';

export type Reconcile = {
  /** Activated when a payment was made or changed. */
  task: BackgroundTask;
  /** Asks about every payment whose turn has come, and a gateway that was closed whether it is open. */
  sweep(signal?: AbortSignal): Promise<void>;
};

const BATCH = 20;
const SIDE_BY_SIDE = 5;

/**
 * The timer that asks the gateway about payments, so that money is found without a webhook. It sleeps until the next
 * question is due; with no payment open it costs nothing.
 */
export function createReconcile(deps: {
  db: Db;
  payments: Payments;
  /** Asks whether a gateway that takes no payments does so again. */
  probe: { dueAt(): Date | undefined; run(): Promise<void> };
  mode: Intake['mode'];
  clock: Clock;
  log: Log;
}): Reconcile {
  const { db, payments, probe, clock, log } = deps;

  async function sweep(signal?: AbortSignal): Promise<void> {
    const probeAt = probe.dueAt();
    if (probeAt && probeAt <= clock.now()) await probe.run();
    while (!signal?.aborted) {
      const due = await duePayments(db, clock.now(), BATCH);
      await forEachConcurrently(SIDE_BY_SIDE, due, async (payment) => {
        const result = await payments.check(payment, 'reconcile');
        await scheduleNext(db, payment, result, deps.mode, clock.now());
      });
      if (due.length < BATCH) return;
    }
  }

  const task: BackgroundTask = {
    name: 'payment-reconciler',
    async run(signal) {
      await sweep(signal);
      const next = [await payments.nextCheckAt(), probe.dueAt()].filter((at) => at instanceof Date);
      if (next.length === 0) return undefined;
      return Math.max(0, Math.min(...next.map((at) => at.getTime())) - clock.now().getTime());
    },
    onFailure: (err) => log.warn({ err }, 'reconciling payments failed, will try again'),
  };
  return { task, sweep };
}
