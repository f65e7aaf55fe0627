import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { createDatabases } from '../../control-plane/fleet/databases/index.ts';
import { assertRoom } from '../../control-plane/platform/free-space.ts';
import { createPgTools } from '../../control-plane/recovery/backups/index.ts';
import { createDb } from '../../kernel/db.ts';
import { clusterUrl } from '../support/postgres.ts';

const db = createDb({ connectionString: clusterUrl(), max: 1 });
afterAll(() => db.close());

const full = { code: 'STORAGE_FULL' };
const freeNow = async (folder: string) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

test('what the disk has room for may begin, and what would take its last bytes may not', async () => {
  const folder = tmpdir();
  const free = await freeNow(folder);
  await assertRoom(folder, free / 2, 'A large file');
  await expect(assertRoom(folder, free, 'A large file')).rejects.toMatchObject(full);
  await expect(assertRoom(folder, 5e15, 'A large file')).rejects.toThrow(
    /^A large file needs about 5000000000 MB in \/\S+, and \d+ MB beside it stay free for the stores; \d+ MB are free\./,
  );
});

test('the disk of a cluster on this machine is known by its folder', async () => {
  const databases = createDatabases({ db, connectionString: clusterUrl() });
  await databases.assertRoom(1, 'A database');
  const [row] = await db.query<{ folder: string }>("SELECT current_setting('data_directory') AS folder");
  await expect(databases.assertRoom(5e15, 'A database')).rejects.toThrow(` in ${row?.folder}, and `);
});

test('a dump that fills the disk all the same says so', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lapak-full-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const pgDump = join(dir, 'pg_dump');
  const words = 'pg_dump: error: could not write to file: No space left on device';
  await writeFile(pgDump, `#!/bin/sh\necho '${words}' >&2\nexit 1\n`, { mode: 0o755 });
  const target = { clusterUrl: clusterUrl(), database: 'postgres', role: 'nobody', password: '' };
  const tools = { kind: 'found', major: 15, pgDump, pgRestore: 'none' } as const;
  const { dump } = createPgTools({ pgBin: undefined, path: undefined });
  const dumped = dump(target, 'none', { file: join(dir, 'dump') }, tools, AbortSignal.timeout(30_000));
  await expect(dumped).rejects.toMatchObject(full);
});
