import type { Environment } from '../../kernel/config.ts';
import { findPostgresTools } from '../../kernel/postgres-tools.ts';
import { type Check, ok, warning } from './check.ts';
import type { PostgresFound } from './postgres.ts';

/** Backups need a pg_dump and a pg_restore that are not older than the server. */
export function pgDumpCheck(env: Environment, postgres: Promise<PostgresFound>): Check {
  return {
    name: 'pg_dump',
    async look() {
      const wanted = (await postgres).major ?? 15;
      const tools = await findPostgresTools({ pgBin: env.LAPAK_PG_BIN?.trim(), path: env.PATH }, wanted);
      if (tools.kind === 'found') return ok(`version ${tools.major} (${tools.pgDump})`);
      const mend = `Install the PostgreSQL ${wanted} client or newer (Debian: apt install postgresql-client), or name its folder in LAPAK_PG_BIN. Without it there are no backups.`;
      const found =
        tools.newest === undefined ? 'not found' : `version ${tools.newest} is older than the server (${wanted})`;
      return warning(found, mend);
    },
  };
}
