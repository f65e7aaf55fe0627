import type { ControlPlaneConfig } from '../../platform/config.ts';
import { localOrigin } from '../../platform/local-origin.ts';
import { HOST_FROM_CONTAINER, type Platform } from './index.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** What every store has in common, from the configuration and the cluster's connection string. Pure. */
export function platformOf(config: ControlPlaneConfig, clusterUrl: string): Platform {
  const cluster = new URL(clusterUrl);
  const ownHost = config.driver === 'docker' && LOOPBACK.has(cluster.hostname) ? HOST_FROM_CONTAINER : cluster.hostname;
  const [host, port] = (config.tenantDatabaseHost ?? ownHost).split(/:(?=\d+$)/) as [string, string | undefined];
  return {
    driver: config.driver,
    publicUrl: config.publicUrl,
    telegramApiRoot: config.telegramApiRoot,
    pakasirApiBase: config.pakasirApiBase,
    databaseHost: host,
    databasePort: Number(port ?? (cluster.port || 5432)),
    databaseQuery: cluster.search,
    eventsUrl: eventsUrl(config),
    tenantDefaults: config.tenantDefaults,
  };
}

/** Child processes reach this control plane where it listens; containers only where the operator says. */
function eventsUrl({ ownerBotToken, tenantApiUrl, driver, host, port }: ControlPlaneConfig): string | undefined {
  if (ownerBotToken === undefined) return undefined;
  return tenantApiUrl ?? (driver === 'process' && port !== 0 ? localOrigin(host, port) : undefined);
}
