import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Hex } from './crypto.ts';

/** What the runtime of stores is made of. Versions of its libraries are exact in package.json. */
const PARTS = ['kernel', 'tenant-runtime', 'migrations/tenant'] as const;
const ROOT = join(import.meta.dirname, '..');

/**
 * Names the code of the stores' runtime as it lies below `root` now: equal for equal content, 32 hexadecimal digits. It is
 * asked for each store that is opened: a file that is the same as last time is not read again.
 */
export function createInstalledCode(root = ROOT): () => Promise<string> {
  const known = new Map<string, { mark: string; hash: string }>();

  async function hashOf(file: string): Promise<string> {
    const { ino, size, mtimeMs, ctimeMs } = await stat(file);
    const mark = [ino, size, mtimeMs, ctimeMs].join(' ');
    const last = known.get(file);
    if (last?.mark === mark) return last.hash;
    const hash = sha256Hex(await readFile(file));
    known.set(file, { mark, hash });
    return hash;
  }

  return async () => {
    const folders = await Promise.all(
      PARTS.map(async (part) => {
        const entries = await readdir(join(root, part), { recursive: true, withFileTypes: true });
        return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      }),
    );
    const files = [join(root, 'package.json'), ...folders.flat()].sort();
    const lines = await Promise.all(files.map(async (file) => `${file.slice(root.length)} ${await hashOf(file)}`));
    return sha256Hex(lines.join('\n')).slice(0, 32);
  };
}
