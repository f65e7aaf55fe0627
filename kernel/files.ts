import { chmod, open, rename, rm } from 'node:fs/promises';
import { shortId } from './ids.ts';

/**
 * Replaces a file so that whoever reads it finds the old one or the new one, whole, also after a crash: written aside,
 * synced, renamed. The folder has to be there; its entry is durable once the folder is synced.
 * @param before called with the file aside, before it takes the place of the old one
 */
export async function replaceFile(
  path: string,
  content: string,
  { mode = 0o644, before }: { mode?: number; before?(aside: string): Promise<void> } = {},
): Promise<void> {
  const aside = `${path}.${shortId(6)}.new`;
  try {
    const file = await open(aside, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    // The umask may have taken something away.
    await chmod(aside, mode);
    await before?.(aside);
    await rename(aside, path);
  } catch (error) {
    // What fails on an open file does not say which it was.
    if (error instanceof Error && 'code' in error && !('path' in error)) Object.assign(error, { path });
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** For `catch`: undefined where there is no such file, and whatever else is wrong thrown on. */
export function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

/** Makes names that were made or changed in a folder outlive a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
