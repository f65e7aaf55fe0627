import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import type { Log } from '../../../kernel/log.ts';
import type { AlertSink } from '../../platform/alerting.ts';
import type { Installation } from '../../platform/ownership/index.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import type { Telegram } from '../../platform/telegram/index.ts';
import type { Databases } from '../databases/index.ts';
import type { Driver, RuntimeSpec } from '../drivers/index.ts';
import type { Ingress } from '../ingress/index.ts';
import type { Ports } from '../ports/index.ts';
import type { Placement } from '../shards/placement.ts';
import type { Platform } from './environment.ts';

/** What a notice to the sellers needs to know of a store. */
export type SuspendedTenant = {
  id: string;
  store_name: string;
  admin_ids: readonly number[];
  env: Readonly<Record<string, string>>;
  paid_until: Date | null;
  suspended_for: 'operator' | 'rent' | null;
  suspended_reason: string | null;
};

/** Tells the sellers of a store that it is suspended, and that it is open again. */
export type SellerNotices = {
  suspended(tx: Tx, tenant: SuspendedTenant, operationId: string): Promise<void>;
  resumed(tx: Tx, tenant: SuspendedTenant, operationId: string): Promise<void>;
};

/** What the work on tenants is made of. */
export type TenantDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  driver: Driver;
  secrets: Secrets;
  ports: Ports;
  placement: Placement;
  databases: Databases;
  telegram: Telegram;
  ingress: Ingress;
  platform: Platform;
  /** The cluster as this process reaches it. */
  clusterUrl: string;
  /** Tells sellers that their store stands still, and that it is open again. */
  notices: SellerNotices;
  /** Which control plane this is: it leaves the folders of others alone. */
  installation: Installation;
  /**
   * Writes the deployment folder of a store: bot.env (0600), compose.yml, run.sh, logs/.
   * @throws AppError FOLDER_TAKEN when it belongs to another control plane
   */
  writeDeployment(spec: RuntimeSpec): Promise<void>;
  /** Absolute path of the folder that holds the deployment folders. */
  deployments: string;
  /** How long a runtime may take to become ready, in seconds. */
  readyTimeoutSeconds: number;
  /** How long an upgraded runtime is watched before the upgrade counts as done, in seconds. */
  upgradeWatchSeconds: number;
  alerts: AlertSink;
};
