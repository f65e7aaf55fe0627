import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Where Debian keeps the programs of each version. */
const DEBIAN = '/usr/lib/postgresql';

export type PostgresTools =
  | { kind: 'found'; pgDump: string; pgRestore: string; major: number }
  /** `newest` is the version of the newest that is there, when all are too old. */
  | { kind: 'missing'; newest: number | undefined };

/**
 * Looks for pg_dump and pg_restore that are not older than the server: in `pgBin`, in the folders of `path`, and where
 * Debian installs them.
 */
export async function findPostgresTools(
  where: { pgBin?: string | undefined; path?: string | undefined },
  serverMajor: number,
): Promise<PostgresTools> {
  let newest: number | undefined;
  for (const dir of await folders(where)) {
    const pgDump = join(dir, 'pg_dump');
    const pgRestore = join(dir, 'pg_restore');
    const major = await majorOf(pgDump);
    if (major === undefined) continue;
    if (major < serverMajor) newest = Math.max(newest ?? 0, major);
    else if (((await majorOf(pgRestore)) ?? 0) >= serverMajor) return { kind: 'found', pgDump, pgRestore, major };
  }
  return { kind: 'missing', newest };
}

async function folders({ pgBin, path }: Parameters<typeof findPostgresTools>[0]): Promise<string[]> {
  const versions = await readdir(DEBIAN).catch(() => []);
  const debian = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, 'bin'));
  return [...(pgBin ? [pgBin] : []), ...(path ?? '').split(delimiter).filter((dir) => dir !== ''), ...debian];
}

/** Undefined when there is no such program, or it is something else. */
async function majorOf(program: string): Promise<number | undefined> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 10_000 });
    const [, major] = /\(PostgreSQL\) (\d+)/.exec(stdout) ?? [];
    return major ? Number(major) : undefined;
  } catch {
    return undefined;
  }
}
