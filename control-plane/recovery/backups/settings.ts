import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import { TENANT_ENV } from '../../../tenant-runtime/config.ts';
import { runtimeName, type TenantRow } from '../../fleet/tenants/index.ts';

/** What a store's bot.env says about its backups, with the defaults of all stores filled in. */
export type BackupSettings = {
  /** The store's folder. */
  folder: string;
  /** Folder of the local backups. */
  localDir: string;
  /** Folder of the copies, and the folder that has to be there for it. */
  offsite: { base: string; dir: string };
  automatic: boolean;
  /** Whether copies are made by themselves. */
  automaticOffsite: boolean;
  /** `HH:MM` */
  time: string;
  timeZone: string;
};

const SCHEMA = TENANT_ENV.pick({
  BACKUP_LOCAL_DIR: true,
  BACKUP_OFFSITE_DIR: true,
  ENABLE_AUTO_BACKUP: true,
  BACKUP_TIME: true,
  BACKUP_AUTOMATIC_OFFSITE: true,
  BOT_TIMEZONE: true,
});

export function backupSettings(
  tenant: Pick<TenantRow, 'store' | 'gateway' | 'env'>,
  deps: { deployments: string; defaults: Readonly<Record<string, string>> },
): BackupSettings {
  const env = SCHEMA.parse({ ...deps.defaults, ...tenant.env });
  const folder = join(deps.deployments, runtimeName(tenant.store, tenant.gateway));
  const offsiteBase = resolve(folder, env.BACKUP_OFFSITE_DIR);
  return {
    folder,
    localDir: ownFolder(folder, resolve(folder, env.BACKUP_LOCAL_DIR)),
    offsite: { base: isWithin(folder, offsiteBase) ? folder : offsiteBase, dir: ownFolder(folder, offsiteBase) },
    automatic: env.ENABLE_AUTO_BACKUP,
    automaticOffsite: env.BACKUP_AUTOMATIC_OFFSITE,
    time: env.BACKUP_TIME,
    timeZone: env.BOT_TIMEZONE,
  };
}

/** A folder that stores may share has one for each of them. */
function ownFolder(folder: string, dir: string): string {
  return isWithin(folder, dir) ? dir : join(dir, basename(folder));
}

function isWithin(folder: string, dir: string): boolean {
  const path = relative(folder, dir);
  return path !== '' && !path.startsWith('..') && !isAbsolute(path);
}
