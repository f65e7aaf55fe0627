import { AppError, errorMessage } from '../../../../kernel/errors.ts';

/** Names a fault of disk or database by its code. What comes of an abort stays what it is. */
export async function reporting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw coded(error);
  }
}

function coded(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (error instanceof AppError || !(error instanceof Error) || error.name === 'AbortError') return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('STORAGE_FULL', 'The disk of the backups is full. Free some space and retry.', {
      cause: error,
    });
  }
  if (typeof code !== 'string') return error;
  // Of Postgres (five letters and digits) or of the system (ENOENT, ECONNREFUSED).
  return new AppError('BACKUP_FAILED', `The backup could not be made: ${errorMessage(error)}.`, { cause: error });
}
