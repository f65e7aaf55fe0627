import pg from 'pg';
import type { Queryable } from '../../../kernel/db.ts';

const ident = pg.escapeIdentifier;

/** Major version of the cluster, and whether it has a database of that name. */
export async function selectCluster(on: Queryable, database: string): Promise<{ major: number; exists: boolean }> {
  const [row] = await on.query<{ major: number; exists: boolean }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS major,
            EXISTS (SELECT FROM pg_database WHERE datname = $1) AS exists`,
    [database],
  );
  return row as { major: number; exists: boolean };
}

export async function selectMaxConnections(on: Queryable): Promise<number> {
  const [row] = await on.query<{ most: number }>("SELECT current_setting('max_connections')::int AS most");
  return row?.most as number;
}

export async function createDatabase(on: Queryable, name: string): Promise<void> {
  await on.query(`CREATE DATABASE ${ident(name)} TEMPLATE template0 ENCODING 'UTF8'`);
}

/** Nobody comes in who was not let in by name. */
export async function closeToPublic(on: Queryable, name: string): Promise<void> {
  await on.query(`REVOKE ALL ON DATABASE ${ident(name)} FROM PUBLIC`);
}

/** Whoever holds it is the one control plane of the database that it is connected to. */
const LOCK = "hashtextextended('lapak-control-plane', 0)";

/** For as long as the connection lives. @returns whether it was free */
export async function takeLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(`SELECT pg_try_advisory_lock(${LOCK}) AS held`);
  return rows[0]?.held === true;
}

/** What the connection that holds the lock calls itself; undefined when nobody holds it any more. */
export async function selectLockHolder(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ application_name: string }>(
    `SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND (l.classid::bigint << 32) | l.objid::bigint = ${LOCK}`,
  );
  return rows[0]?.application_name;
}

/** Why nothing can be written; undefined when it can. */
export async function selectReadOnly(on: Queryable): Promise<'standby' | 'setting' | undefined> {
  const [row] = await on.query<{ why: 'standby' | 'setting' | null }>(
    `SELECT CASE WHEN pg_is_in_recovery() THEN 'standby'
                 WHEN current_setting('default_transaction_read_only')::boolean THEN 'setting' END AS why`,
  );
  return row?.why ?? undefined;
}
