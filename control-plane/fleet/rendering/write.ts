import { chown, mkdir, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { absent, replaceFile } from '../../../kernel/files.ts';
import type { DeploymentFile } from './render.ts';

/** What a store writes is its own and the operator's; others on this host do not read it. */
const FOLDERS = { paths: ['logs', 'backups/local', 'backups/offsite'], mode: 0o750 };

/**
 * Writes a store's folder. Each file is written aside, synced and renamed, so that whoever reads it finds the old one or
 * the new one, whole; what else lies in the folder is left alone. May be repeated.
 */
export async function writeDeployment(folder: string, files: readonly DeploymentFile[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const path of FOLDERS.paths) await mkdir(join(folder, path), { recursive: true, mode: FOLDERS.mode });
  // The store owns its logs: what it put in the place of a folder of ours keeps nobody from changing the store.
  await mkdir(join(folder, 'logs', 'maintenance'), { mode: FOLDERS.mode }).catch(unlessThere);
  for (const file of files) await replace(join(folder, file.path), file);
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

async function replace(path: string, { content, mode }: DeploymentFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, content, { mode, before: (aside) => keepOwner(path, aside) });
}

/** A container that runs as the owner of bot.env must be able to read the new one when it restarts by itself. */
async function keepOwner(path: string, aside: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const before = await stat(path).catch(absent);
  if (before) await chown(aside, before.uid, before.gid);
}
