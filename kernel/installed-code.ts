import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Hex } from './crypto.ts';

/** What the runtime of stores is made of. Versions of its libraries are exact in package.json. */
const PARTS = ['kernel', 'tenant-runtime', 'migrations/tenant'] as const;

/** Names the code of the stores' runtime as it lies below `root` now: equal for equal content, 32 hexadecimal digits. */
export async function installedCode(root: string): Promise<string> {
  const folders = await Promise.all(
    PARTS.map(async (part) => {
      const entries = await readdir(join(root, part), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    }),
  );
  const files = [join(root, 'package.json'), ...folders.flat()].sort();
  const hashes = await Promise.all(
    files.map(async (file) => `${file.slice(root.length)} ${sha256Hex(await readFile(file))}`),
  );
  return sha256Hex(hashes.join('\n')).slice(0, 32);
}
