import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { ROOT, readPages } from './pages.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase('empty');
});
afterAll(() => database.drop());

const pages = [
  ...readPages(),
  ...['templates/README_TENANT.md.hbs'].map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })),
];

const PROGRAM = /\b(?:psql|pg_restore|pg_dump)\s+-/;

/** Lines of code, and code within a line, that call a program of Postgres. */
const commandsOf = (text: string): string[] =>
  [
    ...[...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => block.split('\n')),
    ...[...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code),
  ].filter((line) => PROGRAM.test(line));

const filled = (command: string) =>
  command
    .replace(/<DATABASE_URL[^>]*>|<connection string[^>]*>/g, 'postgres://x@y/z')
    .replace(/<time>/g, '20260101000000')
    .replace(/<[\w ]+>/g, 'x');

/** What is wrong with how a command comes to the data of a store; undefined when nothing is. */
function fault(command: string): string | undefined {
  const throwaway = /\bdocker exec (?:-it )?throwaway\b/.test(command);
  if (/\bpsql\b/.test(command) && !/\bpsql -X\b/.test(command)) return 'reads a psqlrc';
  if (throwaway) return undefined;
  if (/\bpsql\b.*(?:\/| )db_</.test(command.replace(/-c (["']).*\1/, '')) && !/lapak_reader:/.test(command))
    return 'enters the database of a store as another role than lapak_reader';
  if (/\bpg_restore\b/.test(command) && !/--list\b|role that owns nothing else/.test(command))
    return 'restores outside of a throwaway cluster';
  return undefined;
}

const commands = pages.flatMap(({ path, text }) => commandsOf(text).map((command) => ({ path, command })));

test('no command of the pages leads a superuser into the data of a store', () => {
  expect(commands.length).toBeGreaterThan(10);
  expect(commands.filter(({ command }) => fault(command) !== undefined)).toEqual([]);
  expect(fault('docker compose exec postgres psql -X -U lapak db_<store>__kept_<time>')).toContain('enters');
  expect(fault("psql -X '<DATABASE_URL>/db_<store>'")).toContain('enters');
  expect(fault('psql -U lapak postgres')).toContain('psqlrc');
  expect(fault('pg_restore --no-owner -d <empty database> database.dump')).toContain('throwaway');
});

test('each of them is a command, and its SQL is SQL', async () => {
  const parses = (sql: string) =>
    database.db.query(
      `CREATE OR REPLACE FUNCTION pg_temp.parsed() RETURNS void LANGUAGE plpgsql AS $parsed$ BEGIN ${sql}; END $parsed$`,
    );
  await expect(parses('GRANT CONNECT DATABASE x TO y')).rejects.toThrow(/syntax error/);
  for (const { path, command } of commands) {
    execFileSync('bash', ['-n', '-c', filled(command)], { stdio: 'pipe' });
    const [, , sql] = /-c (["'])(.*?)\1/.exec(filled(command)) ?? [];
    if (sql) await expect(parses(sql), `${path}: ${sql}`).resolves.toBeDefined();
  }
});
