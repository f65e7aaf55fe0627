import { createRequire } from 'node:module';
import type { ControlPlaneConfig } from '../../platform/config.ts';
import { lastBackupStep, upgradeBackupStep } from './making/before-change.ts';
import type { BackupParts } from './making/parts.ts';
import { createBucket } from './offsite/index.ts';
import { createPgTools } from './postgres/index.ts';
import { selectNewestGood } from './schedule-sql.ts';
import { updateFolder } from './sql.ts';
import { backupWorkflows } from './workflows.ts';

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string };

/** What backups are made of, from the configuration, and what other rooms use of them. */
export function createBackupRoom(
  given: Omit<BackupParts, 'tools' | 'deployments' | 'defaults' | 'bucket' | 'version'> & {
    config: ControlPlaneConfig;
  },
) {
  const { config, ...rest } = given;
  const parts: BackupParts = {
    ...rest,
    tools: createPgTools({ pgBin: config.pgBin, path: process.env.PATH }),
    deployments: config.deployments,
    defaults: config.tenantDefaults,
    bucket: config.backupBucket && createBucket(config.backupBucket),
    version,
  };
  return {
    parts,
    workflows: backupWorkflows(parts),
    steps: {
      beforeUpgrade: upgradeBackupStep(parts),
      beforeRemove: lastBackupStep(parts),
      moved: (tenantId: string, from: string, to: string | null) => updateFolder(parts.db, tenantId, from, to),
    },
    /** The newest verified backup of each store, for the metrics. */
    async newest() {
      const now = parts.clock.now().getTime();
      const rows = await selectNewestGood(parts.db);
      return rows.map(({ store, started_at: at, size }) => ({
        store,
        ageSeconds: (now - at.getTime()) / 1000,
        bytes: size,
      }));
    },
  };
}
