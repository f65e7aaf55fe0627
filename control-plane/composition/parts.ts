import { join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import type { Db } from '../../kernel/db.ts';
import type { Log } from '../../kernel/log.ts';
import { createDatabases } from '../fleet/databases/index.ts';
import type { Driver } from '../fleet/drivers/index.ts';
import { createCaddyIngress, type Ingress, noIngress } from '../fleet/ingress/index.ts';
import { createPorts } from '../fleet/ports/index.ts';
import { type DeploymentTemplates, renderDeployment, writeDeployment } from '../fleet/rendering/index.ts';
import type { TenantParts } from '../fleet/tenants/index.ts';
import { platformOf } from '../fleet/tenants/platform.ts';
import type { ControlPlaneConfig } from '../platform/config.ts';

/** What the work on tenants is made of, from the configuration and what is outside of this process. */
export function composeParts(
  deps: {
    config: ControlPlaneConfig;
    connectionString: string;
    cluster: Db;
    db: Db;
    clock: Clock;
    log: Log;
    driver: Driver;
    templates: DeploymentTemplates;
  },
  rooms: Pick<TenantParts, 'secrets' | 'telegram' | 'alerts' | 'notices'>,
): TenantParts {
  const { config, connectionString, cluster, db, clock, log, driver, templates } = deps;
  const { deployments, readyTimeoutSeconds, upgradeWatchSeconds, portRange } = config;
  return {
    ...rooms,
    ...{ db, clock, log, driver, deployments, readyTimeoutSeconds, upgradeWatchSeconds },
    ports: createPorts({ db, range: portRange }),
    databases: createDatabases(cluster),
    ingress: ingressOf(config, log),
    platform: platformOf(config, connectionString),
    clusterUrl: connectionString,
    writeDeployment: (spec) =>
      writeDeployment(spec.folder, renderDeployment({ ...spec, network: config.network }, templates).files),
  };
}

function ingressOf({ publicUrl, home, caddyAdmin: admin }: ControlPlaneConfig, log: Log): Ingress {
  return publicUrl === undefined ? noIngress : createCaddyIngress({ dir: join(home, 'caddy'), publicUrl, admin, log });
}
