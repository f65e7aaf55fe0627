import pg from 'pg';
import type { Db, Queryable } from '../../../kernel/db.ts';

const ident = pg.escapeIdentifier;
const literal = pg.escapeLiteral;

export type DatabaseRow = {
  oid: number;
  owner: string;
  /** Of a database that a store's role owns, its comment is what the store wrote. */
  comment: string | null;
  /** The tenant whose role owns it, as it was before the platform owned them all. */
  owner_mark: string | null;
  allows_connections: boolean;
  is_template: boolean;
  settings: boolean;
  connections: number;
};

export async function selectDatabase(on: Queryable, database: string): Promise<DatabaseRow | undefined> {
  const [row] = await on.query<DatabaseRow>(
    `SELECT d.oid::int8 AS oid, pg_get_userbyid(datdba) AS owner, shobj_description(d.oid, 'pg_database') AS comment,
            shobj_description(datdba, 'pg_authid') AS owner_mark, datallowconn AS allows_connections,
            datistemplate AS is_template, datconnlimit AS connections,
            EXISTS (SELECT FROM pg_db_role_setting WHERE setdatabase = d.oid) AS settings
     FROM pg_database d WHERE datname = $1`,
    [database],
  );
  return row;
}

/** A database that nobody can enter until it is opened. Not in a transaction. */
export async function createClosedDatabase(db: Db, database: string): Promise<void> {
  await db.query(`CREATE DATABASE ${ident(database)} TEMPLATE template0 ENCODING 'UTF8' ALLOW_CONNECTIONS false`);
}

export async function allowConnections(on: Queryable, database: string, allowed: boolean): Promise<void> {
  await on.query(`ALTER DATABASE ${ident(database)} ALLOW_CONNECTIONS ${allowed}`);
}

/** Takes a database from its owner, with the rights to drop it, to comment on it, to set what sessions begin with, and to let others in. */
export async function ownDatabase(on: Queryable, database: string): Promise<void> {
  await on.query(`ALTER DATABASE ${ident(database)} OWNER TO CURRENT_USER`);
}

/** What an owner may have set on it to be in the way. */
export async function resetDatabase(on: Queryable, database: string): Promise<void> {
  await on.query(`ALTER DATABASE ${ident(database)} RESET ALL`);
  await on.query(`ALTER DATABASE ${ident(database)} IS_TEMPLATE false CONNECTION LIMIT -1`);
}

export async function commentDatabase(on: Queryable, database: string, comment: string): Promise<void> {
  await on.query(`COMMENT ON DATABASE ${ident(database)} IS ${literal(comment)}`);
}

export type DatabaseGrant = { grantee: string | null; privilege: string };

/** What anybody but the owner was granted on a database; `grantee` is null for PUBLIC. */
export async function selectGrants(on: Queryable, database: string): Promise<DatabaseGrant[]> {
  return on.query(
    `SELECT r.rolname AS grantee, a.privilege_type AS privilege
     FROM pg_database d CROSS JOIN aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
       LEFT JOIN pg_roles r ON r.oid = a.grantee
     WHERE d.datname = $1 AND a.grantee <> d.datdba`,
    [database],
  );
}

export async function revokeAll(on: Queryable, database: string, grantee: string | null): Promise<void> {
  const from = grantee === null ? 'PUBLIC' : ident(grantee);
  await on.query(`REVOKE ALL ON DATABASE ${ident(database)} FROM ${from} CASCADE`);
}

export async function grantOn(
  on: Queryable,
  database: string,
  role: string,
  privileges: readonly ('CONNECT' | 'TEMPORARY' | 'CREATE')[],
): Promise<void> {
  await on.query(`GRANT ${privileges.join(', ')} ON DATABASE ${ident(database)} TO ${ident(role)}`);
}

/**
 * Roles that may connect to a database, without superusers, its owner and those that are admitted, and without who belongs to
 * one of them.
 */
export async function selectVisitors(on: Queryable, database: string, admitted: readonly string[]): Promise<string[]> {
  const rows = await on.query<{ rolname: string }>(
    `SELECT r.rolname FROM pg_database d CROSS JOIN pg_roles r
     WHERE d.datname = $1 AND NOT r.rolsuper AND NOT pg_has_role(r.oid, d.datdba, 'MEMBER')
       AND NOT EXISTS (SELECT FROM unnest($2::text[]) AS a (name) WHERE pg_has_role(r.oid, a.name::name, 'MEMBER'))
       AND has_database_privilege(r.oid, d.oid, 'CONNECT') ORDER BY r.rolname`,
    [database, admitted],
  );
  return rows.map((row) => row.rolname);
}

export async function revokePublicConnect(on: Queryable, database: string): Promise<void> {
  await on.query(`REVOKE CONNECT ON DATABASE ${ident(database)} FROM PUBLIC`);
}

/** Databases that the role of a store owns. */
export async function selectOwnedByStores(on: Queryable): Promise<string[]> {
  const rows = await on.query<{ datname: string }>(
    "SELECT datname FROM pg_database WHERE shobj_description(datdba, 'pg_authid') LIKE 'lapak tenant %' ORDER BY datname",
  );
  return rows.map((row) => row.datname);
}

/** Bytes of a database as the server measures its files; undefined when there is none of this name. */
export async function selectSize(on: Queryable, database: string): Promise<number | undefined> {
  const [row] = await on.query<{ bytes: number }>(
    'SELECT pg_database_size(oid)::float8 AS bytes FROM pg_database WHERE datname = $1',
    [database],
  );
  return row?.bytes;
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

export async function renameDatabase(on: Queryable, from: string, to: string): Promise<void> {
  await on.query(`ALTER DATABASE ${ident(from)} RENAME TO ${ident(to)}`);
}

export async function dropDatabase(db: Db, database: string): Promise<void> {
  await db.query(`DROP DATABASE IF EXISTS ${ident(database)} WITH (FORCE)`);
}

/** Transactions that were prepared in a database: they outlive their sessions, and keep it from being renamed or dropped. */
export async function selectPrepared(on: Queryable, database: string): Promise<string[]> {
  const rows = await on.query<{ gid: string }>('SELECT gid FROM pg_prepared_xacts WHERE database = $1', [database]);
  return rows.map((row) => row.gid);
}

export async function rollbackPrepared(on: Queryable, gid: string): Promise<void> {
  await on.query(`ROLLBACK PREPARED ${literal(gid)}`);
}

/** Owner of a schema of the database that this connection is to; undefined without such a schema. */
export async function selectSchemaOwner(on: Queryable, schema: string): Promise<string | undefined> {
  const [row] = await on.query<{ owner: string }>(
    'SELECT pg_get_userbyid(nspowner) AS owner FROM pg_namespace WHERE nspname = $1',
    [schema],
  );
  return row?.owner;
}

export async function giveSchema(on: Queryable, schema: string, role: string, there: boolean): Promise<void> {
  const text = there ? `ALTER SCHEMA ${ident(schema)} OWNER TO` : `CREATE SCHEMA ${ident(schema)} AUTHORIZATION`;
  await on.query(`${text} ${ident(role)}`);
}
