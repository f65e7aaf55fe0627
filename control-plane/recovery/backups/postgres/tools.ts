import { open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { AppError } from '../../../../kernel/errors.ts';
import { findPostgresTools, type PostgresTools } from '../../../../kernel/postgres-tools.ts';
import { type DumpTarget, environmentOf } from './connection.ts';

type Found = Extract<PostgresTools, { kind: 'found' }>;

/** Where a dump goes, and how many bytes it may have. */
export type DumpFile = { file: string; limit?: { bytes: number; fault: AppError } };

export type PgTools = {
  /** @throws AppError BACKUP_TOOLS_MISSING */
  find(serverMajor: number): Promise<Found>;
  /**
   * Writes a dump in the custom format to a file (0600), of the given snapshot.
   * @throws AppError the fault of the limit, when the file would become larger than that
   */
  dump(target: DumpTarget, snapshot: string, to: DumpFile, tools: Found, signal: AbortSignal): Promise<void>;
  /** Lets pg_restore read the table of contents of a dump that comes as a stream, to its end. @returns its entries */
  list(tools: Found, dump: Readable, signal: AbortSignal): Promise<number>;
};

const LONGEST_STDERR = 1_000_000;
/** How long pg_dump waits for a table that somebody is rebuilding. */
const LOCK_WAIT_MS = 60_000;

export function createPgTools(where: { pgBin: string | undefined; path: string | undefined }): PgTools {
  return {
    async find(serverMajor) {
      const tools = await findPostgresTools(where, serverMajor);
      if (tools.kind === 'found') return tools;
      const found = tools.newest === undefined ? 'none was found' : `version ${tools.newest} is too old`;
      throw new AppError(
        'BACKUP_TOOLS_MISSING',
        `Backups need pg_dump and pg_restore of PostgreSQL ${serverMajor} or newer; ${found}. Install them (Debian: apt install postgresql-client), or name their folder in LAPAK_PG_BIN.`,
      );
    },
    async dump(target, snapshot, { file, limit }, { pgDump }, signal) {
      // Made here, so that nobody else may read it from its first byte on.
      await (await open(file, 'w', 0o600)).close();
      const args = [
        '--format=custom',
        `--snapshot=${snapshot}`,
        `--lock-wait-timeout=${LOCK_WAIT_MS}`,
        '--no-password',
      ];
      const command = [pgDump, ...args, `--file=${file}`];
      const [program = pgDump, ...rest] = limit ? limited(limit.bytes, command) : command;
      const ended = await execa(program, rest, {
        ...OPTIONS,
        env: { ...base(), ...environmentOf(target) },
        stdin: 'ignore',
        cancelSignal: signal,
      });
      // Half a dump is of no use, and may be large.
      if (ended.failed) await rm(file, { force: true });
      signal.throwIfAborted();
      if (limit && ended.failed && /File too large/i.test(ended.stderr)) throw limit.fault;
      if (ended.failed) throw failure('pg_dump', ended.stderr, ended.shortMessage);
    },
    async list({ pgRestore }, dump, signal) {
      const running = execa(pgRestore, ['--list'], { ...OPTIONS, env: base(), stdin: 'pipe', cancelSignal: signal });
      // It reads the table of contents and ends; the rest of the dump goes by.
      running.stdin.on('error', () => {});
      dump.pipe(running.stdin, { end: true });
      running.stdin.on('close', () => dump.resume());
      const ended = await running;
      dump.resume();
      signal.throwIfAborted();
      if (ended.failed) throw failure('pg_restore', ended.stderr, ended.shortMessage);
      return ended.stdout.split('\n').filter((line) => /^\d+; /.test(line)).length;
    },
  };
}

/** In units of 512 bytes, as POSIX has it; shells that count in 1024 let a file become twice as large. */
const LIMIT_UNIT = 512;

/** The kernel refuses what a file would have beyond the limit, at whatever pace it is written. Ignored, the signal becomes an error. */
const limited = (bytes: number, command: readonly string[]): string[] => [
  '/bin/sh',
  '-c',
  'ulimit -f "$1" || exit 1; shift; trap "" XFSZ; exec "$@"',
  'sh',
  String(Math.floor(bytes / LIMIT_UNIT)),
  ...command,
];

const OPTIONS = { extendEnv: false, reject: false, maxBuffer: LONGEST_STDERR, encoding: 'utf8' } as const;

const base = () => ({ PATH: process.env.PATH ?? '', LC_ALL: 'C' });

/** Its last words; they quote statements and names, never data or passwords. */
function failure(program: string, stderr = '', otherwise = 'it did not start'): AppError {
  const said = stderr.trim().split('\n').slice(-4).join(' ').slice(-600);
  if (/No space left on device/i.test(said)) {
    return new AppError('STORAGE_FULL', `${program}: the disk is full. Free some space and retry.`);
  }
  return new AppError('BACKUP_FAILED', `${program} failed: ${said || otherwise}`);
}
