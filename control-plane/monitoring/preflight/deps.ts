import type { Db } from '../../../kernel/db.ts';
import type { TenantDeps } from '../../fleet/tenants/index.ts';
import type { BackupDeps } from '../../recovery/backups/index.ts';
import type { RestoreDeps } from '../../recovery/restores/index.ts';
import type { Health } from '../health/index.ts';

/** What a rehearsal is made of. */
export type RehearsalDeps = {
  tenants: TenantDeps;
  backups: BackupDeps;
  restores: RestoreDeps;
  /** The cluster of the stores' databases, as the role that owns it. */
  cluster: Db;
  /** What watches the store: a rehearsal plays what it is for, and tells it what was done on purpose. */
  health: Pick<Health, 'checkWithin' | 'checkSoon' | 'expectRestart'>;
};
