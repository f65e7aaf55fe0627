import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const IMPORT = /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)'(\.[^']+)'/g;

/** Source paths that a stage of the Dockerfile copies from the checkout. */
async function copiedBy(stage: string): Promise<string[]> {
  const dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8');
  const found = dockerfile.split(/^(?=FROM )/m).find((text) => text.split('\n', 1)[0]?.endsWith(` AS ${stage}`));
  if (!found) throw new Error(`The Dockerfile has no stage ${stage}.`);
  return [...found.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, sources]) => (sources as string).split(' '));
}

/** Every file that the entry points import, at the start or later; what `isOutside` says is not followed. */
async function importedBy(entryPoints: readonly string[], isOutside: (path: string) => boolean): Promise<string[]> {
  const seen = new Set<string>();
  const waiting = [...entryPoints];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path) || isOutside(path)) continue;
    seen.add(path);
    const text = await readFile(join(ROOT, path), 'utf8');
    const folder = dirname(join(ROOT, path));
    waiting.push(...[...text.matchAll(IMPORT)].map(([, to]) => relative(ROOT, join(folder, to as string))));
  }
  return [...seen];
}

const isBelow = (path: string, sources: readonly string[]) =>
  sources.some((source) => path === source || path.startsWith(`${source}/`));

test.each([
  {
    stage: 'control-plane',
    entryPoints: [
      'control-plane/main.ts',
      'control-plane/engine-proxy/main.ts',
      'control-plane/recovery/control-plane/main.ts',
      'control-plane/recovery/resealing/main.ts',
      'cli/lapak.mjs',
    ],
    // The demo runs on a checkout, with the sandbox.
    isOutside: (path: string) => path.startsWith('cli/demo/'),
  },
  {
    stage: 'tenant-runtime',
    entryPoints: ['tenant-runtime/main.ts', 'tenant-runtime/healthcheck.ts', 'egress/main.ts'],
    isOutside: () => false,
  },
  { stage: 'sandbox', entryPoints: ['sandbox/main.ts'], isOutside: () => false },
  // What the console takes from elsewhere.
  { stage: 'pages', entryPoints: ['control-plane/api/contract/index.ts'], isOutside: () => false },
])('the image of $stage contains every file that its programs import', async ({ stage, entryPoints, isOutside }) => {
  const sources = await copiedBy(stage);
  const imported = await importedBy(entryPoints, isOutside);
  expect(imported.length).toBeGreaterThan(20);
  expect(imported.filter((path) => !isBelow(path, sources))).toEqual([]);
});

test.each(['control-plane', 'sandbox'])('the image of %s has its pages from a stage before it', async (stage) => {
  const dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8');
  const stages = dockerfile.split(/^(?=FROM )/m);
  const place = (name: string) => stages.findIndex((text) => text.split('\n', 1)[0]?.endsWith(` AS ${name}`));
  expect(stages[place(stage)]).toMatch(/^COPY --from=pages \/app\/web\/dist(\/phones)? \.\/web\/dist/m);
  expect(place('pages')).toBeGreaterThan(0);
  expect(place('pages')).toBeLessThan(place(stage));
});
