import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { boundHttpConnections } from '../../kernel/connections.ts';
import type { Log } from '../../kernel/log.ts';

/**
 * Bodies are read into memory before anybody is authenticated: connections times body limit is what strangers can fill.
 * A silent connection makes room for whoever comes, so that none of these numbers is one at which the store is deaf.
 */
export const CONNECTIONS = { perAddress: 64, total: 256 };

/** Of every server that strangers reach. Deadlines are looked at each second; by default twice a minute. */
export const DEADLINES = {
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
};

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
    requestTimeout: DEADLINES.requestTimeout,
    keepAliveTimeout: DEADLINES.keepAliveTimeout,
    http: {
      headersTimeout: DEADLINES.headersTimeout,
      connectionsCheckingInterval: DEADLINES.connectionsCheckingInterval,
    },
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

/** The two applications of a store: what Telegram and the control plane ask, and what the payment gateway does. */
export type StoreApps = { telegram: FastifyInstance; gateway: FastifyInstance };

export type StorePorts = { telegramPort: number; pakasirPort: number };

/** How a store is reached: on listeners of its own, or through those of a host. */
export type Reach = {
  open(apps: StoreApps): Promise<StorePorts>;
  /** Lets nothing new in, and resolves when what is at work is answered; the applications are closed after it. */
  close(): Promise<void>;
};

/** Listeners that belong to the store alone, and close with its applications. */
export function ownListeners(env: { HOST: string; LISTEN_TELEGRAM_PORT: number; LISTEN_PAKASIR_PORT: number }): Reach {
  return {
    async open({ telegram, gateway }) {
      await telegram.listen({ port: env.LISTEN_TELEGRAM_PORT, host: env.HOST });
      await gateway.listen({ port: env.LISTEN_PAKASIR_PORT, host: env.HOST });
      return { telegramPort: portOf(telegram.server), pakasirPort: portOf(gateway.server) };
    },
    async close() {},
  };
}

export function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port;
}
