import type { ControlPlaneConfig } from '../../platform/config.ts';
import type { EgressOptions } from '../drivers/index.ts';
import { reachable } from './environment.ts';
import { clusterAliases, eventsUrl, speaksTls } from './platform.ts';

/**
 * What stores in containers may reach: the cluster, Telegram, the payment gateway, and where they report. Pure.
 * @param maxConnections of the cluster, of which a part is kept for the control plane and its superuser
 */
export function egressOf(config: ControlPlaneConfig, clusterUrl: string, maxConnections: number): EgressOptions {
  const cluster = new URL(clusterUrl);
  const reports = eventsUrl(config);
  const needed = [config.telegramApiRoot, config.pakasirApiBase, ...(reports ? [reports] : [])];
  const { hostname, port } = new URL(`tcp://${config.tenantDatabaseHost ?? cluster.host}`);
  return {
    image: config.image,
    database: `${hostname}:${port || 5432}`,
    databaseTls: speaksTls(cluster),
    databaseConnections: maxConnections - keptBack(maxConnections),
    allow: [...new Set(needed.map((url) => hostAndPort(reachable(url, true))))],
    aliases: clusterAliases(cluster),
  };
}

const MOST_KEPT_BACK = 100;

function keptBack(maxConnections: number): number {
  return Math.min(MOST_KEPT_BACK, Math.ceil(maxConnections * 0.4));
}

function hostAndPort(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}
