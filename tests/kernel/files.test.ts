import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeTree } from '../../kernel/files.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lapak-files-'));
});
afterAll(() => removeTree(root));

/** Folders in folders, made one by one as whoever lives there can: the path to the last is longer than one may be. */
const DIG = `
const { mkdirSync, writeFileSync } = require('node:fs');
for (let depth = 0; depth < 60; depth += 1) {
  mkdirSync('x'.repeat(200));
  mkdirSync('beside-' + depth);
  process.chdir('x'.repeat(200));
}
writeFileSync('last', '');`;

test('a folder is deleted however deep somebody has dug in it, and what its links lead to stays', async () => {
  const folder = join(root, 'store');
  const kept = join(root, 'kept');
  await mkdir(folder);
  await mkdir(kept);
  await writeFile(join(kept, 'file'), 'of the host');
  await symlink(kept, join(folder, 'link'));
  await execa(process.execPath, ['-e', DIG], { cwd: folder });
  await expect(rm(folder, { recursive: true })).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
  await removeTree(folder);
  await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readFile(join(kept, 'file'), 'utf8')).toBe('of the host');
  await removeTree(folder);
});
