import { execFile } from 'node:child_process';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import {
  archiveName,
  checkArchive,
  opener,
  readArchive,
  writeArchive,
} from '../../../control-plane/recovery/backups/archive/index.ts';
import { createPgTools, environmentOf, withSnapshot } from '../../../control-plane/recovery/backups/postgres/index.ts';
import { createDb } from '../../../kernel/db.ts';
import type { Measure } from '../bench.ts';
import { median } from '../report.ts';

const ROUNDS = 3;
const ROWS = 400_000;
const PASSWORD = 'bench-password';
const run = promisify(execFile);

/** Our backup against `pg_dump -Fc | openssl enc` with the same key derivation, of the same database by turns. */
export const measureBackup: Measure = async ({ cluster, scratch, say }) => {
  const url = new URL(await cluster.database('bench_backup'));
  const db = createDb({ connectionString: url.toString(), max: 1 });
  await db.query('CREATE TABLE goods (id int PRIMARY KEY, sold boolean, text text, at timestamptz)');
  await db.query(
    `INSERT INTO goods SELECT n, n % 3 = 0, 'akun-' || n || ' kata sandi ' || md5(n::text), now() FROM generate_series(1, $1::int) n`,
    [ROWS],
  );
  await db.query('CHECKPOINT');
  await db.close();
  const { username: role, password } = url;
  const target = {
    clusterUrl: cluster.clusterUrl,
    database: 'bench_backup',
    role,
    password: decodeURIComponent(password),
  };
  const tools = createPgTools({ pgBin: process.env.LAPAK_PG_BIN, path: process.env.PATH });
  const found = await tools.find(15);
  const { signal } = new AbortController();

  async function bare(): Promise<number> {
    const out = join(scratch, 'bare.enc');
    const env = { ...process.env, ...environmentOf(target), BENCH_PASSWORD: PASSWORD };
    const line = `"$0" -Fc | openssl enc -aes-256-cbc -pbkdf2 -iter 600000 -pass env:BENCH_PASSWORD -out "$1"`;
    const began = performance.now();
    await run('bash', ['-o', 'pipefail', '-c', line, found.pgDump, out], { env });
    const took = performance.now() - began;
    await rm(out);
    return took;
  }

  async function ours(): Promise<{ made: number; verified: number; bytes: number }> {
    const destination = join(scratch, archiveName(new Date()));
    const dump = `${destination}.dump.part`;
    const began = performance.now();
    const rows = await withSnapshot(target, async (snapshot) => {
      const [counts] = await Promise.all([
        snapshot.count(),
        tools.dump(target, snapshot.id, { file: dump }, found, signal),
      ]);
      return counts;
    });
    const parts = [{ name: 'database.dump', file: dump }];
    const meta = await writeArchive({
      destination,
      password: PASSWORD,
      subject: 'bench',
      createdAt: new Date(),
      facts: { rows },
      parts,
      signal,
    });
    const made = performance.now() - began;
    const checked = await checkArchive(destination, PASSWORD);
    if (!checked.ok) throw new Error(checked.reason);
    const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
    await readArchive({ name: destination, open: opener(destination) }, PASSWORD, meta, { part: nowhere });
    const verified = performance.now() - began;
    const bytes = (await stat(destination)).size;
    for (const file of [dump, destination, `${destination}.meta.json`]) await rm(file);
    return { made, verified, bytes };
  }

  const theirs: number[] = [];
  const mine: Awaited<ReturnType<typeof ours>>[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    say(`  round ${round} of ${ROUNDS}`);
    theirs.push(await bare());
    mine.push(await ours());
  }
  const yardstick = median(theirs) / 1000;
  const seconds = (pick: 'made' | 'verified') => median(mine.map((one) => one[pick])) / 1000;
  return {
    title: 'backup of a store, against pg_dump -Fc | openssl enc with the same key derivation',
    rows: [
      { what: 'dumped, counted, sealed', ours: seconds('made'), yardstick, unit: 's', budget: { most: 1.2 } },
      { what: 'and read back', ours: seconds('verified'), yardstick, unit: 's' },
    ],
    notes: [
      `${ROWS} rows, an archive of ${Math.round((mine[0]?.bytes ?? 0) / 1_000_000)} MB; medians of ${ROUNDS} rounds by turns.`,
    ],
  };
};
