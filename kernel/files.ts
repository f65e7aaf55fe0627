import { chmod, open, opendir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Deletes a folder with all that somebody may have put there; links are deleted and not followed. One that is gone is no fault. */
export async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENAMETOOLONG')) throw error;
    await flatten(folder);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Moves every folder below to the top: whoever makes them one by one gets deeper than a path may be long. */
async function flatten(folder: string): Promise<void> {
  const left = await foldersIn(folder);
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    for (const below of await foldersIn(join(folder, name))) {
      const top = `moved-${shortId(16)}`;
      await rename(join(folder, name, below), join(folder, top));
      left.push(top);
    }
  }
}

async function foldersIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of await opendir(folder)) if (entry.isDirectory()) names.push(entry.name);
  return names;
}
