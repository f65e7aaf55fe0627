import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { boundHttpConnections } from '../../kernel/connections.ts';
import type { Log } from '../../kernel/log.ts';

/**
 * Bodies are read into memory before anybody is authenticated: connections times body limit is what strangers can fill.
 * A silent connection makes room for whoever comes, so that none of these numbers is one at which the store is deaf.
 */
const CONNECTIONS = { perAddress: 64, total: 256 };

const KEEP_ALIVE_MS = 10_000;
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;

/** This machine, which the proxy before the store, the control plane and the health check of the image come from. */
const THIS_MACHINE = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];

/** Whether an address is this machine's, or one of the `proxies` of its network. */
export const isLocal = (proxies: readonly string[]) => (address: string) =>
  THIS_MACHINE.includes(address) || proxies.includes(address);

/**
 * A Fastify instance of the runtime: bounded, quiet, and with nothing but a code in its errors.
 * @param proxies addresses, beside this machine's, that are believed when they say for whom they ask
 */
export function createListener(log: Log, bodyLimit: number, proxies: readonly string[] = []): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log;
  const trusted = [...THIS_MACHINE, ...proxies];
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    trustProxy: trusted,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Deadlines are looked at so often; by default twice a minute.
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: 1_000 },
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  });
  boundHttpConnections(app.server, { ...CONNECTIONS, shared: (address) => trusted.includes(address) });
  // A request that is at work when closing begins ends its connection; kept alive, it would hold up the stop.
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'NOT_FOUND' }));
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ err: error }, 'request failed');
    return reply.code(status).send({ error: status >= 500 ? 'TRY_AGAIN' : 'BAD_REQUEST' });
  });
  return app;
}
