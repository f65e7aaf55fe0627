import { chown, copyFile, mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { sha256Hex } from '../../../kernel/crypto.ts';
import { AppError } from '../../../kernel/errors.ts';
import {
  canEnter,
  embeddedBinaries,
  type Owner,
  type PostgresBinaries,
  postgresOwner,
  runProgram,
} from './binaries.ts';
import { makeDataFolder, SUPERUSER, writeAccess } from './data-folder.ts';
import { runningPort } from './postmaster.ts';

export type EmbeddedPostgres = {
  /** Connection string of the superuser, to the database `postgres`. */
  url: string;
  port: number;
  /** Keeps the log of the cluster below twice a bound: what came before is in `postgres.log.1`. May be called at any time. */
  boundLog(): Promise<void>;
  /** Whether it was started now; else one that was running was taken over. */
  launched: boolean;
  /** Stops the cluster and waits for it. Whoever is connected is cut off. */
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  /** Folder of the cluster: data, log, password. */
  dir: string;
  /** More `-c name=value` settings, for tests. */
  settings?: Record<string, string>;
};

/** Whoever does not say who it is soon makes room; the last places are kept for the superuser. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  superuser_reserved_connections: '10',
  authentication_timeout: '10s',
  log_parameter_max_length_on_error: '0',
};

const MOST_LOG_BYTES = 32 * 1024 * 1024;

/**
 * Starts a Postgres cluster below `dir`, or takes over the one that is running there. It is a daemon of its own: it
 * outlives this process, so that stores go on selling while the control plane restarts.
 * @throws AppError POSTGRES_UNAVAILABLE, STORAGE_FULL; the message says what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  try {
    return await start(options);
  } catch (error) {
    throw explained(error as NodeJS.ErrnoException, options.dir);
  }
}

async function start(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const owner = await postgresOwner();
  const dir = await reachableDir(options.dir, owner);
  const binaries = await embeddedBinaries(owner, join(stateRoot(options.dir), 'native'));
  const data = join(dir, 'data');
  const password = await makeDataFolder(dir, data, binaries);
  const running = await runningPort(data);
  const port = running ?? (await launch(dir, data, binaries, options));
  return {
    url: `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`,
    port,
    launched: running === undefined,
    boundLog: () => boundLog(logFileOf(dir)),
    stop: () => stop(data, binaries),
  };
}

/** Faults of the file system say which file; what to do about them is said here. */
function explained(error: NodeJS.ErrnoException, dir: string): unknown {
  const { code, path = dir } = error;
  if (error instanceof AppError) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('STORAGE_FULL', `The disk of ${dir} is full (${path}). Free some space, then start again.`, {
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
    return new AppError(
      'POSTGRES_UNAVAILABLE',
      `The embedded Postgres cannot use ${path} (${code}). Let the user that runs Lapak own ${dir} and everything in it, on a disk that can be written, or set LAPAK_HOME to another folder.`,
      { cause: error },
    );
  }
  return error;
}

/** `dir` when the owner can reach it, else a folder of the same identity below /var/lib. */
async function reachableDir(dir: string, owner: Owner): Promise<string> {
  await mkdir(dir, { recursive: true });
  if (!owner) return dir;
  await chown(dir, owner.uid, owner.gid);
  if (await canEnter(dir, owner)) return dir;
  const elsewhere = join(stateRoot(dir), 'cluster');
  await mkdir(elsewhere, { recursive: true });
  await chown(elsewhere, owner.uid, owner.gid);
  return elsewhere;
}

function stateRoot(dir: string): string {
  return join('/var/lib/lapak', sha256Hex(dir).slice(0, 12));
}

const logFileOf = (dir: string) => join(dir, 'postgres.log');

/** The server appends to one file, whoever started it: the file is emptied in place. */
async function boundLog(file: string): Promise<void> {
  if ((await stat(file)).size <= MOST_LOG_BYTES) return;
  await copyFile(file, `${file}.1`);
  await truncate(file);
}

async function launch(
  dir: string,
  data: string,
  binaries: PostgresBinaries,
  { settings }: EmbeddedOptions,
): Promise<number> {
  await writeAccess(data, binaries.owner);
  const logFile = logFileOf(dir);
  let port = await freePort(await lastPort(dir));
  for (let tries = 1; ; tries++) {
    const started = await runProgram(
      binaries.pgCtl,
      ['start', '-D', data, '-l', logFile, '-w', '-t', '60', '-o', flags({ port, ...SETTINGS, ...settings })],
      binaries.owner,
      { daemon: true },
    );
    // One that another start has begun meanwhile, and that was killed itself, is as good.
    const running = started.ok ? port : await runningPort(data);
    if (running !== undefined) {
      await writeFile(join(dir, 'port'), String(running));
      return running;
    }
    const tail = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n');
    const taken = /could not (bind|create any TCP)|Address already in use/i.test(tail);
    if (!taken || tries > 1) throw notStarted(logFile, tail);
    port = await freePort(0);
  }
}

const flags = (settings: Record<string, string | number>): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}='${value}'`)
    .join(' ');

function notStarted(logFile: string, tail: string): AppError {
  if (/No space left on device|Disk quota exceeded/i.test(tail)) {
    return new AppError(
      'STORAGE_FULL',
      `The disk of the embedded Postgres is full. Free some space, then start again; delete nothing of its own. Its log (${logFile}) ends:\n${tail}`,
    );
  }
  return new AppError(
    'POSTGRES_UNAVAILABLE',
    `The embedded Postgres did not start. Its log (${logFile}) ends:\n${tail}`,
  );
}

async function stop(data: string, { pgCtl, owner }: PostgresBinaries): Promise<void> {
  const args = ['stop', '-D', data, '-m', 'fast', '-w', '-t', '60'];
  const stopped = await runProgram(pgCtl, args, owner, { daemon: true });
  if (stopped.ok || (await runningPort(data)) === undefined) return;
  throw new AppError('POSTGRES_UNAVAILABLE', `The embedded Postgres on ${data} did not stop within 60 seconds.`);
}

async function lastPort(dir: string): Promise<number> {
  return Number(await readFile(join(dir, 'port'), 'utf8').catch(() => '0'));
}

/** `wanted` when nobody listens there, else a port of the system's choice. */
async function freePort(wanted: number): Promise<number> {
  for (const port of [wanted, 0]) {
    const bound = await new Promise<number | undefined>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(undefined));
      probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
      });
    });
    if (bound !== undefined) return bound;
  }
  throw new AppError('POSTGRES_UNAVAILABLE', 'No free port was found for the embedded Postgres.');
}
