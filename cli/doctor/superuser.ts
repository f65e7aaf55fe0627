import { type Check, type Finding, ok, warning } from './check.ts';
import { withCluster } from './probes.ts';

/** From this version on a role makes and gives away other roles without being a superuser, and holds them afterwards. */
const ENOUGH_FROM = 16;

/** Whether Lapak works in the cluster with more rights than it needs. The embedded cluster is its own. */
export function superuserCheck(databaseUrl: string | undefined): Check {
  return {
    name: 'Postgres rights',
    run: async () => (databaseUrl ? look(databaseUrl) : ok('embedded, its own cluster')),
  };
}

async function look(connectionString: string): Promise<Finding> {
  try {
    const [role] = await withCluster(connectionString, (db) =>
      db.query<{ name: string; super: boolean; major: number }>(
        `SELECT rolname AS name, rolsuper AS super, current_setting('server_version_num')::int / 10000 AS major
         FROM pg_roles WHERE rolname = current_user`,
      ),
    );
    if (!role?.super) return ok(`${role?.name} is no superuser`);
    const how =
      role.major >= ENOUGH_FROM
        ? 'Make a role for Lapak alone and name it in DATABASE_URL; see "Without a superuser" in docs/operations.md.'
        : `Give Lapak a cluster of its own, or PostgreSQL ${ENOUGH_FROM} or newer, where a role with CREATEDB and CREATEROLE is enough; see "Without a superuser" in docs/operations.md.`;
    return warning(
      `${role.name} is a superuser: whoever takes over this machine has every database of the cluster`,
      how,
    );
  } catch {
    // The check of Postgres says why.
    return ok('not known while Postgres does not let us in');
  }
}
