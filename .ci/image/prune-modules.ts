import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';

/**
 * Leaves in node_modules only the packages that the given folders import, with what those need, and of them only what
 * is run: no type declarations, source maps or documents. Used while an image is built.
 *
 *   node .ci/image/prune-modules.ts <folder>…
 */
const MODULES = 'node_modules';
/** Also a file of a package that is looked up by its name, such as a font. */
const IMPORT =
  /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)['"]([^'".][^'"]*)['"]|\bresolve\(\s*['"]([^'".][^'"]*\/[^'"]*)['"]/g;
const NEVER_RUN = /(\.d\.[cm]?ts|\.[cm]?ts|\.map|\.md|\.markdown|\.flow|\.tsbuildinfo)$/i;
/** Large parts of packages that nothing here loads: bundles for browsers, other fonts of a family. */
const UNUSED = [
  /^node_modules\/(echarts|zrender)\/(dist|build|src|ssr|i18n|theme|asset|types)\//,
  /^node_modules\/dejavu-fonts-ttf\/ttf\/(?!DejaVuSansCondensed(-Bold)?\.ttf)/,
];
const KEPT_TEXT = /^licen[cs]e|^notice/i;

type Manifest = {
  name: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
};

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function importedBy(folders: string[]): Set<string> {
  const found = new Set<string>();
  for (const file of folders.flatMap(filesBelow).filter((path) => /\.m?[jt]s$/.test(path))) {
    for (const [, imported, resolved] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const name = packageOf((imported ?? resolved)!);
      if (!name.startsWith('node:') && !builtinModules.includes(name)) found.add(name);
    }
  }
  return found;
}

/** The folders of the packages that `names` need, found as Node finds them: upwards from whoever imports. */
function closure(names: Iterable<string>): Set<string> {
  const kept = new Set<string>();
  const visit = (name: string, from: string[]): void => {
    for (let depth = from.length; depth >= 0; depth -= 1) {
      const dir = join(...from.slice(0, depth).flatMap((parent) => [MODULES, parent]), MODULES, name);
      if (!statSync(join(dir, 'package.json'), { throwIfNoEntry: false })) continue;
      if (kept.has(dir)) return;
      kept.add(dir);
      const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest;
      const needs = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies };
      for (const need of Object.keys(needs)) visit(need, [...from.slice(0, depth), name]);
      return;
    }
  };
  for (const name of names) visit(name, []);
  return kept;
}

function packagesIn(modules: string): string[] {
  return readdirSync(modules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap((entry) => {
      const dir = join(modules, entry.name);
      const dirs = entry.name.startsWith('@') ? readdirSync(dir).map((name) => join(dir, name)) : [dir];
      return dirs.flatMap((found) => {
        const nested = join(found, MODULES);
        return [found, ...(statSync(nested, { throwIfNoEntry: false }) ? packagesIn(nested) : [])];
      });
    });
}

const kept = closure(importedBy(process.argv.slice(2)));
for (const dir of packagesIn(MODULES)) {
  // A package inside of one that goes, goes with it.
  if (!kept.has(dir)) rmSync(dir, { recursive: true, force: true });
}
rmSync(join(MODULES, '.bin'), { recursive: true, force: true });
for (const file of filesBelow(MODULES)) {
  const name = file.split('/').at(-1)!;
  const isUnused = NEVER_RUN.test(name) || UNUSED.some((part) => part.test(file));
  if (isUnused && !KEPT_TEXT.test(name)) rmSync(file);
}
process.stdout.write(`${kept.size} packages kept\n`);
