import { lstat, opendir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { absent } from '../../../kernel/files.ts';

/** Per cent in use of the disk that a folder lies on, as `df` counts: of what is not kept for root. */
export async function diskInUse(folder: string): Promise<number> {
  const { blocks, bfree, bavail } = await statfs(folder);
  const used = blocks - bfree;
  return used + bavail === 0 ? 0 : (used / (used + bavail)) * 100;
}

const MOST_ENTRIES = 20_000;

/** Bytes of the files below a folder. Links are not followed: the store may put any there. */
export async function bytesBelow(folder: string, signal: AbortSignal): Promise<number> {
  let bytes = 0;
  let entries = 0;
  const open = [folder];
  // A file may go meanwhile: logs are rotated.
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const directory = await opendir(next).catch(absent);
    for await (const entry of directory ?? []) {
      signal.throwIfAborted();
      if (++entries > MOST_ENTRIES) return bytes;
      const path = join(next, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile()) bytes += (await lstat(path).catch(absent))?.size ?? 0;
    }
  }
  return bytes;
}
