import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { AppError } from '../../../kernel/errors.ts';
import { type DumpTarget, environmentOf } from '../backups/index.ts';

/** From this version on it sets a parameter that older servers do not know, and counts their refusal as an error. */
const SETS_TRANSACTION_TIMEOUT = 17;
const HARMLESS = /unrecognized configuration parameter "transaction_timeout"/;

/**
 * Loads a dump that comes as a stream into an empty database. Whoever connects owns everything in it afterwards.
 * @throws AppError BACKUP_DAMAGED, STORAGE_FULL
 */
export async function pgRestore(
  target: DumpTarget,
  dump: Readable,
  tools: { pgRestore: string; major: number },
  signal: AbortSignal,
): Promise<void> {
  const tolerant = tools.major >= SETS_TRANSACTION_TIMEOUT;
  const args = ['--no-owner', '--no-privileges', '--no-password', `--dbname=${target.database}`];
  const running = execa(tools.pgRestore, [...args, ...(tolerant ? [] : ['--exit-on-error'])], {
    extendEnv: false,
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', ...environmentOf(target), PGAPPNAME: 'lapak-restore' },
    reject: false,
    stdin: 'pipe',
    stdout: 'ignore',
    maxBuffer: 1_000_000,
    cancelSignal: signal,
  });
  running.stdin.on('error', () => {});
  dump.pipe(running.stdin);
  // What it does not read goes by, so that the archive is read to its end.
  running.stdin.on('close', () => dump.resume());
  const ended = await running;
  dump.resume();
  signal.throwIfAborted();
  if (!ended.failed) return;
  const errors = ended.stderr.split('\n').filter((line) => /error:/.test(line));
  if (tolerant && errors.length === 1 && HARMLESS.test(ended.stderr)) return;
  const said = (errors[0] ?? ended.stderr.trim().split('\n').at(-1) ?? '').slice(0, 400);
  if (/No space left on device|could not extend file/i.test(ended.stderr)) {
    throw new AppError('STORAGE_FULL', 'pg_restore: the disk of the database is full. Free some space and retry.');
  }
  throw new AppError('BACKUP_DAMAGED', `pg_restore could not load the dump: ${said || 'it did not start'}`);
}
