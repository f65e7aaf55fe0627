import type { ScratchDatabases, TenantDatabase } from '../../fleet/databases/index.ts';
import type { OperationRow } from '../../fleet/operations/index.ts';
import { databaseName, roleName, SECRET_NAMES, type TenantDeps } from '../../fleet/tenants/index.ts';
import type { BackupDeps } from '../backups/index.ts';

/** What restores and drills are made of. */
export type RestoreDeps = {
  tenants: TenantDeps;
  backups: BackupDeps;
  scratchDatabases: ScratchDatabases;
  /** Newest migration that a store's runtime of this version brings along. */
  newestMigration: string | null;
};

export const namesOf = ({ tenant_id: tenantId, store }: Pick<OperationRow, 'tenant_id' | 'store'>): TenantDatabase => ({
  tenantId,
  role: roleName(store),
  database: databaseName(store),
});

/** Names of databases beside a store's own; all below Postgres' 63 bytes. */
export const scratchName = ({ store, id, kind }: OperationRow): string =>
  `${databaseName(store)}__${kind === 'drill' ? 'drill' : 'restore'}_${id.toLowerCase()}`;

export function archivedName({ store, created_at: at }: OperationRow): string {
  return `${databaseName(store)}__kept_${at.toISOString().replace(/\D/g, '').slice(0, 14)}`;
}

/** The database that an operation loads into. Its role works as the store's, which cannot enter it. */
export async function scratchTargetOf({ backups, scratchDatabases }: RestoreDeps, operation: OperationRow) {
  const database = scratchName(operation);
  return { clusterUrl: backups.clusterUrl, database, ...(await scratchDatabases.admit(database)) };
}

/** A database of a store, as its own role. */
export async function targetOf(deps: RestoreDeps, { tenant_id: id, store }: OperationRow, database: string) {
  const secrets = await deps.backups.secrets.openAll(deps.backups.db, id);
  const password = secrets[SECRET_NAMES.databasePassword] ?? '';
  return { clusterUrl: deps.backups.clusterUrl, database, role: roleName(store), password };
}
