import type { Clock } from '../../../../kernel/clock.ts';
import type { Db } from '../../../../kernel/db.ts';
import type { OwnerMessages } from '../../owner-messages/index.ts';
import type { FleetSales } from '../../sales/between.ts';
import { digestText } from './copy.ts';
import { claimDay, countIncidents, dayOf, lastDigest, selectTroubled, wasMade } from './sql.ts';

const DAY_MS = 86_400_000;

/**
 * Makes what owners read each morning, once a day however often it is called: the row of the day and the messages are
 * written together.
 */
export function createDigest(deps: {
  db: Db;
  clock: Clock;
  messages: OwnerMessages;
  ownerIds: readonly number[];
  timeZone: string;
  tenantsByState(): Promise<Record<string, number>>;
  sales(from: Date, to: Date): Promise<FleetSales>;
  /** Stores whose last good backup is as young as it should be, and those where it is not; undefined where none are made. */
  backups: (() => Promise<{ good: number; overdue: number }>) | undefined;
}): () => Promise<void> {
  const { db, clock, messages, ownerIds, timeZone } = deps;
  return async () => {
    if (!messages.enabled || ownerIds.length === 0) return;
    const now = clock.now();
    const { day, from, to } = await dayOf(db, now, timeZone);
    if (await wasMade(db, day)) return;
    const since = (await lastDigest(db)) ?? new Date(now.getTime() - DAY_MS);
    const html = digestText({
      day,
      byState: await deps.tenantsByState(),
      troubled: await selectTroubled(db),
      incidents: await countIncidents(db, since),
      sales: await deps.sales(from, to),
      backups: await deps.backups?.(),
    });
    await db.tx(async (tx) => {
      if (!(await claimDay(tx, day, now))) return;
      await messages.enqueue(tx, { store: null, chatIds: ownerIds, texts: [{ html, urgent: false }] });
    });
  };
}
