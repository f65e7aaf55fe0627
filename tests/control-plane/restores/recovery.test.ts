import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backup, SelfBackup } from '../../../control-plane/api/contract/index.ts';
import { eventually } from '../support/eventually.ts';
import { type Killable, startKillable } from '../support/killable.ts';
import { runtimesBelow } from '../support/processes.ts';
import { startServerInside } from '../support/server-inside.ts';
import { accepted, asStore, backUp, stock, units } from './support.ts';

const run = promisify(execFile);
const LAPAK = join(import.meta.dirname, '..', '..', '..', 'cli', 'main.ts');

let plane: Killable;
beforeAll(async () => {
  plane = await startKillable(startServerInside);
});
afterAll(() => plane?.close());

/** `lapak doctor --recover` as a person runs it. */
async function recover(archive: string, home = plane.home, flags: string[] = []) {
  const given = { ...plane.env, PATH: process.env.PATH ?? '', LAPAK_HOME: home };
  return run(process.execPath, [LAPAK, 'doctor', '--recover', archive, '--json', ...flags], { env: given }).then(
    ({ stdout }) => ({ code: 0, recovered: JSON.parse(stdout), said: '' }),
    (error: { code: number; stdout: string }) => ({ code: error.code, recovered: undefined, said: error.stdout }),
  );
}

test('a lost control database is rebuilt from its backup, while the stores go on', async () => {
  const kept = await plane.open('a');
  const lost = await plane.open('b');
  await stock(lost);
  const backup: Backup = await backUp(plane.api, lost.store);
  const made = await plane.api.call<SelfBackup>('POST', '/v1/control-plane/backups');
  expect(made).toMatchObject({ status: 201, body: { keyPlace: join(plane.home, 'master.key') } });
  const archive = made.body.path;
  expect((await stat(archive)).mode & 0o777).toBe(0o600);
  const later = await plane.open('c');
  const key = await readFile(join(plane.home, 'master.key'), 'utf8');
  expect((await readFile(archive)).includes(key.trim())).toBe(false);

  const pids = async () => [...(await runtimesBelow(plane.deployments))].sort();
  const before = await pids();
  expect(before).toHaveLength(3);
  expect((await recover(archive)).said).toMatch(/is not empty, and nothing in it is overwritten/);

  await plane.kill();
  await plane.cluster.query(`DROP DATABASE ${plane.env.LAPAK_CONTROL_DATABASE} WITH (FORCE)`);
  await plane.cluster.query(`DROP DATABASE ${lost.database} WITH (FORCE)`);
  await plane.cluster.query(`DROP ROLE ${lost.database.replace(/^db_/, 'lapak_')}`);

  const elsewhere = join(plane.home, 'elsewhere');
  await mkdir(elsewhere);
  expect((await recover(archive, elsewhere)).said).toMatch(/expected the master key of the control plane that made/);
  // Of one that was killed: a dump of the control plane in the clear.
  const left = join(plane.home, 'recover-aB3_-9xY');
  await mkdir(left);
  await writeFile(join(left, 'database.dump'), 'in the clear');
  await mkdir(join(plane.home, 'recover-me'));
  const mark = join(kept.folder, '.lapak-owner.json');
  const owner = { id: 'c1a6a1ae-6f1d-4c5f-9a83-3f2a8f0f5f0a', home: '/srv/lost', host: 'elsewhere' };
  await writeFile(mark, JSON.stringify(owner));
  const { code, recovered } = await recover(archive, plane.home, ['--adopt']);
  expect(code).toBe(0);
  expect(recovered.strangers).toEqual([{ folder: kept.folder, owner, adopted: true }]);
  expect(await readFile(mark, 'utf8')).toContain(plane.home);
  expect((await readdir(plane.home)).filter((name) => name.startsWith('recover'))).toEqual(['recover-me']);
  const verdicts = Object.fromEntries(
    recovered.stores.map((each: { store: string; verdict: string }) => [each.store, each.verdict]),
  );
  expect(verdicts).toMatchObject({
    [kept.store]: 'running',
    [lost.store]: 'database_missing',
    [later.store]: 'unknown',
  });
  const missing = recovered.stores.find((each: { store: string }) => each.store === lost.store);
  expect(missing.detail).toContain(`lapak backup restore ${backup.id}`);
  expect(await pids()).toEqual(before);

  await plane.start();
  await eventually(async () =>
    expect((await plane.api.tenant(kept.store)).observed).toMatchObject({ state: 'running' }),
  );
  expect((await pids()).filter((pid) => before.includes(pid))).toEqual(before);
  expect(await accepted(plane.api, `/v1/backups/${backup.id}/restore`)).toMatchObject({ state: 'succeeded' });
  expect(await units(lost)).toHaveLength(5);
  await asStore(kept, (db) => db.query('SELECT 1'));
  const audit = await plane.api.call<{ entries?: unknown[] }>('GET', '/v1/audit');
  expect(JSON.stringify(audit.body)).toContain('backup.restore');
});

test('another master key opens nothing, and says so', async () => {
  const { body } = await plane.api.call<SelfBackup>('POST', '/v1/control-plane/backups');
  const copy = join(plane.home, 'elsewhere', body.path.split('/').at(-1) as string);
  await copyFile(body.path, copy);
  await copyFile(`${body.path}.meta.json`, `${copy}.meta.json`);
  const other = {
    ...plane.env,
    PATH: process.env.PATH ?? '',
    LAPAK_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
  };
  const failed = await run(process.execPath, [LAPAK, 'doctor', '--recover', copy], { env: other }).catch(
    (error) => error,
  );
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/cannot be used with the master key [0-9a-f]{8}: its password is another one/);
});
