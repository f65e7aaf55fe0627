import pg from 'pg';
import type { Db, Queryable, Tx } from '../../../kernel/db.ts';

const ident = pg.escapeIdentifier;
const literal = pg.escapeLiteral;

export type RoleRow = { comment: string | null };
export type DatabaseRow = { owner: string; allows_connections: boolean };

export async function selectRole(on: Queryable, role: string): Promise<RoleRow | undefined> {
  const [row] = await on.query<RoleRow>(
    "SELECT shobj_description(oid, 'pg_authid') AS comment FROM pg_roles WHERE rolname = $1",
    [role],
  );
  return row;
}

export async function selectDatabase(on: Queryable, database: string): Promise<DatabaseRow | undefined> {
  const [row] = await on.query<DatabaseRow>(
    `SELECT pg_get_userbyid(datdba) AS owner, datallowconn AS allows_connections FROM pg_database WHERE datname = $1`,
    [database],
  );
  return row;
}

/** A role that may log in and nothing else. One that is no superuser must belong to it to make its database. */
export async function createRole(tx: Tx, role: string, comment: string): Promise<void> {
  await tx.query(`CREATE ROLE ${ident(role)} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOLOGIN`);
  await tx.query(`COMMENT ON ROLE ${ident(role)} IS ${literal(comment)}`);
  const [me] = await tx.query<{ super: boolean }>(
    'SELECT rolsuper AS super FROM pg_roles WHERE rolname = current_user',
  );
  if (!me?.super) await tx.query(`GRANT ${ident(role)} TO CURRENT_USER`);
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
  // A managed Postgres, whose platform may not set these, has limits of its own.
  for (const [name, value] of Object.entries(PLATFORM_SETTINGS)) {
    const [may] = await on.query<{ set: boolean }>("SELECT has_parameter_privilege($1, 'SET') AS set", [name]);
    if (may?.set) await on.query(`ALTER ROLE ${ident(role)} SET ${name} = ${literal(value)}`);
  }
}

export async function allowLogin(on: Queryable, role: string, verifier: string): Promise<void> {
  await on.query(`ALTER ROLE ${ident(role)} LOGIN PASSWORD ${literal(verifier)}`);
}

/** A database that nobody can enter until it is opened. Not in a transaction. */
export async function createClosedDatabase(db: Db, database: string, owner: string): Promise<void> {
  await db.query(
    `CREATE DATABASE ${ident(database)} OWNER ${ident(owner)} TEMPLATE template0 ENCODING 'UTF8' ALLOW_CONNECTIONS false`,
  );
}

export async function allowConnections(on: Queryable, database: string, allowed: boolean): Promise<void> {
  await on.query(`ALTER DATABASE ${ident(database)} ALLOW_CONNECTIONS ${allowed}`);
}

export async function closeToPublic(on: Queryable, database: string): Promise<void> {
  await on.query(`REVOKE ALL ON DATABASE ${ident(database)} FROM PUBLIC`);
}

export async function revokePublicConnect(on: Queryable, database: string): Promise<void> {
  await on.query(`REVOKE CONNECT ON DATABASE ${ident(database)} FROM PUBLIC`);
}

export async function commentDatabase(on: Queryable, database: string, comment: string): Promise<void> {
  await on.query(`COMMENT ON DATABASE ${ident(database)} IS ${literal(comment)}`);
}

export async function selectDatabaseComment(on: Queryable, database: string): Promise<string | undefined> {
  const [row] = await on.query<{ comment: string | null }>(
    "SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1",
    [database],
  );
  return row?.comment ?? undefined;
}

/** Where the cluster keeps its data, when that is on this machine and may be known. */
export async function selectDataFolder(on: Queryable): Promise<string | undefined> {
  const [row] = await on.query<{ folder: string }>(
    `SELECT setting AS folder FROM pg_settings
     WHERE name = 'data_directory' AND coalesce(host(inet_server_addr()) IN ('127.0.0.1', '::1'), true)`,
  );
  return row?.folder;
}

/** Databases that any role may enter; of the given ones only, when given. */
export async function selectOpenDatabases(on: Queryable, among: readonly string[] | null = null): Promise<string[]> {
  const rows = await on.query<{ datname: string }>(
    `SELECT datname FROM pg_database
     WHERE datallowconn AND has_database_privilege('public', oid, 'CONNECT')
       AND ($1::text[] IS NULL OR datname = ANY ($1))
     ORDER BY datname`,
    [among],
  );
  return rows.map((row) => row.datname);
}

/** Cuts everybody off. @returns how many were there */
export async function disconnectAll(on: Queryable, database: string): Promise<number> {
  const rows = await on.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
    [database],
  );
  return rows.length;
}

export async function renameDatabase(tx: Tx, from: string, to: string): Promise<void> {
  await tx.query(`ALTER DATABASE ${ident(from)} RENAME TO ${ident(to)}`);
}

/** Takes a database from a store's role, and with it the rights to connect, to drop it and to let others in. */
export async function takeDatabase(tx: Tx, database: string): Promise<void> {
  await tx.query(`ALTER DATABASE ${ident(database)} OWNER TO CURRENT_USER`);
}

/** The role keeps what it owns, but nobody can log in as it. */
export async function retireRole(tx: Tx, from: string, to: string): Promise<void> {
  await tx.query(`ALTER ROLE ${ident(from)} RENAME TO ${ident(to)}`);
  await tx.query(`ALTER ROLE ${ident(to)} NOLOGIN PASSWORD NULL`);
}

export async function dropDatabase(db: Db, database: string): Promise<void> {
  await db.query(`DROP DATABASE IF EXISTS ${ident(database)} WITH (FORCE)`);
}

export async function dropRole(on: Queryable, role: string): Promise<void> {
  await on.query(`DROP ROLE IF EXISTS ${ident(role)}`);
}
