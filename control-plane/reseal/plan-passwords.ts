import type { Queryable } from '../../kernel/db.ts';
import { checkArchive } from '../backups/archive/index.ts';
import { SECRET_NAMES } from '../tenants/index.ts';
import type { Change, Read, Sealed } from './sealed.ts';
import { selectReplacedAt } from './sql.ts';

export type Password = Sealed & { file: string; local_path: string | null; started_at: Date };

/**
 * The passwords of a store's backups that do not open: each is the store's own password of its time. Since that was last
 * set it is the one of now; before, only the archive itself can tell.
 */
export async function planPasswords(
  on: Queryable,
  store: string,
  passwords: readonly Read<Password>[],
  password: string | undefined,
): Promise<{ changes: Change[]; lost: string[] }> {
  const changes: Change[] = [];
  const lost: string[] = [];
  const replacedAt = await selectReplacedAt(on, store, SECRET_NAMES.backupPassword);
  for (const value of passwords) {
    if (value.state !== 'closed') continue;
    const since = replacedAt === undefined || value.started_at > replacedAt;
    if (password !== undefined && (since || (await opensWith(password, value)))) {
      changes.push({ sealed: value, to: password, closed: true });
    } else {
      lost.push(`the password of ${value.file}, which is another one than that of now`);
    }
  }
  return { changes, lost };
}

async function opensWith(password: string, { local_path: path }: Password): Promise<boolean> {
  return path !== null && (await checkArchive(path, password)).ok;
}
