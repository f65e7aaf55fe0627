import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { pageConfig } from '../../../web/vite.config.ts';

/** KiB, gzip, that a browser may have to load before a screen shows: what the console is specified with. */
export const MOST_KIB = 120;

const CONSOLE = join(import.meta.dirname, '..', '..', '..', 'web', 'console');
const SCREENS = join(CONSOLE, 'screens');

/** KiB, gzip. `shell` is what every screen needs, `react` the part of it that no change of ours makes smaller. */
export type FirstLoads = { screens: ReadonlyMap<string, number>; shell: number; react: number };

const size = (content: string | Uint8Array): number => gzipSync(content, { level: 9 }).length / 1024;

type Chunks = ReadonlyMap<string, Rolldown.OutputChunk>;

/** What a chunk brings along before it runs, itself included. */
function needed(name: string, chunks: Chunks, found = new Set<string>()): Set<string> {
  const chunk = chunks.get(name);
  if (!chunk || found.has(name)) return found;
  found.add(name);
  for (const other of chunk.imports) needed(other, chunks, found);
  return found;
}

async function built(config: ReturnType<typeof pageConfig>) {
  const answers = await build({ ...config, build: { ...config.build, write: false } });
  const outputs = (Array.isArray(answers) ? answers : [answers]).flatMap((each) =>
    'output' in each ? each.output : [],
  );
  const chunks: Chunks = new Map(
    outputs.flatMap((each) => (each.type === 'chunk' ? [[each.fileName, each] as const] : [])),
  );
  const others = outputs.flatMap((each) =>
    each.type === 'asset' && /\.(css|html)$/.test(each.fileName) ? [size(each.source)] : [],
  );
  const entry = [...chunks.values()].find(({ isEntry }) => isEntry);
  if (!entry) throw new Error('the build has no entry');
  return { chunks, entry, others: others.reduce((sum, each) => sum + each, 0) };
}

/** Builds the console as `npm run build` does, and adds up what each screen needs: the page, its scripts, its styles. */
export async function firstLoads(): Promise<FirstLoads> {
  const { chunks, entry, others } = await built(pageConfig('console'));
  const sum = (names: ReadonlySet<string>) =>
    [...names].reduce((all, name) => all + size(chunks.get(name)?.code ?? ''), others);
  const always = needed(entry.fileName, chunks);
  const screens = new Map<string, number>();
  for (const name of entry.dynamicImports) {
    const place = relative(SCREENS, chunks.get(name)?.facadeModuleId ?? '');
    if (place === '' || place.startsWith('..')) continue;
    screens.set(place.replace(/(\/index)?\.tsx$/, ''), sum(needed(name, chunks, new Set(always))));
  }
  return { screens, shell: sum(always), react: await reactAlone() };
}

/** A page that shows nothing, with React. */
async function reactAlone(): Promise<number> {
  const page = 'virtual:react-alone';
  const source = "import { createRoot } from 'react-dom/client';\ncreateRoot(document.body).render('');";
  const config = pageConfig('console');
  const { chunks } = await built({
    ...config,
    plugins: [
      {
        name: 'react-alone',
        resolveId: (id: string) => (id === page ? `${CONSOLE}/${page}` : undefined),
        load: (id: string) => (id.endsWith(page) ? source : undefined),
      },
    ],
    build: { ...config.build, rollupOptions: { input: page } },
  });
  return [...chunks.values()].reduce((all, { code }) => all + size(code), 0);
}
