import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { createDb } from '../../../kernel/db.ts';
import { serve } from '../worker.ts';

/** The yardstick, a route that does nothing; and one that commits one row before it answers, the least that lasts. */
const db = createDb({ connectionString: process.env.DATABASE_URL as string, max: 8, applicationName: 'bench' });
await db.query('CREATE TABLE IF NOT EXISTS noted (body jsonb NOT NULL)');
const app = Fastify();
app.post('/', async () => ({}));
app.post('/noted', async ({ body }) => {
  await db.query('INSERT INTO noted (body) VALUES ($1)', [JSON.stringify(body)]);
  return {};
});
await app.listen({ host: '127.0.0.1', port: 0 });
serve({ port: () => (app.server.address() as AddressInfo).port });
