import { createHmac } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../../kernel/clock.ts';
import type { SealingKey } from '../../../kernel/crypto.ts';
import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { assertRoom } from '../../platform/free-space.ts';
import {
  ArchiveManifest,
  archiveName,
  checkArchive,
  EXTENSION,
  removeArchive,
  sweepLeftovers,
  writeArchive,
} from '../backups/archive/index.ts';
import { type BackupDeps, DUMP_PART, type DumpTarget } from '../backups/index.ts';
import { withSnapshot } from '../backups/postgres/index.ts';
import { isCounted, selectStores } from './sql.ts';

export const SELF_SUBJECT = 'control-plane';

const SELF_PREFIX = 'control-plane';

/** What manifest.json of a backup of the control plane says. */
export const SelfManifest = z.object({
  ...ArchiveManifest.shape,
  kind: z.literal('control-plane'),
  createdAt: z.iso.datetime(),
  lapak: z.string(),
  postgres: z.string(),
  migration: z.string().nullable(),
  database: z.string(),
  /** Master keys that open the secrets in it, by their ids. They are not in it. */
  keyIds: z.array(z.string()),
  stores: z.array(z.string()),
  rows: z.record(z.string(), z.number()),
});

export type SelfManifest = z.infer<typeof SelfManifest>;

const LABEL = 'lapak backup of the control plane';

/**
 * The password of the control plane's own backups, derived from a master key: whoever can open the secrets in it can open
 * the backup, and there is nothing else to lose.
 */
export const selfBackupPassword = ({ key }: SealingKey): string =>
  createHmac('sha256', key).update(LABEL).digest('hex');

export type SelfBackupDeps = {
  db: Db;
  clock: Clock;
  /** Connection string of the control database. */
  connectionString: string;
  keys: readonly SealingKey[];
  /** Folder of these backups. */
  dir: string;
  tools: BackupDeps['tools'];
  version: string;
  /** Where a copy goes too; undefined for nowhere. */
  bucket: BackupDeps['bucket'];
  kdfIterations?: BackupDeps['kdfIterations'];
};

/** How many are kept. */
const KEPT = 14;

/** The control database, as the control plane itself. */
export function controlTarget(connectionString: string): DumpTarget {
  const url = new URL(connectionString);
  return {
    clusterUrl: connectionString,
    database: decodeURIComponent(url.pathname.slice(1)),
    role: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

/** Makes a backup of the control plane, reads it back, and deletes those that are too old. @returns its path and size */
export async function makeSelfBackup(
  deps: SelfBackupDeps,
  signal: AbortSignal,
): Promise<{ path: string; size: number }> {
  const { dir, keys, clock, kdfIterations: iterations } = deps;
  const [current] = keys;
  if (!current) throw new AppError('CONFIG_INVALID', 'LAPAK_MASTER_KEY: expected at least one key');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await sweepLeftovers(dir);
  const at = clock.now();
  const path = join(dir, archiveName(at, SELF_PREFIX));
  const dump = `${path}.dump.part`;
  const password = selfBackupPassword(current);
  try {
    const facts = await dumpControl(deps, dump, at, signal);
    const written = { destination: path, password, subject: SELF_SUBJECT, createdAt: at, facts, iterations, signal };
    const { size } = await writeArchive({ ...written, parts: [{ name: DUMP_PART, file: dump }] });
    const checked = await checkArchive(path, password, { subject: SELF_SUBJECT, signal });
    if (!checked.ok)
      throw new AppError('BACKUP_FAILED', `The backup was written and does not hold: ${checked.reason}.`);
    await deps.bucket?.place(SELF_PREFIX).put(path, signal);
    await prune(deps);
    return { path, size };
  } finally {
    await rm(dump, { force: true });
  }
}

async function dumpControl(
  deps: SelfBackupDeps,
  file: string,
  at: Date,
  signal: AbortSignal,
): Promise<Omit<SelfManifest, 'parts'>> {
  const target = controlTarget(deps.connectionString);
  return withSnapshot(target, async (snapshot) => {
    await assertRoom(deps.dir, snapshot.estimate, 'The backup of the control plane');
    const tools = await deps.tools.find(snapshot.serverMajor);
    await deps.tools.dump(target, snapshot.id, { file }, tools, signal);
    const rows = Object.entries(await snapshot.count()).filter(([table]) => isCounted(table));
    return {
      kind: 'control-plane',
      createdAt: at.toISOString(),
      lapak: deps.version,
      postgres: snapshot.server,
      migration: snapshot.migration,
      database: target.database,
      keyIds: deps.keys.map(({ id }) => id),
      stores: await selectStores(deps.db),
      rows: Object.fromEntries(rows),
    };
  });
}

/** Their names sort by time. */
async function prune({ dir, bucket }: SelfBackupDeps): Promise<void> {
  const names = (await readdir(dir)).filter((name) => name.startsWith(`${SELF_PREFIX}-`) && name.endsWith(EXTENSION));
  for (const name of names.sort().reverse().slice(KEPT)) {
    await bucket?.place(SELF_PREFIX).remove(name);
    await removeArchive(join(dir, name));
  }
}
