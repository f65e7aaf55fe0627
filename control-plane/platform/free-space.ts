import { statfs } from 'node:fs/promises';
import { AppError } from '../../kernel/errors.ts';

/** Left for whoever writes on the disk all the time, such as the databases of the stores: of a small disk a part. */
const MOST_SPARED = 256_000_000;
const SPARED_SHARE = 0.02;

/**
 * That the disk below a folder takes so many bytes more. Asked before large files are begun: one that fills the disk to its
 * last byte stops everybody who shares it.
 * @throws AppError STORAGE_FULL
 */
export async function assertRoom(folder: string, needed: number, what: string): Promise<void> {
  const { free, spared } = await spaceOf(folder);
  if (free - spared >= needed) return;
  throw new AppError(
    'STORAGE_FULL',
    `${what} needs about ${megabytes(needed)} in ${folder}, and ${megabytes(spared)} beside it stay free for the stores; ${megabytes(free)} are free. Free some space and retry.`,
  );
}

/** How many bytes the disk below a folder takes before it comes to those that are spared. */
export async function roomLeft(folder: string): Promise<number> {
  const { free, spared } = await spaceOf(folder);
  return Math.max(0, free - spared);
}

async function spaceOf(folder: string): Promise<{ free: number; spared: number }> {
  const { blocks, bavail, bsize } = await statfs(folder);
  return { free: bavail * bsize, spared: Math.min(MOST_SPARED, blocks * bsize * SPARED_SHARE) };
}

export const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
