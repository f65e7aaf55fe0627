import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { OpenEvent, OwnerEvent, Severity } from './schema.ts';

/** False when this cause was told before. */
export async function insertEvent(tx: Tx, event: OwnerEvent & { severity: Severity; at: Date }): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO owner_events (cause, kind, severity, text, at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (cause) DO NOTHING RETURNING id`,
    [event.cause, event.kind, event.severity, event.text, event.at],
  );
  return rows.length > 0;
}

export async function openEvents(on: Queryable, limit: number): Promise<OpenEvent[]> {
  return on.query(
    'SELECT id, kind, severity, text, at FROM owner_events WHERE taken_at IS NULL ORDER BY position LIMIT $1',
    [limit],
  );
}

export async function markTaken(on: Queryable, ids: readonly string[], at: Date): Promise<void> {
  await on.query('UPDATE owner_events SET taken_at = $2 WHERE id = ANY($1::uuid[])', [ids, at]);
}

export async function deleteTaken(on: Queryable, before: Date): Promise<void> {
  await on.query('DELETE FROM owner_events WHERE taken_at < $1', [before]);
}

export type DayOfSales = { paid: number; revenue: number; unpaid: number; deposits: number; deposited: number };

/** What a day (`YYYY-MM-DD` in `timeZone`) came to: orders paid on it, made on it without money so far, and deposits that came. What was paid without money counts nothing. */
export async function salesOfDay(on: Queryable, day: string, timeZone: string): Promise<DayOfSales> {
  const [row] = await on.query<DayOfSales>(
    `WITH day AS (SELECT ($1::date)::timestamp AT TIME ZONE $2 AS begins, ($1::date + 1)::timestamp AT TIME ZONE $2 AS ends),
     money AS (
       SELECT amount FROM deposits d, day WHERE d.paid_at >= begins AND d.paid_at < ends
          AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.deposit_id = d.id AND p.sandbox))
     SELECT count(*) FILTER (WHERE paid_at >= begins AND paid_at < ends) AS paid,
            coalesce(sum(total - refunded) FILTER (WHERE paid_at >= begins AND paid_at < ends), 0)::bigint AS revenue,
            count(*) FILTER (WHERE paid_at IS NULL AND created_at >= begins) AS unpaid,
            (SELECT count(*) FROM money) AS deposits,
            (SELECT coalesce(sum(amount), 0)::bigint FROM money) AS deposited
       FROM orders, day WHERE created_at < ends AND (created_at >= begins OR paid_at >= begins) AND NOT sandbox`,
    [day, timeZone],
  );
  return row!;
}

export async function wasTold(on: Queryable, cause: string): Promise<boolean> {
  const rows = await on.query('SELECT id FROM owner_events WHERE cause = $1', [cause]);
  return rows.length > 0;
}
