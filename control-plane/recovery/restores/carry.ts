import { createDb } from '../../../kernel/db.ts';
import type { DumpTarget } from '../backups/index.ts';
import { connectionStringOf } from '../backups/postgres/index.ts';
import { carryDelivered, carryMessages, carrySold, carryUpdates, recordRestore, stopBroadcasts } from './carry-sql.ts';

export type Carried = { delivered: number; sold: number; messages: number; updates: number; broadcasts: number };

/**
 * Takes over into a restored database what happened since the backup and cannot be undone: goods that are in a customer's
 * hands, messages that were sent, updates that were handled. Sums of money are not taken over: they are what the backup
 * says, and what the gateway says when it is asked again. Both databases stand still meanwhile; it may be repeated.
 */
export async function carryOver(from: DumpTarget, to: DumpTarget, backup: string): Promise<Carried> {
  const former = open(from);
  const restored = open(to);
  try {
    return await restored.tx(async (tx) => {
      const delivered = await carryDelivered(former, tx);
      const units = await carrySold(former, tx);
      const carried = {
        delivered,
        sold: units.length,
        messages: await carryMessages(former, tx),
        updates: await carryUpdates(former, tx),
        broadcasts: await stopBroadcasts(tx, 'Toko dipulihkan dari cadangan.'),
      };
      // The next restore looks here for units that are gone although nobody took them out.
      await recordRestore(tx, `backup:${backup}`, { ...carried, units });
      return carried;
    });
  } finally {
    await former.close();
    await restored.close();
  }
}

/** Without the database of before, only what the backup itself may not go on with. */
export async function carryNothing(to: DumpTarget, backup: string): Promise<void> {
  const restored = open(to);
  try {
    await restored.tx(async (tx) => {
      const broadcasts = await stopBroadcasts(tx, 'Toko dipulihkan dari cadangan.');
      await recordRestore(tx, `backup:${backup}`, { broadcasts });
    });
  } finally {
    await restored.close();
  }
}

const open = (target: DumpTarget) =>
  createDb({ connectionString: connectionStringOf(target), max: 1, applicationName: 'lapak-restore' });
