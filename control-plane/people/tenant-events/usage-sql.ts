import type { Queryable, Tx } from '../../../kernel/db.ts';

/** What a store has reported on one day of UTC, and what of it was not kept. */
export type Usage = { bytes: number; dropped: number };

export async function selectUsage(on: Queryable, tenantId: string, at: Date): Promise<Usage> {
  const [row] = await on.query<Usage>(
    `SELECT bytes, dropped FROM report_usage WHERE tenant_id = $1 AND day = ($2::timestamptz AT TIME ZONE 'UTC')::date`,
    [tenantId, at],
  );
  return row ?? { bytes: 0, dropped: 0 };
}

/** Takes bytes off the budget of the day. @returns false when there is no room for them; then nothing is taken */
export async function charge(
  tx: Tx,
  tenantId: string,
  of: { at: Date; bytes: number; budget: number },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO report_usage AS u (tenant_id, day, bytes)
     SELECT $1, ($2::timestamptz AT TIME ZONE 'UTC')::date, $3 WHERE $3::bigint <= $4::bigint
     ON CONFLICT (tenant_id, day) DO UPDATE SET bytes = u.bytes + excluded.bytes
      WHERE u.bytes + excluded.bytes <= $4::bigint
     RETURNING bytes`,
    [tenantId, of.at, of.bytes, of.budget],
  );
  return rows.length > 0;
}

/** Counts what was not kept. @returns true when it is the first of the day */
export async function countDropped(
  tx: Tx,
  tenantId: string,
  of: { at: Date; events: number; bytes: number },
): Promise<boolean> {
  const [row] = await tx.query<{ dropped: number }>(
    `INSERT INTO report_usage AS u (tenant_id, day, dropped, dropped_bytes)
     VALUES ($1, ($2::timestamptz AT TIME ZONE 'UTC')::date, $3, $4)
     ON CONFLICT (tenant_id, day)
     DO UPDATE SET dropped = u.dropped + excluded.dropped, dropped_bytes = u.dropped_bytes + excluded.dropped_bytes
     RETURNING dropped`,
    [tenantId, of.at, of.events, of.bytes],
  );
  return row?.dropped === of.events;
}

export async function deleteUsageBefore(on: Queryable, at: Date): Promise<void> {
  await on.query('DELETE FROM report_usage WHERE day < $1::timestamptz::date', [at]);
}
