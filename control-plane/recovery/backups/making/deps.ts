import { basename, dirname } from 'node:path';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Db } from '../../../../kernel/db.ts';
import { AppError } from '../../../../kernel/errors.ts';
import type { Failpoint } from '../../../../kernel/failpoint.ts';
import type { Log } from '../../../../kernel/log.ts';
import { runtimeName, SECRET_NAMES, type TenantRow } from '../../../fleet/tenants/index.ts';
import type { AlertSink } from '../../../platform/alerting.ts';
import type { Secrets } from '../../../platform/secrets/index.ts';
import { type Bucket, folderPlace, type OffsitePlace } from '../offsite/index.ts';
import type { PgTools } from '../postgres/index.ts';
import { type BackupSettings, backupSettings } from '../settings.ts';
import type { BackupRow } from '../sql.ts';
import type { Patience, Stalled } from './watch.ts';

/** What backups are made of. */
export type BackupDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  secrets: Secrets;
  alerts: AlertSink;
  tools: PgTools;
  failpoint: Failpoint;
  patience: Patience;
  stalled: Stalled;
  /** Connection string of any database of the cluster, as the control plane reaches it. */
  clusterUrl: string;
  deployments: string;
  /** Defaults of bot.env for every store. */
  defaults: Readonly<Record<string, string>>;
  /** Where copies go; without one, into the folder that the store's bot.env names. */
  bucket: Bucket | undefined;
  /** Rounds of the key derivation of what is written; the usual ones without. */
  kdfIterations?: number | undefined;
  /** Of Lapak, for the manifest. */
  version: string;
};

export const subjectOf = (tenantId: string): string => `tenant:${tenantId}`;
/** What the sealed password of a backup is bound to. */
export const placeOfPassword = (id: string) => `backup:${id}`;

/** The password that a store's backups are made with now. */
export async function currentPassword(deps: BackupDeps, tenantId: string): Promise<string> {
  const { [SECRET_NAMES.backupPassword]: password } = await deps.secrets.openAll(deps.db, tenantId);
  if (password) return password;
  throw new AppError(
    'CONFIG_INVALID',
    'BACKUP_ENCRYPTION_PASSWORD: expected a password, with lapak tenant config set; without one there are no backups',
  );
}

export const sealPassword = (deps: BackupDeps, id: string, password: string): string =>
  deps.secrets.seal(password, placeOfPassword(id));

/** The password that a backup was made with, also when the store has another one since or is gone. */
export const passwordOf = (deps: Pick<BackupDeps, 'secrets'>, row: BackupRow): string =>
  deps.secrets.open(row.password_sealed, placeOfPassword(row.id));

export const settingsOf = (deps: BackupDeps, tenant: TenantRow): BackupSettings => backupSettings(tenant, deps);

/** Files that are there only while a backup is made. Their ending makes a later one sweep them. */
export const scratch = (row: BackupRow) => {
  const path = localPath(row);
  return { dump: `${path}.dump.part`, audit: `${path}.audit.part` };
};

export function localPath(row: BackupRow): string {
  if (row.local_path === null) throw new AppError('BACKUP_NOT_FOUND', `The backup ${row.file} is not here any more.`);
  return row.local_path;
}

/** Where a store's copies go now. */
export function offsiteOf(deps: BackupDeps, settings: BackupSettings): OffsitePlace {
  const { base, dir } = settings.offsite;
  return deps.bucket?.place(basename(settings.folder)) ?? folderPlace(base, dir);
}

/** Where the copy of a backup was put, which need not be where copies go today. */
export function copyPlaceOf(deps: BackupDeps, row: BackupRow): OffsitePlace | undefined {
  const { offsite_place: place } = row;
  if (place === null) return undefined;
  if (!place.startsWith('s3://')) return folderPlace(dirname(place), dirname(place));
  const copies = deps.bucket?.place(runtimeName(row.store, row.gateway));
  return copies?.locate(row.file) === place ? copies : undefined;
}
