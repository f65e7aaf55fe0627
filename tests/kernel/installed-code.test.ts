import { cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createInstalledCode } from '../../kernel/installed-code.ts';

const ROOT = join(import.meta.dirname, '..', '..');

test('equal code has one name wherever it lies, and each change of it another', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'lapak-code-'));
  onTestFinished(() => rm(copy, { recursive: true }));
  for (const part of ['kernel', 'tenant-runtime', 'migrations', 'package.json'])
    await cp(join(ROOT, part), join(copy, part), { recursive: true });
  const installedCode = createInstalledCode(copy);
  const names = [await installedCode()];
  expect(names[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(names[0]).toBe(await createInstalledCode()());

  await writeFile(join(copy, 'migrations', 'control', '9999_later.sql'), '');
  expect(await installedCode()).toBe(names[0]);
  const changes = [
    () => writeFile(join(copy, 'tenant-runtime', 'main.ts'), '// shorter'),
    () => rename(join(copy, 'kernel', 'ids.ts'), join(copy, 'kernel', 'names.ts')),
    () => writeFile(join(copy, 'migrations', 'tenant', '9999_later.sql'), ''),
    () => writeFile(join(copy, 'package.json'), '{}'),
    // As long as before, in the same moment perhaps.
    () => writeFile(join(copy, 'package.json'), '[]'),
  ];
  for (const change of changes) {
    await change();
    const name = await installedCode();
    expect(names).not.toContain(name);
    names.push(name);
  }
});
