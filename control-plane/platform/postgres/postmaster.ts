import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { AppError } from '../../../kernel/errors.ts';

/** What a postmaster writes about itself. */
type Postmaster = { pid: number; port: number; ready: boolean };

const FILE = 'postmaster.pid';
/** It may have to recover first from how it ended. */
const READY_MS = 60_000;
const LOOK_EVERY_MS = 100;

/**
 * The port of the cluster that runs on `data`, once it takes connections; undefined when none runs. What one that was killed
 * left is removed: its pid may be another program's by now, and Postgres would not start.
 * @throws AppError POSTGRES_UNAVAILABLE when one runs, but does not get ready
 */
export async function runningPort(data: string): Promise<number | undefined> {
  for (const end = Date.now() + READY_MS; ; await sleep(LOOK_EVERY_MS)) {
    const found = await readPostmaster(data);
    if (!found) return undefined;
    if (!(await runsOn(found.pid, data))) {
      // The living one of another moment is not touched: whoever starts writes the file anew.
      if ((await readPostmaster(data))?.pid === found.pid) await rm(join(data, FILE), { force: true });
      return undefined;
    }
    if (found.ready) return found.port;
    if (Date.now() >= end) {
      throw new AppError(
        'POSTGRES_UNAVAILABLE',
        `The embedded Postgres (process ${found.pid}) has been starting for longer than ${READY_MS / 1000} seconds. Its log says why: ${join(data, '..', 'postgres.log')}. If it recovers, wait and start again.`,
      );
    }
  }
}

async function readPostmaster(data: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(data, FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/** Whether a process lives that is the postmaster of `data`, and not something else that was given its pid. */
async function runsOn(pid: number, data: string): Promise<boolean> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  const argv = await argvOf(pid);
  if (argv === undefined || basename(argv[0] ?? '') !== 'postgres') return false;
  if (argv.includes(data)) return true;
  // Another way to the same folder: a postmaster works in it.
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return folder !== undefined && folder === (await realpath(data));
}

/** Undefined when there is no such process, or only what its parent has not yet taken note of. */
async function argvOf(pid: number): Promise<string[] | undefined> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text === '' ? undefined : text.split('\0');
  }
  const { stdout, exitCode } = await execa('ps', ['-ww', '-p', String(pid), '-o', 'command='], { reject: false });
  return exitCode === 0 && stdout.trim() !== '' ? stdout.trim().split(' ') : undefined;
}
