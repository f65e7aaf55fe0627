import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backup, Operation, Tenant } from '../../../control-plane/contract/index.ts';
import { createDb, type Db } from '../../../kernel/db.ts';
import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { clusterUrl } from '../../support/postgres.ts';
import { newSlug } from '../support/api.ts';
import { planeEnvironment } from '../support/plane.ts';
import { runtimesBelow } from '../support/processes.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { asStore, backUp, stock, units } from './support.ts';

/*
 * The control plane is killed with SIGKILL in the middle of a restore. At that moment the store's database is the old one or
 * the new one, whole; the next start goes on with it.
 */
let sandbox: Sandbox;
let env: Record<string, string>;
let server: ServerProcess;
let cluster: Db;
let tenant: Tenant;
let backup: Backup;

beforeAll(async () => {
  sandbox = createSandbox();
  const { url } = await sandbox.listen();
  env = await planeEnvironment(url);
  server = await startServer(env);
  cluster = createDb({ connectionString: clusterUrl(), max: 1 });
  tenant = await server.api.open({ store: newSlug('k'), telegramBotToken: sandbox.telegram.createBot({}).token });
  await stock(tenant);
  backup = await backUp(server.api, tenant.store);
});
afterAll(async () => {
  server.kill('SIGTERM');
  await server.exited;
  for (const pid of await runtimesBelow(env.LAPAK_DEPLOYMENTS as string)) process.kill(pid, 'SIGKILL');
  await cluster.close();
  await sandbox.close();
  await rm(env.LAPAK_HOME as string, { recursive: true, force: true });
});

async function restartWith(failpoint?: string): Promise<void> {
  server.kill('SIGKILL');
  await server.exited;
  server = await startServer(env, failpoint);
}

const database = (name: string) => clusterUrl().replace(/\/postgres$/, `/${name}`);

/** What is in the store's database, read as the superuser: the store itself may be locked out for the moment. */
async function productName(): Promise<string> {
  await cluster.query(`ALTER DATABASE ${tenant.database} ALLOW_CONNECTIONS true`);
  const db = createDb({ connectionString: database(tenant.database), max: 1 });
  try {
    const [row] = await db.query<{ name: string }>('SELECT name FROM products');
    return row?.name ?? '';
  } finally {
    await db.close();
  }
}

const OLD = ['backup.before', 'scratch', 'load.after', 'count.after', 'stop.after', 'carry-over.after', 'swap.before'];
const NEW = ['swap.after', 'runtime.after', 'healthy.after'];
const places = [...OLD.map((place) => ({ place, whose: 'old' })), ...NEW.map((place) => ({ place, whose: 'new' }))];

test.each(places)('killed at $place the store is the $whose one, and the restore goes on', async ({ place, whose }) => {
  await asStore(tenant, (db) => db.query("UPDATE products SET name = 'Sekarang'"));
  await asStore(tenant, (db) => db.query('DELETE FROM stock_units WHERE id > 3'));
  await restartWith(`restore.${place}`);
  const without = place.startsWith('backup') ? '' : '?withoutBackup=true';
  const answer = await server.api.call<{ operation: Operation }>('POST', `/v1/backups/${backup.id}/restore${without}`);
  expect(answer.status).toBe(202);
  expect(await server.exited).toMatchObject({ signal: 'SIGKILL' });
  expect(await productName()).toBe(whose === 'old' ? 'Sekarang' : 'Akun');
  server = await startServer(env);
  expect(await server.api.ended(answer.body.operation.id)).toMatchObject({ state: 'succeeded', attempt: 1 });
  expect(await productName()).toBe('Akun');
  expect(await units(tenant)).toHaveLength(5);
  expect(await server.api.tenant(tenant.store)).toMatchObject({ state: 'running', operation: null });
  const left = await cluster.query("SELECT datname FROM pg_database WHERE starts_with(datname, $1 || '__restore_')", [
    tenant.database,
  ]);
  expect(left).toEqual([]);
});

test('a drill that was killed leaves nothing behind, and is gone on with', async () => {
  await restartWith('drill.scratch');
  const answer = await server.api.call<{ operation: Operation }>('POST', `/v1/tenants/${tenant.store}/drills`);
  expect(await server.exited).toMatchObject({ signal: 'SIGKILL' });
  server = await startServer(env);
  expect(await server.api.ended(answer.body.operation.id)).toMatchObject({ state: 'succeeded' });
  const left = await cluster.query("SELECT datname FROM pg_database WHERE starts_with(datname, $1 || '__drill_')", [
    tenant.database,
  ]);
  expect(left).toEqual([]);
});
