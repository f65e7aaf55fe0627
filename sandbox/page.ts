import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const DIST = join(import.meta.dirname, '..', 'web', 'dist', 'phones');

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Lapak sandbox</title>
<h1>The phones are not built</h1><p>In the folder of Lapak: <code>npm ci &amp;&amp; npm run build</code>, then load this page again.</p>
<p>The sandbox itself works without them: <a href="/control">its control API</a>.</p>
`;

/** Nothing from elsewhere, nothing inline: what a chat holds is shown, and never run. */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The phones, at `/`: a chat for a customer and one for a seller, a bank, and what the bot calls. */
export async function phonesPage(app: FastifyInstance): Promise<void> {
  if (!existsSync(join(DIST, 'index.html'))) {
    app.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(NOT_BUILT));
    return;
  }
  await app.register(fastifyStatic, {
    root: DIST,
    setHeaders(reply) {
      reply.header('content-security-policy', POLICY);
      reply.header('x-content-type-options', 'nosniff');
      reply.header('referrer-policy', 'no-referrer');
    },
  });
}
