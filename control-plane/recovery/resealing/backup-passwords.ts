import { stat } from 'node:fs/promises';
import type { Queryable } from '../../../kernel/db.ts';
import { SECRET_NAMES } from '../../fleet/tenants/index.ts';
import { checkArchive } from '../backups/archive/index.ts';
import type { Loss } from './findings.ts';
import type { Change, Read, Sealed } from './sealed.ts';
import { selectReplacedAt } from './sql.ts';

export type Password = Sealed & { file: string; local_path: string | null; started_at: Date };

/**
 * The passwords of a store's backups that do not open: each is the store's own password of its time. Since that was last
 * set it is the one of now, if the newest archive agrees; of all others the archives themselves are asked.
 * @param passwords oldest first
 */
export async function planPasswords(
  on: Queryable,
  store: string,
  passwords: readonly Read<Password>[],
  password: string | undefined,
): Promise<{ changes: Change[]; lost: Loss[] }> {
  const changes: Change[] = [];
  const lost: Loss[] = [];
  const closed = passwords.filter(({ state }) => state === 'closed');
  const replacedAt = await selectReplacedAt(on, store, SECRET_NAMES.backupPassword);
  const isSince = ({ started_at: at }: Password) => replacedAt === undefined || at > replacedAt;
  const agreed = password !== undefined && (await newestAgrees(password, closed.filter(isSince).reverse()));
  for (const value of closed) {
    const opens = password !== undefined && ((agreed && isSince(value)) || (await opensWith(password, value)));
    if (opens) changes.push({ sealed: value, to: password, closed: true });
    else lost.push({ kind: 'backup_password', file: value.file, why: opens === undefined ? 'not_here' : 'another' });
  }
  return { changes, lost };
}

/** Reading each archive of every store could take hours. False when none of them is here to be asked. */
async function newestAgrees(password: string, newestFirst: readonly Password[]): Promise<boolean> {
  for (const value of newestFirst) {
    const opens = await opensWith(password, value);
    if (opens !== undefined) return opens;
  }
  return false;
}

/** Undefined when it is not here. */
async function opensWith(password: string, { local_path: path }: Password): Promise<boolean | undefined> {
  const here = path !== null && (await stat(path).catch(() => undefined));
  return here ? (await checkArchive(path, password)).ok : undefined;
}
