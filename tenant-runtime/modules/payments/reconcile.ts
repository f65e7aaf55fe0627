import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Intake } from '../../config.ts';
import type { Payments } from './service.ts';
import { scheduleNext } from './service.ts';
import { duePayments } from './sql.ts';

export type Reconcile = {
  start(): void;
  stop(): Promise<void>;
  /** Looks again when the next question is due; called when a payment was made or changed. */
  poke(): void;
  /** Asks about every payment whose turn has come. */
  sweep(): Promise<void>;
};

const BATCH = 20;
const SIDE_BY_SIDE = 5;
/** After a fault of the database. */
const RETRY_MS = 5000;
const LONGEST_SLEEP_MS = 60 * 60_000;

/**
 * The timer that asks the gateway about payments, so that money is found without a webhook. It sleeps until the next
 * question is due; with no payment open it costs nothing.
 */
export function createReconcile(deps: {
  db: Db;
  payments: Payments;
  mode: Intake['mode'];
  clock: Clock;
  log: Log;
}): Reconcile {
  const { db, clock, log } = deps;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = true;

  async function sweep(): Promise<void> {
    for (;;) {
      const due = await duePayments(db, clock.now(), BATCH);
      for (let at = 0; at < due.length; at += SIDE_BY_SIDE) {
        await Promise.all(
          due.slice(at, at + SIDE_BY_SIDE).map(async (payment) => {
            const result = await deps.payments.check(payment, 'reconcile');
            await scheduleNext(db, payment, result, deps.mode, clock.now());
          }),
        );
      }
      if (due.length < BATCH) return;
    }
  }

  function arm(millis: number): void {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(poke, Math.min(millis, LONGEST_SLEEP_MS));
  }

  function poke(): void {
    if (stopped) return;
    if (running) {
      again = true;
      return;
    }
    again = false;
    running = round().finally(() => {
      running = undefined;
      if (again) poke();
    });
  }

  async function round(): Promise<void> {
    try {
      await sweep();
      const next = await deps.payments.nextCheckAt();
      if (next) arm(Math.max(0, next.getTime() - clock.now().getTime()));
    } catch (err) {
      log.warn({ err }, 'reconciling payments failed, will try again');
      arm(RETRY_MS);
    }
  }

  return {
    start() {
      stopped = false;
      poke();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
    poke,
    sweep,
  };
}
