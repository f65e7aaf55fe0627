import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { pageConfig } from '../../../web/vite.config.ts';
import type { Measure } from '../bench.ts';
import type { Row } from '../report.ts';

/** KiB, gzip, that a browser may have to load before a screen shows. */
const FLOOR_KIB = 120;
const TITLE = 'first load of each screen of the console (KiB, gzip: scripts and styles), against its bound';
const SCREENS = join(import.meta.dirname, '..', '..', '..', 'web', 'console', 'screens');

const size = (content: string | Uint8Array): number => gzipSync(content, { level: 9 }).length;

/** What a chunk brings along before it runs, itself included. */
function needed(
  name: string,
  chunks: ReadonlyMap<string, Rolldown.OutputChunk>,
  found = new Set<string>(),
): Set<string> {
  const chunk = chunks.get(name);
  if (!chunk || found.has(name)) return found;
  found.add(name);
  for (const other of chunk.imports) needed(other, chunks, found);
  return found;
}

/** Builds the console as `npm run build` does, and adds up what each screen needs: the page's entry, its own chunk, styles. */
export const measureConsole: Measure = async () => {
  const config = pageConfig('console');
  const built = await build({ ...config, build: { ...config.build, write: false } });
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((each) => ('output' in each ? each.output : []));
  const chunks = new Map(outputs.flatMap((each) => (each.type === 'chunk' ? [[each.fileName, each] as const] : [])));
  const entry = [...chunks.values()].find(({ isEntry }) => isEntry);
  if (!entry) throw new Error('the build of the console has no entry');
  const styles = outputs.flatMap((each) =>
    each.type === 'asset' && each.fileName.endsWith('.css') ? [size(each.source)] : [],
  );
  const css = styles.reduce((sum, each) => sum + each, 0);
  const bytes = (names: ReadonlySet<string>) =>
    [...names].reduce((sum, name) => sum + size(chunks.get(name)?.code ?? ''), css);
  const row = (what: string, names: ReadonlySet<string>): Row => ({
    what,
    ours: bytes(names) / 1024,
    yardstick: FLOOR_KIB,
    unit: 'KiB',
  });
  const always = needed(entry.fileName, chunks);
  const rows: Row[] = [row('the shell alone', always)];
  for (const screen of await readdir(SCREENS)) {
    const own = [...chunks.values()].find(({ facadeModuleId }) =>
      facadeModuleId?.endsWith(join('screens', screen, 'index.tsx')),
    );
    if (own) rows.push({ ...row(screen, needed(own.fileName, chunks, new Set(always))), budget: { most: 1 } });
  }
  const index = await readFile(join(SCREENS, '..', 'index.html'));
  return { title: TITLE, rows, notes: [`index.html adds ${size(index)} bytes to each`] };
};
