import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { notBuiltPage, pageHeaders } from '../kernel/pages.ts';

const DIST = join(import.meta.dirname, '..', 'web', 'dist', 'phones');

const NOT_BUILT = notBuiltPage(
  'Lapak sandbox',
  '<p>The sandbox itself works without them: <a href="/control">its control API</a>.</p>\n',
);

/** Pictures of a chat are data of the page. */
const HEADERS = pageHeaders({ 'img-src': "'self' data: blob:" });

/** The phones, at `/`: a chat for a customer and one for a seller, a bank, and what the bot calls. */
export async function phonesPage(app: FastifyInstance): Promise<void> {
  if (!existsSync(join(DIST, 'index.html'))) {
    app.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').headers(HEADERS).send(NOT_BUILT));
    return;
  }
  await app.register(fastifyStatic, {
    root: DIST,
    setHeaders(reply) {
      reply.headers(HEADERS);
    },
  });
}
