import { PassThrough, Writable } from 'node:stream';
import { AppError } from '../../../../kernel/errors.ts';
import { type Checked, type Copy, checkArchive, checkCopy, opener, readArchive } from '../archive/index.ts';
import { DUMP_PART, StoreManifest } from '../manifest.ts';
import type { BackupRow } from '../sql.ts';
import { type BackupDeps, localPath, passwordOf, subjectOf } from './deps.ts';

/**
 * Reads a backup back from where it lies: HMAC and hash hold, its parts are those of its manifest, and pg_restore reads the
 * dump.
 * @returns entries of the dump's table of contents
 * @throws AppError BACKUP_DAMAGED, BACKUP_TOOLS_MISSING
 */
export async function verifyLocal(deps: BackupDeps, row: BackupRow, signal: AbortSignal): Promise<number> {
  const path = localPath(row);
  const checked = await checkArchive(path, passwordOf(deps, row), expectedOf(row, signal));
  return look(deps, row, { name: path, open: opener(path) }, checked, signal);
}

export async function verifyCopy(deps: BackupDeps, row: BackupRow, copy: Copy, signal: AbortSignal): Promise<number> {
  const checked = await checkCopy(copy, passwordOf(deps, row), expectedOf(row, signal));
  return look(deps, row, copy, checked, signal);
}

const expectedOf = (row: BackupRow, signal: AbortSignal) => ({
  subject: subjectOf(row.tenant_id),
  sha256: row.sha256 ?? undefined,
  signal,
});

async function look(
  deps: BackupDeps,
  row: BackupRow,
  copy: Pick<Copy, 'name' | 'open'>,
  checked: Checked,
  signal: AbortSignal,
): Promise<number> {
  if (!checked.ok) throw damaged(row, checked.reason);
  const tools = await deps.tools.find(Number.parseInt(row.postgres ?? '0', 10));
  let listed: Promise<number> | undefined;
  const found = await readArchive(copy, passwordOf(deps, row), checked.meta, {
    signal,
    part(name) {
      if (name !== DUMP_PART) return new Writable({ write: (_chunk, _encoding, done) => done() });
      const dump = new PassThrough({ highWaterMark: 262_144 });
      listed = deps.tools.list(tools, dump, signal);
      // Looked at below, when the rest has been read too.
      listed.catch(() => {});
      return dump;
    },
  });
  if (!listed) throw damaged(row, 'it holds no dump');
  const manifest = StoreManifest.safeParse(found);
  if (!manifest.success) throw damaged(row, 'its manifest is not one of a store');
  return listed;
}

function damaged(row: BackupRow, reason: string): AppError {
  return new AppError('BACKUP_DAMAGED', `The backup ${row.file} cannot be used: ${reason}.`);
}
