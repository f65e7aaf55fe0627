import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../kernel/db.ts';

/** What is still under way, by name; everything zero means that the store has come to rest. */
const OPEN = `
  SELECT (SELECT count(*) FROM deliveries WHERE status = 'pending') AS "deliveries pending",
         (SELECT count(*) FROM orders WHERE status = 'awaiting_payment') AS "orders awaiting payment",
         (SELECT count(*) FROM payments WHERE status IN ('creating', 'pending')) AS "payments open",
         (SELECT count(*) FROM payments WHERE status NOT IN ('creating', 'pending') AND invoice_closed_at IS NULL) AS "invoices to close",
         (SELECT count(*) FROM payments WHERE next_check_at <= now()) AS "payments due",
         (SELECT count(*) FROM outbox WHERE sent_at IS NULL AND refused IS NULL) AS "messages to send",
         (SELECT count(*) FROM owner_events WHERE taken_at IS NULL) AS "events to tell"`;

const SAY_EVERY_MS = 5000;

/** Waits until the store has come to rest; answers what was still under way when patience ended, if anything. */
export async function settle(
  db: Db,
  pendingUpdates: () => number,
  patienceMs: number,
  gone: AbortSignal,
  say: (open: readonly string[]) => void,
): Promise<string[]> {
  const end = performance.now() + patienceMs;
  let open: string[] = [];
  let calm = 0;
  let said = performance.now();
  while (performance.now() < end) {
    gone.throwIfAborted();
    const [row] = await db.query<Record<string, number>>(OPEN);
    const counts = { ...row, 'updates to take': pendingUpdates() };
    open = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
    // Between two steps of one thing nothing may be open for a moment.
    calm = open.length === 0 ? calm + 1 : 0;
    if (calm === 3) return [];
    if (open.length > 0 && performance.now() - said > SAY_EVERY_MS) {
      said = performance.now();
      say(open);
    }
    await sleep(500);
  }
  return open;
}
