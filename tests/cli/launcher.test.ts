import { spawnSync } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, tempDir } from './support/cli.ts';

const LAUNCHER = join(ROOT, 'cli', 'lapak.mjs');

/** A Node older than 24 in PATH, if there is one. */
const oldNode = (process.env.PATH ?? '')
  .split(delimiter)
  .map((dir) => join(dir, 'node'))
  .find((node) => {
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout ?? '';
    const major = Number(/^v(\d+)\./.exec(version)?.[1]);
    return major >= 20 && major < 24;
  });

test('the launcher runs the command line, and ends as it ends', () => {
  const ran = spawnSync(process.execPath, [LAUNCHER, 'tenant', 'frobnicate'], { encoding: 'utf8' });
  expect(ran.status).toBe(2);
  expect(ran.stderr).toContain("unknown command 'frobnicate'");
});

test.skipIf(!oldNode)('an older Node hands over to the one that Lapak brings along', () => {
  const ran = spawnSync(oldNode ?? '', [LAUNCHER, '--version'], { encoding: 'utf8' });
  expect(ran).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test.skipIf(!oldNode)('an older Node without that one says what is needed', async () => {
  const elsewhere = join(await tempDir(), 'cli');
  await mkdir(elsewhere);
  await cp(LAUNCHER, join(elsewhere, 'lapak.mjs'));
  const ran = spawnSync(oldNode ?? '', [join(elsewhere, 'lapak.mjs'), '--version'], { encoding: 'utf8' });
  expect(ran.status).toBe(1);
  expect(ran.stderr).toContain('npm ci');
});
