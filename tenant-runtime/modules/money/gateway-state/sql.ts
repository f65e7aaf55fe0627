import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { ClosedCause } from '../../../gateway/index.ts';

export type StateRow = { fault: string | null; since: Date | null; sandbox: boolean | null };

export async function findState(on: Queryable, gateway: string): Promise<StateRow | undefined> {
  const [row] = await on.query<StateRow>('SELECT fault, since, sandbox FROM gateway_state WHERE gateway = $1', [
    gateway,
  ]);
  return row;
}

/** Writes a fault down. Its number, or undefined when this very fault is written already. */
export async function beginFault(tx: Tx, gateway: string, fault: ClosedCause, at: Date): Promise<number | undefined> {
  const [row] = await tx.query<{ faults: number }>(
    `INSERT INTO gateway_state AS s (gateway, fault, since, faults) VALUES ($1, $2, $3, 1)
     ON CONFLICT (gateway) DO UPDATE SET fault = $2, since = coalesce(s.since, $3), faults = s.faults + 1
      WHERE s.fault IS DISTINCT FROM $2 RETURNING faults`,
    [gateway, fault, at],
  );
  return row?.faults;
}

/** Ends the fault that is there. Its number, or undefined when there is none. */
export async function endFault(tx: Tx, gateway: string): Promise<number | undefined> {
  const [row] = await tx.query<{ faults: number }>(
    `UPDATE gateway_state SET fault = NULL, since = NULL WHERE gateway = $1 AND fault IS NOT NULL RETURNING faults`,
    [gateway],
  );
  return row?.faults;
}

export async function putSandbox(on: Queryable, gateway: string, sandbox: boolean): Promise<void> {
  await on.query(
    `INSERT INTO gateway_state (gateway, sandbox) VALUES ($1, $2)
     ON CONFLICT (gateway) DO UPDATE SET sandbox = EXCLUDED.sandbox`,
    [gateway, sandbox],
  );
}
