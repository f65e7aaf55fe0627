import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLONED_TABLES, RESET_COLUMNS, UNCLONED_TABLES } from '../../tenant-runtime/database/index.ts';
import { testDatabase } from '../support/postgres.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Tables that the control plane has of the same name. */
const OF_BOTH = ['audit_log', 'schema_migrations'];

async function storeTables(): Promise<string[]> {
  const { db, drop } = await testDatabase('tenant');
  const rows = await db.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  await drop();
  return rows.map((row) => row.name).filter((name) => !OF_BOTH.includes(name));
}

/** `file: TABLE` for each statement in `folder` that reads or writes one of the tables. Keywords of SQL are in capitals. */
async function statementsAbout(tables: readonly string[], folder: string): Promise<string[]> {
  const named = new RegExp(
    `\\b(?:FROM|JOIN|INTO|UPDATE|TABLE|ONLY|USING)\\s+(?:public\\.)?"?(${tables.join('|')})\\b`,
    'g',
  );
  const found: string[] = [];
  for await (const file of glob(`${folder}/**/*.ts`, { cwd: ROOT })) {
    const text = await readFile(join(ROOT, file), 'utf8');
    for (const [, table] of text.matchAll(named)) found.push(`${file}: ${table}`);
  }
  return found;
}

test('statements about the tables of a store are in tenant-runtime alone', async () => {
  const tables = await storeTables();
  expect(await statementsAbout(tables, 'tenant-runtime/database')).toContain(
    'tenant-runtime/database/sql-sales.ts: orders',
  );
  for (const folder of ['control-plane', 'cli', 'kernel']) {
    expect(await statementsAbout(tables, folder), folder).toEqual([]);
  }
});

test('every table and column of a store is either copied by a clone or left on purpose', async () => {
  const database = await testDatabase('tenant');
  const rows = await database.db.query<{ table_name: string; columns: string[] }>(
    `SELECT t.table_name, array_agg(c.column_name::text ORDER BY c.column_name) AS columns
       FROM information_schema.tables t JOIN information_schema.columns c USING (table_schema, table_name)
      WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE' GROUP BY t.table_name ORDER BY t.table_name`,
  );
  await database.drop();
  expect(rows.map((row) => row.table_name)).toEqual([...Object.keys(CLONED_TABLES), ...UNCLONED_TABLES].sort());
  for (const [table, { columns }] of Object.entries(CLONED_TABLES)) {
    const known = [...columns, ...RESET_COLUMNS[table as keyof typeof CLONED_TABLES]].sort();
    expect([table, rows.find((row) => row.table_name === table)?.columns]).toEqual([table, known]);
  }
});
