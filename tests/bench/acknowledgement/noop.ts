import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { serve } from '../worker.ts';

/** The yardstick: a route that does nothing. */
const app = Fastify();
app.post('/', async () => ({}));
await app.listen({ host: '127.0.0.1', port: 0 });
serve({ port: () => (app.server.address() as AddressInfo).port });
