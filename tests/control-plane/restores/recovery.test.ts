import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backup, SelfBackup, Tenant } from '../../../control-plane/contract/index.ts';
import { createDb, type Db } from '../../../kernel/db.ts';
import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { clusterUrl } from '../../support/postgres.ts';
import { newSlug } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { planeEnvironment } from '../support/plane.ts';
import { runtimesBelow } from '../support/processes.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { accepted, asStore, backUp, stock, units } from './support.ts';

const run = promisify(execFile);
const LAPAK = join(import.meta.dirname, '..', '..', '..', 'cli', 'main.ts');

let sandbox: Sandbox;
let env: Record<string, string>;
let server: ServerProcess;
let cluster: Db;

beforeAll(async () => {
  sandbox = createSandbox();
  const { url } = await sandbox.listen();
  env = await planeEnvironment(url);
  server = await startServer(env);
  cluster = createDb({ connectionString: clusterUrl(), max: 1 });
});
afterAll(async () => {
  server.kill('SIGTERM');
  await server.exited;
  for (const pid of await runtimesBelow(env.LAPAK_DEPLOYMENTS as string)) process.kill(pid, 'SIGKILL');
  await cluster.close();
  await sandbox.close();
  await rm(env.LAPAK_HOME as string, { recursive: true, force: true });
});

const open = (prefix: string): Promise<Tenant> =>
  server.api.open({ store: newSlug(prefix), telegramBotToken: sandbox.telegram.createBot({}).token });

/** `lapak doctor --recover` as a person runs it. */
async function recover(archive: string, home = env.LAPAK_HOME as string) {
  const given = { ...env, PATH: process.env.PATH ?? '', LAPAK_HOME: home };
  return run(process.execPath, [LAPAK, 'doctor', '--recover', archive, '--json'], { env: given }).then(
    ({ stdout }) => ({ code: 0, recovered: JSON.parse(stdout), said: '' }),
    (error: { code: number; stderr: string }) => ({ code: error.code, recovered: undefined, said: error.stderr }),
  );
}

test('a lost control database is rebuilt from its backup, while the stores go on', async () => {
  const kept = await open('a');
  const lost = await open('b');
  await stock(lost);
  const backup: Backup = await backUp(server.api, lost.store);
  const made = await server.api.call<SelfBackup>('POST', '/v1/control-plane/backups');
  expect(made).toMatchObject({ status: 201, body: { keyPlace: join(env.LAPAK_HOME as string, 'master.key') } });
  const archive = made.body.path;
  expect((await stat(archive)).mode & 0o777).toBe(0o600);
  const later = await open('c');
  const key = await readFile(join(env.LAPAK_HOME as string, 'master.key'), 'utf8');
  expect((await readFile(archive)).includes(key.trim())).toBe(false);

  const pids = async () => [...(await runtimesBelow(env.LAPAK_DEPLOYMENTS as string))].sort();
  const before = await pids();
  expect(before).toHaveLength(3);
  expect((await recover(archive)).said).toMatch(/is not empty, and nothing in it is overwritten/);

  server.kill('SIGKILL');
  await server.exited;
  await cluster.query(`DROP DATABASE ${env.LAPAK_CONTROL_DATABASE} WITH (FORCE)`);
  await cluster.query(`DROP DATABASE ${lost.database} WITH (FORCE)`);
  await cluster.query(`DROP ROLE ${lost.database.replace(/^db_/, 'lapak_')}`);

  const elsewhere = join(env.LAPAK_HOME as string, 'elsewhere');
  await mkdir(elsewhere);
  expect((await recover(archive, elsewhere)).said).toMatch(/expected the master key of the control plane that made/);
  const { code, recovered } = await recover(archive);
  expect(code).toBe(0);
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

  server = await startServer(env);
  await eventually(async () =>
    expect((await server.api.tenant(kept.store)).observed).toMatchObject({ state: 'running' }),
  );
  expect((await pids()).filter((pid) => before.includes(pid))).toEqual(before);
  expect(await accepted(server.api, `/v1/backups/${backup.id}/restore`)).toMatchObject({ state: 'succeeded' });
  expect(await units(lost)).toHaveLength(5);
  await asStore(kept, (db) => db.query('SELECT 1'));
  const audit = await server.api.call<{ entries?: unknown[] }>('GET', '/v1/audit');
  expect(JSON.stringify(audit.body)).toContain('backup.restore');
});

test('another master key opens nothing, and says so', async () => {
  const { body } = await server.api.call<SelfBackup>('POST', '/v1/control-plane/backups');
  const copy = join(env.LAPAK_HOME as string, 'elsewhere', body.path.split('/').at(-1) as string);
  await copyFile(body.path, copy);
  await copyFile(`${body.path}.meta.json`, `${copy}.meta.json`);
  const other = { ...env, PATH: process.env.PATH ?? '', LAPAK_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') };
  const failed = await run(process.execPath, [LAPAK, 'doctor', '--recover', copy], { env: other }).catch(
    (error) => error,
  );
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/cannot be used with the master key [0-9a-f]{8}: its password is another one/);
});
