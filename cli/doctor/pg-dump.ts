import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '../../kernel/config.ts';
import { type Check, ok, warning } from './check.ts';
import type { PostgresFound } from './postgres.ts';

const run = promisify(execFile);
const DEBIAN = '/usr/lib/postgresql';

/** Backups need a pg_dump that is not older than the server. */
export function pgDumpCheck(env: Environment, postgres: Promise<PostgresFound>): Check {
  return {
    name: 'pg_dump',
    async look() {
      const wanted = (await postgres).major ?? 15;
      const found: { path: string; major: number }[] = [];
      for (const path of await candidates(env)) {
        const major = await majorOf(path);
        if (major !== undefined) found.push({ path, major });
      }
      const fit = found.find(({ major }) => major >= wanted);
      if (fit) return ok(`version ${fit.major} (${fit.path})`);
      const mend = `Install the PostgreSQL ${wanted} client or newer (Debian: apt install postgresql-client), or name its folder in LAPAK_PG_BIN. Without it there are no backups.`;
      const newest = Math.max(...found.map(({ major }) => major));
      return warning(found.length > 0 ? `version ${newest} is older than the server (${wanted})` : 'not found', mend);
    },
  };
}

async function candidates(env: Environment): Promise<string[]> {
  const versions = await readdir(DEBIAN).catch(() => []);
  const debian = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, 'bin'));
  const own = env.LAPAK_PG_BIN?.trim();
  const path = (env.PATH ?? '').split(delimiter).filter((dir) => dir !== '');
  return [...(own ? [own] : []), ...path, ...debian].map((dir) => join(dir, 'pg_dump'));
}

/** Undefined when there is no such program, or it is no pg_dump. */
async function majorOf(path: string): Promise<number | undefined> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 3000 });
    const [, major] = /\(PostgreSQL\) (\d+)/.exec(stdout) ?? [];
    return major ? Number(major) : undefined;
  } catch {
    return undefined;
  }
}
