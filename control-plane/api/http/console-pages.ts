import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppError } from '../../../kernel/errors.ts';
import { absent } from '../../../kernel/files.ts';
import { notBuiltPage, pageHeaders } from '../../../kernel/pages.ts';

const INDEX = 'index.html';
/** The names of what is built there hold a hash of its content. */
const HASHED = /^assets\//;
const HEADERS = pageHeaders();
const NOT_BUILT = notBuiltPage(
  'Lapak console',
  '<p>The API works without them: <a href="/docs">its reference</a>. So does the command line: <code>npx lapak --help</code>.</p>\n',
);
const HIDDEN = { schema: { hide: true } as object };

type Built = { builtAt: number; files: ReadonlySet<string> };

/**
 * The console at `/console`, from the folder that `npm run build` writes. A path that names none of its files is one of the
 * console's own screens, which its script reads.
 */
export async function registerConsolePages(app: FastifyInstance, dist: string): Promise<void> {
  const built = createBuildReader(dist);
  await app.register(fastifyStatic, { root: dist, serve: false });

  async function serve(path: string, reply: FastifyReply): Promise<FastifyReply> {
    reply.headers(HEADERS);
    const now = await built();
    if (!now) return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(NOT_BUILT);
    if (path !== INDEX && now.files.has(path)) {
      const cache = HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
      return reply.header('cache-control', cache).sendFile(path, { cacheControl: false });
    }
    // An old page may ask for files of a build that is gone: a page in their place would be taken for a script.
    if (HASHED.test(path)) throw new AppError('NOT_FOUND', 'The console has no such file. Load its page again.');
    return reply.header('cache-control', 'no-store').sendFile(INDEX, { cacheControl: false, etag: false });
  }

  app.get('/', HIDDEN, async (_request, reply) => reply.redirect('/console'));
  app.get('/console', HIDDEN, async (_request, reply) => serve(INDEX, reply));
  app.get<{ Params: { '*': string } }>('/console/*', HIDDEN, async ({ params }, reply) => serve(params['*'], reply));
}

/** Reads which files there are, and again after each build; undefined where there is none. Nothing else is ever sent. */
function createBuildReader(dist: string): () => Promise<Built | undefined> {
  let known: Built | undefined;
  return async () => {
    const builtAt = (await stat(join(dist, INDEX)).catch(absent))?.mtimeMs;
    if (builtAt === undefined) return undefined;
    if (known?.builtAt !== builtAt) {
      const entries = await readdir(dist, { recursive: true, withFileTypes: true });
      const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
      known = { builtAt, files: new Set(paths.map((path) => relative(dist, path).split(sep).join('/'))) };
    }
    return known;
  };
}
