import {
  finishRestoreAlone,
  type Merged,
  mergeAfterRestore,
  withStoreDatabase,
} from '../../../tenant-runtime/database/index.ts';
import type { DumpTarget } from '../backups/index.ts';
import { connectionStringOf } from '../backups/postgres/index.ts';

const ASKER = { asker: 'restore' };

/** Takes over into a restored database what happened since the backup and cannot be undone. It may be repeated. */
export const mergeSince = (from: DumpTarget, to: DumpTarget, backup: string): Promise<Merged> =>
  withStoreDatabase(connectionStringOf(from), ASKER, (former) =>
    withStoreDatabase(connectionStringOf(to), ASKER, (restored) => mergeAfterRestore(former, restored, backup)),
  );

/** Without the database of before, only what the backup itself may not go on with. */
export const finishAlone = (to: DumpTarget, backup: string): Promise<void> =>
  withStoreDatabase(connectionStringOf(to), ASKER, (restored) => finishRestoreAlone(restored, backup));
