import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

const { O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

/** A file of ours in a store's logs, which takes no place on the disk but counts like one that does. */
const FILLER = 'rehearsal.fill';

/** Works in a folder below `logs/`. The store owns it and may put links there to files of this host: none is followed. */
async function inLogs<T>(folder: string, below: readonly string[], work: (path: string) => Promise<T>): Promise<T> {
  const opened: FileHandle[] = [];
  try {
    let path = join(folder, 'logs');
    for (const name of [undefined, ...below]) {
      if (name !== undefined) {
        path = join(path, name);
        await mkdir(path, { mode: 0o750 }).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error;
        });
      }
      const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
      opened.push(handle);
      // The very folder that was opened; where the system knows no such path, its name.
      if (process.platform === 'linux') path = `/proc/self/fd/${handle.fd}`;
    }
    return await work(path);
  } finally {
    for (const handle of opened) await handle.close();
  }
}

async function write(path: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  // NONBLOCK: a pipe that the store has put there would keep us waiting for a reader.
  const file = await open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, 0o640);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

export const writeReport = (folder: string, name: string, text: string): Promise<void> =>
  inLogs(folder, ['maintenance'], (path) => write(join(path, name), (file) => file.writeFile(text)));

/** Makes the logs larger by `bytes`, by a file full of nothing. */
export const fillLogs = (folder: string, bytes: number): Promise<void> =>
  inLogs(folder, [], (path) => write(join(path, FILLER), (file) => file.truncate(bytes)));

/** Takes away what a rehearsal, finished or killed, left in the logs. */
export const emptyLogs = (folder: string): Promise<void> =>
  inLogs(folder, [], (path) => rm(join(path, FILLER), { force: true }));
