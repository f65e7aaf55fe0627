import type { ControlPlaneConfig } from '../../platform/config.ts';
import { localOrigin } from '../../platform/local-origin.ts';
import { EGRESS_PORTS } from '../drivers/index.ts';
import { HOST_FROM_CONTAINER, type Platform, reachable } from './environment.ts';

/** What every store has in common, from the configuration and the cluster's connection string. Pure. */
export function platformOf(config: ControlPlaneConfig, clusterUrl: string): Platform {
  const cluster = new URL(clusterUrl);
  return {
    driver: config.driver,
    publicUrl: config.publicUrl,
    telegramApiRoot: config.telegramApiRoot,
    pakasirApiBase: config.pakasirApiBase,
    ...databaseAddress(config, cluster),
    databaseQuery: cluster.search,
    eventsUrl: eventsUrl(config),
    tenantDefaults: config.tenantDefaults,
  };
}

/** Containers reach the cluster through the egress proxy of this machine. */
function databaseAddress({ driver, tenantDatabaseHost }: ControlPlaneConfig, cluster: URL) {
  if (driver === 'docker') {
    const [alias = HOST_FROM_CONTAINER] = clusterAliases(cluster);
    return { databaseHost: alias, databasePort: EGRESS_PORTS.database };
  }
  const [host, port] = (tenantDatabaseHost ?? cluster.hostname).split(/:(?=\d+$)/) as [string, string | undefined];
  return { databaseHost: host, databasePort: Number(port ?? (cluster.port || 5432)) };
}

export function speaksTls(cluster: URL): boolean {
  const mode = cluster.searchParams.get('sslmode');
  return mode !== null && mode !== 'disable';
}

/** A certificate names its host, so that stores have to know a cluster that speaks TLS by that name. */
export function clusterAliases(cluster: URL): string[] {
  const isName = !/^[\d.]+$|^\[/.test(cluster.hostname) && cluster.hostname !== 'localhost';
  return isName && speaksTls(cluster) ? [cluster.hostname] : [];
}

/** Where stores report. Containers reach the listener for reports and no other part of this control plane. */
export function eventsUrl(config: ControlPlaneConfig): string | undefined {
  const { ownerBotToken, tenantApiUrl, driver, host, port, reportsPort } = config;
  const inContainer = driver === 'docker';
  if (ownerBotToken === undefined) return undefined;
  if (tenantApiUrl !== undefined) return reachable(tenantApiUrl, inContainer);
  if (reportsPort !== undefined) return reachable(localOrigin('127.0.0.1', reportsPort), inContainer);
  return port === 0 ? undefined : reachable(localOrigin(host, port), inContainer);
}
