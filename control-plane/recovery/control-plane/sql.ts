import pg from 'pg';
import type { Queryable } from '../../../kernel/db.ts';
import { closeToPublic, createDatabase } from '../../platform/postgres/sql.ts';

const ident = pg.escapeIdentifier;

/** What belongs to an extension or to Postgres itself is not counted. */
export async function countTables(on: Queryable): Promise<number> {
  const [row] = await on.query<{ count: number }>(
    "SELECT count(*) AS count FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'",
  );
  return row?.count ?? 0;
}

export async function createControl(on: Queryable, name: string): Promise<void> {
  await on.query(`DROP DATABASE IF EXISTS ${ident(name)} WITH (FORCE)`);
  await createDatabase(on, name);
  await closeToPublic(on, name);
}

export async function renameControl(on: Queryable, from: string, to: string): Promise<void> {
  // Empty, as was looked at: without FORCE, so that whoever is at work in it keeps it.
  await on.query(`DROP DATABASE IF EXISTS ${ident(to)}`);
  await on.query(`ALTER DATABASE ${ident(from)} RENAME TO ${ident(to)}`);
}

/** Ends what was at work when the backup was made: nobody knows how it went on. @returns ids */
export async function endUnfinished(on: Queryable, message: string): Promise<string[]> {
  const ended = await on.query<{ id: string; tenant_id: string }>(
    `UPDATE operations SET state = 'failed', error_code = 'CANCELLED', error_message = $1, finished_at = now(),
       lease_owner = NULL, lease_until = NULL
     WHERE state IN ('scheduled', 'running') RETURNING id, tenant_id`,
    [message],
  );
  const ids = ended.map((row) => row.id);
  await on.query(
    "UPDATE operation_steps SET state = 'failed', error = $2 WHERE operation_id = ANY ($1) AND state = 'running'",
    [ids, message],
  );
  await on.query(
    "UPDATE tenants SET state = 'failed', reason = $2 WHERE id = ANY ($1::uuid[]) AND state IN ('provisioning', 'removing')",
    [ended.map((row) => row.tenant_id), message],
  );
  return ids;
}

export type FoundDatabase = { name: string; tenantId: string };

/** Databases with the mark of a store, on them or, as it was before, on the role that owns them; those that were put aside left out. */
export async function selectStoreDatabases(on: Queryable): Promise<FoundDatabase[]> {
  return on.query(
    `SELECT name, substr(mark, 14) AS "tenantId"
     FROM (SELECT d.datname AS name,
             -- The comment on a database that a store's role owns is that store's word.
             CASE WHEN shobj_description(d.datdba, 'pg_authid') LIKE 'lapak tenant %'
               THEN shobj_description(d.datdba, 'pg_authid') ELSE shobj_description(d.oid, 'pg_database') END AS mark
           FROM pg_database d) AS marked
     WHERE mark LIKE 'lapak tenant %' AND position('__' IN name) = 0
     ORDER BY name`,
  );
}

/** The newest backup of each store that was verified. */
export async function selectNewestBackups(
  on: Queryable,
): Promise<{ tenant_id: string; id: string; file: string; started_at: Date }[]> {
  return on.query(
    `SELECT DISTINCT ON (tenant_id) tenant_id, id, file, started_at FROM backups
     WHERE state = 'verified' ORDER BY tenant_id, seq DESC`,
  );
}
