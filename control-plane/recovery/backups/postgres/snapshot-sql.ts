import pg from 'pg';
import type { Queryable, Tx } from '../../../../kernel/db.ts';
import { AppError } from '../../../../kernel/errors.ts';

/** A store's role ends long statements; of this transaction each may take as long as a whole step. */
export async function letTakeItsTime(tx: Tx): Promise<void> {
  await tx.query("SELECT set_config('statement_timeout', '6h', true)");
}

/** As the first thing of a transaction. */
export async function beginSnapshot(tx: Tx): Promise<string> {
  await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // As pg_dump does with a table that somebody is rebuilding.
  await tx.query("SELECT set_config('lock_timeout', '60s', true)");
  await tx.query("SELECT set_config('idle_in_transaction_session_timeout', '0', true)");
  // A server that works for nobody any more notices it.
  await tx.query("SELECT set_config('client_connection_check_interval', '10s', true)");
  const [row] = await tx.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
  return row?.id as string;
}

export async function selectServerVersion(on: Queryable): Promise<{ version: string; major: number }> {
  const [row] = await on.query<{ version: string; major: number }>(
    "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int / 10000 AS major",
  );
  return row as { version: string; major: number };
}

export async function selectMigration(on: Queryable): Promise<string | null> {
  const [known] = await on.query<{ there: boolean }>(
    "SELECT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('public.schema_migrations') AND relkind = 'r') AS there",
  );
  if (!known?.there) return null;
  const [row] = await on.query<{ name: string }>(
    'SELECT left(name::text, 200) AS name FROM public.schema_migrations ORDER BY id DESC LIMIT 1',
  );
  return row?.name ?? null;
}

export type TableName = { schema: string; name: string };

/** A store has fewer than a hundred. */
const MOST_TABLES = 2000;

/** Every table that holds rows and that a dump brings along. @throws AppError TENANT_STATE_CONFLICT when they are too many */
export async function selectTables(on: Queryable): Promise<TableName[]> {
  const tables = await on.query<TableName>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND c.relpersistence <> 't'
       AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
       AND NOT EXISTS (SELECT FROM pg_depend d
                       WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY n.nspname, c.relname LIMIT ${MOST_TABLES + 1}`,
  );
  if (tables.length <= MOST_TABLES) return tables;
  throw new AppError(
    'TENANT_STATE_CONFLICT',
    `The store's database has more than ${MOST_TABLES} tables. Drop those that are not its runtime's.`,
  );
}

/** Bytes of all tables without their indexes, and of large objects. A dump is compressed: with the archive of it, it takes about as much, or less. */
export async function selectTableBytes(on: Queryable): Promise<number> {
  const [row] = await on.query<{ bytes: number }>(
    `SELECT coalesce(sum(pg_table_size(c.oid)), 0)::float8 AS bytes
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.oid = 'pg_largeobject'::regclass
        OR (c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%')`,
  );
  return row?.bytes ?? 0;
}

/** As the server itself measures the files: nothing that a store writes changes it. */
export async function selectDatabaseBytes(on: Queryable): Promise<number> {
  const [row] = await on.query<{ bytes: number }>('SELECT pg_database_size(current_database())::float8 AS bytes');
  return row?.bytes ?? 0;
}

export async function countRows(on: Queryable, { schema, name }: TableName): Promise<number> {
  const table = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
  const [row] = await on.query<{ count: number }>(`SELECT count(*) AS count FROM ONLY ${table}`);
  return row?.count ?? 0;
}
