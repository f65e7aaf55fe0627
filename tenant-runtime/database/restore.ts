import type { Db } from '../../kernel/db.ts';
import {
  mergeDeliveredOrders,
  mergeMessages,
  mergeSoldUnits,
  mergeUpdates,
  recordRestore,
  stopBroadcasts,
} from './sql-restore.ts';

/** How many rows of each kind were taken over into a restored database. */
export type Merged = { delivered: number; sold: number; messages: number; updates: number; broadcasts: number };

/** What an admin reads as the reason. */
const STOPPED_BY_RESTORE = 'Toko dipulihkan dari cadangan.';

/**
 * Takes over into a restored database what happened since the backup and cannot be undone: goods that are in a customer's
 * hands, messages that were sent, updates that were handled. Sums of money are not taken over: they are what the backup
 * says, and what the gateway says when it is asked again. Both databases stand still meanwhile; it may be repeated.
 * `backup` is the name of the backup, for the store's audit log.
 * @throws AppError TENANT_STATE_CONFLICT when the former database holds what no runtime writes; errors of Postgres
 */
export function mergeAfterRestore(former: Db, restored: Db, backup: string): Promise<Merged> {
  return restored.tx(async (tx) => {
    const delivered = await mergeDeliveredOrders(former, tx);
    const units = await mergeSoldUnits(former, tx);
    const merged = {
      delivered,
      sold: units.length,
      messages: await mergeMessages(former, tx),
      updates: await mergeUpdates(former, tx),
      broadcasts: await stopBroadcasts(tx, STOPPED_BY_RESTORE),
    };
    // The next restore looks here for units that are gone although nobody took them out.
    await recordRestore(tx, `backup:${backup}`, { ...merged, units });
    return merged;
  });
}

/** Without the former database, only what the backup itself may not go on with. */
export async function finishRestoreAlone(restored: Db, backup: string): Promise<void> {
  await restored.tx(async (tx) => {
    const broadcasts = await stopBroadcasts(tx, STOPPED_BY_RESTORE);
    await recordRestore(tx, `backup:${backup}`, { broadcasts });
  });
}
