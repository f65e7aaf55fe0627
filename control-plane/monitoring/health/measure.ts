import type { Dirent } from 'node:fs';
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
const DEEPEST = 16;

export type FolderUse = {
  /** What its files take on the disk. */
  bytes: number;
  /** What they hold, holes included: what a person reads of them. */
  length: number;
  /** More may lie there than was counted, since the store has too many files, too many folders in folders, or closed one. */
  hidden: boolean;
};

/** What the files below a folder take. Links are not followed: the store may put any there. */
export async function useBelow(folder: string, signal: AbortSignal): Promise<FolderUse> {
  const use: FolderUse = { bytes: 0, length: 0, hidden: false };
  let entries = 0;
  const open = [{ path: folder, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path: at, depth } = next;
    for await (const entry of await entriesOf(at, use)) {
      signal.throwIfAborted();
      if (++entries > MOST_ENTRIES) return { ...use, hidden: true };
      const path = join(at, entry.name);
      if (!entry.isDirectory()) await add(path, use);
      else if (depth < DEEPEST) open.push({ path, depth: depth + 1 });
      else use.hidden = true;
    }
  }
  return use;
}

/** A folder may go meanwhile. One that is ours and cannot be read was closed by the store, which runs as we do. */
async function entriesOf(folder: string, use: FolderUse): Promise<AsyncIterable<Dirent> | Iterable<Dirent>> {
  try {
    return await opendir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    const mine = code === 'EACCES' && (await lstat(folder)).uid === process.geteuid?.();
    if (!mine) throw error;
    use.hidden = true;
    return [];
  }
}

/** A file may go meanwhile: logs are rotated. On the disk its blocks count: a file with holes takes less than its length. */
async function add(path: string, use: FolderUse): Promise<void> {
  const found = await lstat(path).catch(absent);
  if (!found?.isFile()) return;
  use.bytes += found.blocks * 512;
  use.length += found.size;
}
