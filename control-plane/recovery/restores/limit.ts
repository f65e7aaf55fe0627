import { AppError } from '../../../kernel/errors.ts';
import type { ScratchDatabases } from '../../fleet/databases/index.ts';
import { megabytes } from '../../platform/free-space.ts';
import type { BackupRow } from '../backups/index.ts';

/** A loaded database has no dead rows, so that it is smaller than it was, unless it was made to give more than it holds. */
const MOST_GROWN = 2;
const ALWAYS_LOADED = 64_000_000;
/** A dump is loaded at this pace at least, over all. */
const LOADED_PER_MS = 1_000;
const SHORTEST_MS = 30 * 60_000;
const LONGEST_MS = 24 * 3_600_000;
const LOOK_MS = 500;

export type LoadLimit = { bytes: number; ms: number; tooLarge: AppError; tooLong: AppError };

/**
 * What the load of a backup may take: a database can hold one value for a million rows, and a small dump of it writes each of
 * them. Pure.
 * @param of `expected` bytes of the database, `room` for it on the disk of the cluster where that is known
 */
export function loadLimit(of: {
  backup: Pick<BackupRow, 'file'>;
  expected: number;
  room: number | undefined;
}): LoadLimit {
  const { expected, room = Number.POSITIVE_INFINITY } = of;
  const { file } = of.backup;
  const most = expected * MOST_GROWN + ALWAYS_LOADED;
  const ms = Math.min(LONGEST_MS, SHORTEST_MS + most / LOADED_PER_MS);
  const tooLong = new AppError(
    'DEADLINE_EXCEEDED',
    `The load of ${file} was ended: it was not done within ${Math.round(ms / 60_000)} min, which is long for its size. Retry when the cluster has less to do; where it stays so, the backup holds functions that wait: use an older one, and look whether the store was taken over.`,
  );
  if (room < most) {
    const full = `The load of ${file} was ended: it came to ${megabytes(room)}, and there is no room for more on the disk of the databases. Free some space and retry.`;
    return { bytes: room, ms, tooLarge: new AppError('STORAGE_FULL', full), tooLong };
  }
  const grown = `The load of ${file} was ended: it came to ${megabytes(most)}, but the database had about ${megabytes(expected)} when it was backed up. No store's runtime makes such tables. Use an older backup, and look whether the store was taken over.`;
  return { bytes: most, ms, tooLarge: new AppError('BACKUP_DAMAGED', grown), tooLong };
}

/**
 * Watches over a load into a scratch database. When that comes to more than its limit, the load is ended and the database is
 * dropped, with whatever still writes into it.
 * @throws AppError BACKUP_DAMAGED, STORAGE_FULL, DEADLINE_EXCEEDED
 */
export async function loadWithin<T>(
  limit: LoadLimit,
  of: { scratches: Pick<ScratchDatabases, 'size' | 'drop'>; name: string; signal: AbortSignal },
  load: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { scratches, name } = of;
  const ended = new AbortController();
  const over = setTimeout(() => ended.abort(limit.tooLong), limit.ms);
  let looking: NodeJS.Timeout | undefined;

  async function assertWithin(): Promise<void> {
    if (((await scratches.size(name)) ?? 0) > limit.bytes) throw limit.tooLarge;
  }
  /** A look that fails, as when the cluster is away for a moment, is made again. */
  const look = () => {
    assertWithin()
      .catch((error) => (error === limit.tooLarge ? ended.abort(error) : undefined))
      .finally(() => {
        if (looking) looking = setTimeout(look, LOOK_MS);
      });
  };
  looking = setTimeout(look, LOOK_MS);
  try {
    const loaded = await load(AbortSignal.any([of.signal, ended.signal]));
    await assertWithin();
    return loaded;
  } catch (error) {
    if (error === limit.tooLarge || error === limit.tooLong) await scratches.drop(name);
    throw error;
  } finally {
    clearTimeout(over);
    clearTimeout(looking);
    looking = undefined;
  }
}
