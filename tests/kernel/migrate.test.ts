import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { migrate } from '../../kernel/migrate.ts';
import { testDatabase } from '../support/postgres.ts';

test('a migration takes its time where other statements are ended', async () => {
  const database = await testDatabase('empty');
  const dir = await mkdtemp(join(tmpdir(), 'lapak-migrations-'));
  onTestFinished(async () => {
    await database.drop();
    await rm(dir, { recursive: true, force: true });
  });
  await writeFile(join(dir, '0001_slow.sql'), 'SELECT pg_sleep(0.5);\n');
  await database.db.query(`ALTER DATABASE ${database.name} SET statement_timeout = '200ms'`);
  expect(await migrate(database.url, dir)).toEqual(['0001_slow']);
});
