import type { Server } from 'node:net';
import type { Log } from '../kernel/log.ts';
import type { EgressConfig } from './config.ts';
import { createDatabaseRelay } from './database.ts';
import { createEgressProxy } from './proxy.ts';

export type Egress = { start(): Promise<void>; stop(): Promise<void> };

/** The one way out of the stores' network: to the cluster, and to the addresses that a store needs. */
export function createEgress(config: EgressConfig, log: Log): Egress {
  const relay = createDatabaseRelay({
    ...{ target: config.database, tls: config.databaseTls, connections: config.databaseConnections },
    log,
  });
  const proxy = createEgressProxy({ allow: config.allow, log });
  return {
    async start() {
      await listen(relay, config.databasePort, config.host);
      await listen(proxy, config.proxyPort, config.host);
      log.info({ host: config.host, allow: [...config.allow] }, 'egress proxy started');
    },
    async stop() {
      proxy.closeAllConnections();
      relay.close();
      proxy.close();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: 2048 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
