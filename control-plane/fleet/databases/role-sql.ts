import pg from 'pg';
import type { Queryable, Tx } from '../../../kernel/db.ts';

const ident = pg.escapeIdentifier;
const literal = pg.escapeLiteral;

export type RoleRow = { comment: string | null };

export async function selectRole(on: Queryable, role: string): Promise<RoleRow | undefined> {
  const [row] = await on.query<RoleRow>(
    "SELECT shobj_description(oid, 'pg_authid') AS comment FROM pg_roles WHERE rolname = $1",
    [role],
  );
  return row;
}

/** A role that may log in and nothing else. One that is no superuser must belong to it to give it its schema. */
export async function createRole(tx: Tx, role: string, comment: string): Promise<void> {
  await tx.query(`CREATE ROLE ${ident(role)} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOLOGIN`);
  await tx.query(`COMMENT ON ROLE ${ident(role)} IS ${literal(comment)}`);
  const [me] = await tx.query<{ super: boolean }>(
    'SELECT rolsuper AS super FROM pg_roles WHERE rolname = current_user',
  );
  if (!me?.super) await tx.query(`GRANT ${ident(role)} TO CURRENT_USER`);
}

/** A role that logs in and works as another from its first statement on. It may enter nothing because that one may. */
export async function createDeputy(on: Queryable, role: string, of: string): Promise<void> {
  await on.query(
    `CREATE ROLE ${ident(role)} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT NOLOGIN IN ROLE ${ident(of)}`,
  );
  await on.query(`ALTER ROLE ${ident(role)} SET role = ${literal(of)}`);
}

/** The pools of a store: 6 for its work, 32 for locks, 2 for jobs. A cluster of 300 then survives a few that run wild. */
const MOST_CONNECTIONS = 40;

/** What a role's sessions begin with. A store may lift the timeouts, say for a migration, but not the disk. */
const ROLE_DEFAULTS = { statement_timeout: '60s', idle_in_transaction_session_timeout: '60s' };
/** What superusers set, and those whom one has granted it to: a store cannot lift it, nor fill the log of the cluster. */
const PLATFORM_SETTINGS = {
  temp_file_limit: '1GB',
  log_min_messages: 'fatal',
  log_min_error_statement: 'panic',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_temp_files: '-1',
  log_lock_waits: 'off',
};

/** Keeps one store from taking the cluster's connections, time and disk from the others. May be repeated. */
export async function limitRole(on: Queryable, role: string): Promise<void> {
  await on.query(`ALTER ROLE ${ident(role)} CONNECTION LIMIT ${MOST_CONNECTIONS}`);
  for (const [name, value] of Object.entries(ROLE_DEFAULTS)) {
    await on.query(`ALTER ROLE ${ident(role)} SET ${name} = ${literal(value)}`);
  }
  await setForRole(on, role, PLATFORM_SETTINGS);
}

/** As a store's role, but for the time: what a dump holds runs functions of its store. Temporary files may take so many bytes. */
export async function limitDeputy(on: Queryable, role: string, temporary: number): Promise<void> {
  const most = `${Math.min(Math.ceil(temporary / 1024), 2 ** 31 - 1)}kB`;
  await on.query(`ALTER ROLE ${ident(role)} CONNECTION LIMIT ${MOST_CONNECTIONS}`);
  await setForRole(on, role, { ...PLATFORM_SETTINGS, temp_file_limit: most });
}

async function setForRole(on: Queryable, role: string, settings: Readonly<Record<string, string>>): Promise<void> {
  // A managed Postgres, whose platform may not set these, has limits of its own.
  for (const [name, value] of Object.entries(settings)) {
    const [may] = await on.query<{ set: boolean }>("SELECT has_parameter_privilege($1, 'SET') AS set", [name]);
    if (may?.set) await on.query(`ALTER ROLE ${ident(role)} SET ${name} = ${literal(value)}`);
  }
}

export async function allowLogin(on: Queryable, role: string, verifier: string): Promise<void> {
  await on.query(`ALTER ROLE ${ident(role)} LOGIN PASSWORD ${literal(verifier)}`);
}

/** Nobody logs in as it any more; who did so is another matter. */
export async function forbidLogin(on: Queryable, role: string): Promise<void> {
  await on.query(`ALTER ROLE ${ident(role)} NOLOGIN PASSWORD NULL`);
}

export async function renameRole(on: Queryable, from: string, to: string): Promise<void> {
  await on.query(`ALTER ROLE ${ident(from)} RENAME TO ${ident(to)}`);
}

/** @throws error 2BP01 of Postgres while anything in the cluster depends on it */
export async function dropRole(on: Queryable, role: string): Promise<void> {
  await on.query(`DROP ROLE IF EXISTS ${ident(role)}`);
}

/** Ends the sessions of a role, in whatever database, and waits until they are gone. */
export async function disconnectRole(on: Queryable, role: string): Promise<void> {
  await on.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1', [role]);
}

/** Up to PostgreSQL 15 a role grants itself to whomever it likes. Who asks may stay a member of it. */
export async function revokeMemberships(on: Queryable, role: string): Promise<void> {
  const rows = await on.query<{ role: string; member: string }>(
    `SELECT r.rolname AS role, m.rolname AS member
     FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
     WHERE m.rolname = $1 OR (r.rolname = $1 AND m.rolname <> current_user)`,
    [role],
  );
  for (const row of rows) await on.query(`REVOKE ${ident(row.role)} FROM ${ident(row.member)}`);
}

/** Databases in which something depends on a role: its own objects, and rights that it was given. */
export async function selectDependents(on: Queryable, role: string): Promise<string[]> {
  const rows = await on.query<{ datname: string }>(
    `SELECT DISTINCT d.datname FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
     WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = $1)
     ORDER BY d.datname`,
    [role],
  );
  return rows.map((row) => row.datname);
}

/** Drops what a role owns in this database, and takes from it every right here and on what the cluster shares. */
export async function dropOwned(on: Queryable, role: string): Promise<void> {
  await on.query(`DROP OWNED BY ${ident(role)} CASCADE`);
}
