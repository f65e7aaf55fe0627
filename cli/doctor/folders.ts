import { access, constants, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Environment } from '../../kernel/config.ts';
import { errorMessage } from '../../kernel/errors.ts';
import { systemFault } from '../../kernel/system-fault.ts';
import { lapakHome } from '../api/credentials.ts';
import { broken, type Check, ok } from './check.ts';
import { nearestExisting } from './probes.ts';
import { deploymentsOf, settingOf } from './settings.ts';

/** Every folder that the server writes to, as far as its own environment names it, and whether the server makes it. */
function foldersOf(env: Environment): { folder: string; isMade: boolean }[] {
  const offsite = settingOf(env, 'BACKUP_OFFSITE_DIR') ?? '';
  const isCopied = settingOf(env, 'BACKUP_AUTOMATIC_OFFSITE') === 'true' && isAbsolute(offsite);
  return [
    { folder: lapakHome(env), isMade: true },
    { folder: deploymentsOf(env), isMade: true },
    // Another disk, which may not be mounted: it is never made.
    ...(isCopied ? [{ folder: offsite, isMade: false }] : []),
  ];
}

/** Whether they can be written to, which only writing shows: rights, read-only disks and quotas look alike otherwise. */
export function foldersCheck(env: Environment): Check {
  return {
    name: 'Folders',
    async run() {
      const folders = foldersOf(env);
      for (const { folder, isMade } of folders) {
        try {
          await assertWritable(folder, isMade);
        } catch (error) {
          return broken(
            systemFault(error)?.message ?? `${folder}: ${errorMessage(error)}`,
            `The server must be able to write to ${folder}, as the user that it runs as.`,
          );
        }
      }
      return ok(`can be written to: ${folders.map(({ folder }) => folder).join(', ')}`);
    },
  };
}

/** A folder is made and removed in it; of one that is not there yet, only the right to make it is looked at. */
async function assertWritable(folder: string, isMade: boolean): Promise<void> {
  const there = await nearestExisting(folder);
  if (!(await stat(there)).isDirectory()) {
    throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR', path: there, syscall: 'stat' });
  }
  if (there !== folder && !isMade) throw new Error('it does not exist; is its disk mounted?');
  if (there !== folder) return access(there, constants.W_OK | constants.X_OK);
  await rmdir(await mkdtemp(join(folder, '.lapak-doctor-')));
}
