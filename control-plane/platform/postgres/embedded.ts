import { chown, copyFile, mkdir, open, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { sha256Hex } from '../../../kernel/crypto.ts';
import { AppError, errorMessage } from '../../../kernel/errors.ts';
import { absent } from '../../../kernel/files.ts';
import { randomSecret } from '../../../kernel/ids.ts';
import { canEnter, embeddedBinaries, type Owner, type PostgresBinaries, postgresOwner } from './binaries.ts';

export type EmbeddedPostgres = {
  /** Connection string of the superuser, to the database `postgres`. */
  url: string;
  port: number;
  /** Keeps the log of the cluster below twice a bound: what came before is in `postgres.log.1`. May be called at any time. */
  boundLog(): Promise<void>;
  /** Stops the cluster and waits for it. Whoever is connected is cut off. */
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  /** Folder of the cluster: data, log, password. */
  dir: string;
  /** More `-c name=value` settings, for tests. */
  settings?: Record<string, string>;
};

const SUPERUSER = 'lapak';

/** Who may come from where: this machine. Containers come by the egress proxy, which lets in stores' roles alone. */
const ACCESS = `host all all 127.0.0.1/32 scram-sha-256
host all all all reject
`;

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
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const owner = await postgresOwner();
  const dir = await reachableDir(options.dir, owner);
  const binaries = await embeddedBinaries(owner, join(stateRoot(options.dir), 'native'));
  const data = join(dir, 'data');
  const password = await initialise(dir, data, binaries);
  const port = (await runningPort(data, binaries)) ?? (await launch(dir, data, binaries, options));
  return {
    url: `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`,
    port,
    boundLog: () => boundLog(logFileOf(dir)),
    stop: () => stop(data, binaries),
  };
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

/** Makes the cluster once. It is built aside and renamed, so that a crash half-way leaves nothing that looks whole. */
async function initialise(dir: string, data: string, { initdb, owner }: PostgresBinaries): Promise<string> {
  const passwordFile = join(dir, 'password');
  const known = (await readFile(passwordFile, 'utf8').catch(absent))?.trim();
  if (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(absent)) {
    if (known) return known;
    throw new AppError(
      'POSTGRES_UNAVAILABLE',
      `The password of the embedded Postgres is missing: ${passwordFile}. Restore that file; without it nobody can enter the data in ${data}.`,
    );
  }
  const password = randomSecret(24);
  const aside = join(dir, 'data.new');
  await rm(aside, { recursive: true, force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (owner) await chown(passwordFile, owner.uid, owner.gid);
  await run(
    initdb,
    [
      `--pgdata=${aside}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
    ],
    owner,
  );
  await rename(aside, data);
  return password;
}

async function runningPort(data: string, { pgCtl, owner }: PostgresBinaries): Promise<number | undefined> {
  const status = await execa(pgCtl, ['status', '-D', data], { reject: false, cwd: '/', ...owner });
  if (status.exitCode !== 0) return undefined;
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n');
  return Number(lines[3]);
}

async function launch(
  dir: string,
  data: string,
  binaries: PostgresBinaries,
  options: EmbeddedOptions,
): Promise<number> {
  await writeAccess(data, binaries.owner);
  const port = await freePort(await lastPort(dir));
  const settings = {
    port: String(port),
    ...SETTINGS,
    ...options.settings,
  };
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
  const logFile = logFileOf(dir);
  try {
    await run(
      binaries.pgCtl,
      ['start', '-D', data, '-l', logFile, '-w', '-t', '60', '-o', flags.join(' ')],
      binaries.owner,
    );
  } catch (cause) {
    const tail = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n');
    throw new AppError(
      'POSTGRES_UNAVAILABLE',
      `The embedded Postgres did not start. Its log (${logFile}) ends:\n${tail}`,
      {
        cause,
      },
    );
  }
  await writeFile(join(dir, 'port'), String(port));
  return port;
}

const logFileOf = (dir: string) => join(dir, 'postgres.log');

/** The server appends to one file, whoever started it: the file is emptied in place. */
async function boundLog(file: string): Promise<void> {
  if ((await stat(file)).size <= MOST_LOG_BYTES) return;
  await copyFile(file, `${file}.1`);
  await truncate(file);
}

async function stop(data: string, { pgCtl, owner }: PostgresBinaries): Promise<void> {
  await execa(pgCtl, ['stop', '-D', data, '-m', 'fast', '-w', '-t', '60'], { reject: false, cwd: '/', ...owner });
}

async function run(file: string, args: string[], owner: Owner): Promise<void> {
  try {
    // pg_ctl leaves a daemon behind, which must not hold our pipes open.
    await execa(file, args, { cwd: '/', stdin: 'ignore', stdout: 'ignore', stderr: 'ignore', ...owner });
  } catch (cause) {
    throw new AppError('POSTGRES_UNAVAILABLE', `${file} failed: ${errorMessage(cause).split('\n')[0]}`, { cause });
  }
}

/** Written at every start, so that an older cluster gets it too. A new file: a link of this name is not followed. */
async function writeAccess(data: string, owner: Owner): Promise<void> {
  const path = join(data, 'pg_hba.conf');
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(ACCESS);
    if (owner) await file.chown(owner.uid, owner.gid);
  } finally {
    await file.close();
  }
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
