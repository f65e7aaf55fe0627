import type { Db } from '../../kernel/db.ts';
import type { BackupParts } from '../backups/index.ts';
import type { HealthReport } from '../contract/index.ts';
import type { RestoreParts } from '../restores/index.ts';
import type { TenantParts } from '../tenants/index.ts';

/** What a rehearsal is made of. */
export type RehearsalParts = {
  tenants: TenantParts;
  backups: BackupParts;
  restores: RestoreParts;
  /** The cluster of the stores' databases, as the role that owns it. */
  cluster: Db;
  /** Checks the store within the operation that holds it; undefined where it is not watched. */
  check(tenantId: string, operationId: string): Promise<HealthReport | undefined>;
};
