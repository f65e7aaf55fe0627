import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SealingKey } from '../../../kernel/crypto.ts';
import { createDb, type Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { shortId } from '../../../kernel/ids.ts';
import { migrate } from '../../../kernel/migrate.ts';
import type { Driver } from '../../fleet/drivers/index.ts';
import { selectTenants } from '../../fleet/tenants/index.ts';
import type { ControlPlaneConfig } from '../../platform/config.ts';
import { databaseUrlOf } from '../../platform/postgres/cluster.ts';
import { selectCluster } from '../../platform/postgres/sql.ts';
import { createSecrets, findMasterKeys, keyPlace } from '../../platform/secrets/index.ts';
import { checkArchive, extractArchive } from '../backups/archive/index.ts';
import { createPgTools, DUMP_PART, type DumpTarget } from '../backups/index.ts';
import { compareRows, pgRestore } from '../restores/index.ts';
import { controlTarget, isCounted, SELF_SUBJECT, SelfManifest, selfBackupPassword } from '../self-backup/index.ts';
import { compare, type StoreFinding } from './findings.ts';
import {
  countTables,
  createControl,
  endUnfinished,
  renameControl,
  selectNewestBackups,
  selectStoreDatabases,
} from './sql.ts';
import { lookForStrangers, type StrangerFinding } from './strangers.ts';

export type Recovered = {
  archive: string;
  madeAt: string;
  database: string;
  /** Operations that were at work when the backup was made; they are ended, and may be retried. */
  endedOperations: string[];
  /** Folders that carry the mark of another control plane: of stores of the backup, and LAPAK_HOME. */
  strangers: StrangerFinding[];
  stores: StoreFinding[];
};

export type RecoverDeps = {
  config: ControlPlaneConfig;
  /** Connection string of the cluster, to any database that is not the control plane's. */
  clusterUrl: string;
  driver: Pick<Driver, 'observeAll'>;
  migrations: string;
  signal: AbortSignal;
  /** Whether such folders are made this control plane's. */
  adopt: boolean;
};

const ENDED =
  'The control plane was recovered from a backup; nobody knows how this went on. Look at the store, then retry.';

/**
 * Rebuilds the control database from a backup of the control plane, and says of each store what is there. Nothing that is
 * there is changed: a control database that holds anything is refused, and runtimes and stores' databases are only looked at.
 * @throws AppError CONFIG_INVALID, BACKUP_DAMAGED, BACKUP_TOOLS_MISSING, POSTGRES_UNAVAILABLE
 */
export async function recover(deps: RecoverDeps, archive: string): Promise<Recovered> {
  const { config, clusterUrl, signal } = deps;
  const keys = await presentKeys(config);
  const password = await passwordFor(archive, keys, signal);
  const url = databaseUrlOf(clusterUrl, config.controlDatabase);
  const staging = join(config.home, `recover-${shortId(8)}`);
  const cluster = createDb({ connectionString: clusterUrl, max: 1, applicationName: 'lapak-recover' });
  try {
    const major = await assertEmpty(cluster, config, url);
    await mkdir(config.home, { recursive: true });
    await sweepStaging(config.home);
    const extracted = await extractArchive(archive, password, staging, signal, { subject: SELF_SUBJECT });
    const manifest = SelfManifest.parse(extracted.manifest);
    const scratch = `${config.controlDatabase}__recovering`;
    await createControl(cluster, scratch);
    const tools = await createPgTools({ pgBin: config.pgBin, path: process.env.PATH }).find(major);
    const target = controlTarget(databaseUrlOf(clusterUrl, scratch));
    await loadControl(target, extracted.parts[DUMP_PART] as string, manifest, tools, signal);
    await migrate(databaseUrlOf(clusterUrl, scratch), deps.migrations);
    const endedOperations = await endOperations(databaseUrlOf(clusterUrl, scratch), keys);
    await renameControl(cluster, scratch, config.controlDatabase);
    const { database, createdAt: madeAt } = { database: config.controlDatabase, createdAt: manifest.createdAt };
    const strangers = await lookForStrangers(deps, url);
    return { archive, madeAt, database, endedOperations, strangers, stores: await look(deps, url) };
  } finally {
    await cluster.close();
    await rm(staging, { recursive: true, force: true });
  }
}

/** What a recovery that was killed left: a whole dump of the control plane. Two at once are not meant to be. */
async function sweepStaging(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (/^recover-[A-Za-z0-9_-]{8}$/.test(name)) await rm(join(home, name), { recursive: true, force: true });
  }
}

/** The keys of the configuration or of the file; here none is made when there is none. */
async function presentKeys(config: ControlPlaneConfig): Promise<SealingKey[]> {
  const found = await findMasterKeys(config.masterKeys, config.home);
  if (found) return found;
  const file = keyPlace(config.masterKeys, config.home);
  throw new AppError(
    'CONFIG_INVALID',
    `LAPAK_MASTER_KEY: expected the master key of the control plane that made the backup, there or in ${file} (chmod 600)`,
  );
}

async function passwordFor(archive: string, keys: readonly SealingKey[], signal: AbortSignal): Promise<string> {
  let reason = '';
  for (const key of keys) {
    const password = selfBackupPassword(key);
    const checked = await checkArchive(archive, password, { subject: SELF_SUBJECT, signal });
    if (checked.ok) return password;
    reason = checked.reason;
  }
  const ids = keys.map(({ id }) => id).join(', ');
  throw new AppError(
    'BACKUP_DAMAGED',
    `The backup ${archive} cannot be used with the master key ${ids}: ${reason}. It opens with the master key that was in force when it was made.`,
  );
}

/** @returns the major version of the cluster */
async function assertEmpty(cluster: Db, config: ControlPlaneConfig, url: string): Promise<number> {
  const name = config.controlDatabase;
  const { major, exists } = await selectCluster(cluster, name);
  if (!exists) return major;
  const db = createDb({ connectionString: url, max: 1, applicationName: 'lapak-recover' });
  try {
    if ((await countTables(db)) === 0) return major;
  } finally {
    await db.close();
  }
  throw new AppError(
    'CONFIG_INVALID',
    `The control database ${name} is not empty, and nothing in it is overwritten. If it is lost for good, rename it (ALTER DATABASE ${name} RENAME TO ${name}_old), then recover.`,
  );
}

/** With the secrets known to open, what was at work is ended. */
async function endOperations(url: string, keys: readonly SealingKey[]): Promise<string[]> {
  const db = createDb({ connectionString: url, max: 1, applicationName: 'lapak-recover' });
  try {
    await createSecrets(keys).assertReadable(db);
    return await db.tx((tx) => endUnfinished(tx, ENDED));
  } finally {
    await db.close();
  }
}

async function look({ driver }: RecoverDeps, url: string): Promise<StoreFinding[]> {
  const db = createDb({ connectionString: url, max: 1, applicationName: 'lapak-recover' });
  try {
    const known = await selectTenants(db, { after: null, limit: 100_000 });
    const newest = new Map((await selectNewestBackups(db)).map((row) => [row.tenant_id, row]));
    return compare(known, await driver.observeAll(), await selectStoreDatabases(db), newest);
  } finally {
    await db.close();
  }
}

/** Loads the dump of a control database, and sees that nothing is missing. @throws AppError BACKUP_DAMAGED */
async function loadControl(
  target: DumpTarget,
  dump: string,
  manifest: SelfManifest,
  tools: { pgRestore: string; major: number },
  signal: AbortSignal,
): Promise<void> {
  await pgRestore(target, createReadStream(dump), tools, signal);
  const { difference } = await compareRows(target, manifest.rows, isCounted);
  if (difference) throw new AppError('BACKUP_DAMAGED', `The backup does not hold what it should: ${difference}.`);
}
