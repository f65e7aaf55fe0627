import { join } from 'node:path';
import type { SealingKey } from '../../kernel/crypto.ts';
import type { Db } from '../../kernel/db.ts';
import type { Jobs } from '../../kernel/jobs.ts';
import type { Audit } from '../api/audit/index.ts';
import { createSideDatabases, type SideDatabases } from '../fleet/databases/index.ts';
import type { Operations, Workflow } from '../fleet/operations/index.ts';
import type { TenantParts } from '../fleet/tenants/index.ts';
import type { Alerts } from '../monitoring/alerts/index.ts';
import type { Metrics } from '../monitoring/metrics/index.ts';
import type { ControlPlaneConfig } from '../platform/config.ts';
import { keyPlace } from '../platform/secrets/index.ts';
import type { BackupParts } from '../recovery/backups/index.ts';
import {
  createDrillSchedule,
  createDrills,
  type Drills,
  drillWorkflow,
  selectLastPassed,
} from '../recovery/drills/index.ts';
import { createRestores, type RestoreParts, type Restores, restoreWorkflow } from '../recovery/restores/index.ts';
import { createSelfBackups, type SelfBackups } from '../recovery/self-backup/index.ts';

type Background = { name: string; start(): Promise<void>; stop(): Promise<void> };

/** What brings stores and the control plane back, and what tries out beforehand whether it would. */
export type Recovering = {
  parts: RestoreParts;
  sides: SideDatabases;
  workflows: Record<'restore' | 'drill', Workflow>;
  /** The last drill of each store that passed, for the metrics. */
  lastPassed(): Promise<{ store: string; ageSeconds: number }[]>;
  /** What needs what is made later. */
  open(parts: {
    operations: Operations;
    audit: Audit;
    alerts: Alerts;
    jobs: Pick<Jobs<'drills' | 'self_backup'>, 'work' | 'schedule'>;
  }): {
    restores: Restores;
    drills: Drills;
    selfBackups: SelfBackups;
    /** An operation ended. */
    nudge(): void;
    background: Background[];
  };
};

export function composeRecovering(deps: {
  config: ControlPlaneConfig;
  /** Of the role that owns the control database. */
  connectionString: string;
  /** The same role, for databases of stores. */
  cluster: Db;
  keys: readonly SealingKey[];
  tenants: TenantParts;
  backups: BackupParts;
  metrics: Pick<Metrics, 'drill'>;
  /** Newest migration that a store's runtime of this version brings along. */
  newestMigration: string | null;
}): Recovering {
  const { config, connectionString, cluster, keys, tenants, backups, metrics, newestMigration } = deps;
  const { db, clock, log } = tenants;
  const sides = createSideDatabases({ db: cluster, clock });
  const parts = { tenants, backups, sides, newestMigration };
  return {
    parts,
    sides,
    workflows: { restore: restoreWorkflow(parts), drill: drillWorkflow(parts, metrics.drill) },
    async lastPassed() {
      const now = clock.now().getTime();
      return (await selectLastPassed(db)).map(({ store, at }) => ({ store, ageSeconds: (now - at.getTime()) / 1000 }));
    },
    open({ operations, audit, alerts, jobs }) {
      const schedule = createDrillSchedule({ db, clock, log, sides, operations, jobs });
      const { tools, version, bucket } = backups;
      const selfBackups = createSelfBackups({
        ...{ db, clock, log, audit, alerts, jobs, connectionString, keys, tools, version, bucket },
        dir: join(config.home, 'backups'),
        keyPlace: keyPlace(config.masterKeys, config.home),
      });
      return {
        restores: createRestores({ db, audit, operations }),
        drills: createDrills({ db, audit, operations, schedule }),
        selfBackups,
        nudge: schedule.nudge,
        background: [
          { name: 'drills', ...schedule },
          { name: 'self-backup', ...selfBackups },
        ],
      };
    },
  };
}
