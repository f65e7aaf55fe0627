import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
