import { PassThrough, Writable } from 'node:stream';
import { AppError } from '../../../kernel/errors.ts';
import { withStoreDatabase } from '../../../tenant-runtime/database/index.ts';
import { type ArchiveMeta, type Copy, checkArchive, checkCopy, opener, readArchive } from '../backups/archive/index.ts';
import {
  type BackupRow,
  copyPlaceOf,
  countRows,
  DUMP_PART,
  type DumpTarget,
  letTakeItsTime,
  passwordOf,
  StoreManifest,
  selectBackup,
  selectTables,
  subjectOf,
} from '../backups/index.ts';
import { connectionStringOf } from '../backups/postgres/index.ts';
import type { RestoreDeps } from './deps.ts';
import { pgRestore } from './pg-restore.ts';

/** @throws AppError BACKUP_NOT_FOUND when it is gone or was never finished */
export async function usableBackup({ backups }: RestoreDeps, id: string | undefined): Promise<BackupRow> {
  const row = await selectBackup(backups.db, id ?? '');
  if (!row) throw new AppError('BACKUP_NOT_FOUND', 'There is no backup with this id.');
  if (row.state === 'made' || row.state === 'verified') return row;
  throw new AppError('BACKUP_NOT_FOUND', `The backup ${row.file} cannot be restored: it is ${row.state}.`);
}

export type Source = { copy: Pick<Copy, 'name' | 'open'>; meta: ArchiveMeta; from: string };

/**
 * Finds an undamaged archive of a backup: the local one, else its offsite copy. All of it was read and held against its
 * HMAC.
 * @throws AppError BACKUP_DAMAGED, OFFSITE_UNAVAILABLE
 */
export async function findSource({ backups }: RestoreDeps, row: BackupRow, signal: AbortSignal): Promise<Source> {
  const password = passwordOf(backups, row);
  const expected = { subject: subjectOf(row.tenant_id), sha256: row.sha256 ?? undefined, signal };
  let wrong = 'it is neither here nor offsite';
  if (row.local_path !== null) {
    const path = row.local_path;
    const checked = await checkArchive(path, password, expected);
    if (checked.ok) return { copy: { name: path, open: opener(path) }, meta: checked.meta, from: path };
    wrong = checked.reason;
  }
  const copy = await copyPlaceOf(backups, row)?.get(row.file, signal);
  if (copy) {
    const checked = await checkCopy(copy, password, expected);
    if (checked.ok) return { copy, meta: checked.meta, from: row.offsite_place ?? 'offsite' };
    wrong = `${wrong}; of the offsite copy: ${checked.reason}`;
  }
  throw new AppError('BACKUP_DAMAGED', `The backup ${row.file} cannot be used: ${wrong}.`);
}

/** Decrypts, unpacks and loads in one stream: nothing of it lies on a disk in the clear but in the database. */
export async function loadDump(
  { backups }: RestoreDeps,
  row: BackupRow,
  source: Source,
  target: DumpTarget,
  signal: AbortSignal,
): Promise<StoreManifest> {
  const tools = await backups.tools.find(Number.parseInt(row.postgres ?? '0', 10));
  let loading: Promise<void> | undefined;
  const reading = readArchive(source.copy, passwordOf(backups, row), source.meta, {
    signal,
    part(name) {
      if (name !== DUMP_PART) return new Writable({ write: (_chunk, _encoding, done) => done() });
      const dump = new PassThrough({ highWaterMark: 262_144 });
      loading = pgRestore(target, dump, tools, signal);
      // Looked at below, when the rest has been read too.
      loading.catch(() => {});
      return dump;
    },
  });
  const manifest = StoreManifest.parse(await reading);
  await loading;
  return manifest;
}

/**
 * Counts the rows of each table as the store's role.
 * @returns what differs from the manifest, in a few words; undefined when nothing does
 */
export async function compareRows(
  target: DumpTarget,
  expected: Readonly<Record<string, number>>,
  isCounted: (table: string) => boolean = () => true,
): Promise<{ rows: number; difference: string | undefined }> {
  return withStoreDatabase(connectionStringOf(target), { asker: 'restore' }, (db) =>
    db.tx(async (tx) => {
      await letTakeItsTime(tx);
      const found: Record<string, number> = {};
      for (const table of await selectTables(tx)) {
        const name = `${table.schema}.${table.name}`;
        if (isCounted(name)) found[name] = await countRows(tx, table);
      }
      const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
      const wrong = names.filter((name) => expected[name] !== found[name]);
      const rows = Object.values(found).reduce((sum, count) => sum + count, 0);
      const told = wrong
        .slice(0, 5)
        .map((name) => `${name}: ${found[name] ?? 'none'} instead of ${expected[name] ?? 'none'}`);
      return { rows, difference: wrong.length > 0 ? told.join(', ') : undefined };
    }),
  );
}
