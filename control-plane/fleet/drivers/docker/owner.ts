import { lchown, lstat, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../kernel/errors.ts';
import type { RuntimeSpec } from '../driver.ts';
import { environmentFile } from '../faults.ts';
import type { RuntimeUser } from './container.ts';

/** The user `node` of the image; a store never runs as root. */
const IMAGE_USER: RuntimeUser = { uid: 1000, gid: 1000 };

/**
 * The user that the container runs as: the owner of bot.env, which only its owner may read (0600). A control plane that
 * runs as root gives bot.env and the folder logs/ to the image's user first; never what lies in logs/, where the store
 * can put links to files of this host.
 */
export async function prepareFolder(spec: RuntimeSpec): Promise<RuntimeUser> {
  const file = await environmentFile(spec);
  const logs = join(spec.folder, 'logs');
  await mkdir(logs, { recursive: true, mode: 0o750 });
  const { uid, gid } = await stat(file);
  if (uid !== 0) {
    if (process.getuid?.() === 0) await give(logs, { uid, gid });
    return { uid, gid };
  }
  if (process.getuid?.() !== 0) {
    throw new AppError(
      'CONFIG_INVALID',
      `${file} belongs to root, but stores do not run as root. Run: sudo chown ${IMAGE_USER.uid}:${IMAGE_USER.gid} ${file} ${logs}`,
    );
  }
  await give(logs, IMAGE_USER);
  await give(file, IMAGE_USER);
  return IMAGE_USER;
}

/** Gives the path itself; what a link points to keeps its owner. */
async function give(path: string, { uid, gid }: RuntimeUser): Promise<void> {
  if ((await lstat(path)).uid !== uid) await lchown(path, uid, gid);
}
