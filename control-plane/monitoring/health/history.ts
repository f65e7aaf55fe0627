import { lastDays } from '../../../kernel/days.ts';
import type { Queryable } from '../../../kernel/db.ts';
import type { HealthHistory } from '../../api/contract/index.ts';
import { type OutageRow, selectCheckedDays, selectOutages } from './history-sql.ts';

const DAYS = 30;
const MOST_OUTAGES = 100;
const LONGEST_REASON = 500;

/** Thirty days of a store, by the days of its zone, and its outages in them. */
export async function healthHistory(
  on: Queryable,
  of: { tenantId: string; timeZone: string; now: Date },
): Promise<HealthHistory> {
  const days = lastDays(of.now, DAYS, of.timeZone);
  const starts = days.map(({ from }) => from);
  const checked = new Map((await selectCheckedDays(on, of.tenantId, starts)).map((row) => [row.index, row]));
  const outages = await selectOutages(on, of.tenantId, starts[0] ?? of.now, MOST_OUTAGES);
  return {
    days: days.map(({ day }, index) => {
      const { checks = 0, failed = 0 } = checked.get(index) ?? {};
      return { day, checks, failed };
    }),
    outages: outages.map((row) => ({
      from: row.from.toISOString(),
      until: row.until?.toISOString() ?? null,
      reason: reasonOf(row),
    })),
  };
}

function reasonOf({ checks }: OutageRow): string {
  const failed = Object.entries(checks).filter(([, finding]) => finding?.result === 'fail');
  const reason = failed.map(([check, finding]) => `${check}: ${finding?.detail}`).join('; ');
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON - 1)}…` : reason;
}
