import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Log } from '../../kernel/log.ts';

/** Bodies are read into memory before anybody is authenticated: connections times body limit is what strangers can fill. */
const MAX_CONNECTIONS = 256;

const KEEP_ALIVE_MS = 10_000;

/** A Fastify instance of the runtime: bounded, quiet, and with nothing but a code in its errors. */
export function createListener(log: Log, bodyLimit: number): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log;
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    requestTimeout: 10_000,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  });
  app.server.maxConnections = MAX_CONNECTIONS;
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
