import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/contract/index.ts';
import { createDb } from '../../kernel/db.ts';
import { migrate } from '../../kernel/migrate.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { clusterUrl } from '../support/postgres.ts';
import { newSlug } from './support/api.ts';
import { planeEnvironment } from './support/plane.ts';
import { runtimesBelow } from './support/processes.ts';
import { type ServerProcess, startServer } from './support/server-process.ts';

/*
 * One clone and one suspension whose control plane is killed with SIGKILL at each step of their own in turn: after the effect
 * and before it is recorded. Each next one goes on until it is killed at the step after.
 */
const CLONE = ['database', 'tables', 'copy', 'runtime', 'photos'].map((step) => `clone.${step}.after`);
const SUSPEND = ['suspend.stop.before', 'suspend.stop.after', 'suspend.webhook.after'];
const RESUME = ['resume.runtime.after', 'resume.webhook.after'];

let sandbox: Sandbox;
let env: Record<string, string>;
let server: ServerProcess;
let source: Tenant;
const newToken = () => sandbox.telegram.createBot({}).token;
const urlOf = (database: string) => clusterUrl().replace(/\/postgres$/, `/${database}`);

beforeAll(async () => {
  sandbox = createSandbox();
  const { url } = await sandbox.listen();
  env = { ...(await planeEnvironment(url)), LAPAK_PUBLIC_URL: 'https://shops.example.com' };
  server = await startServer(env);
  source = await server.api.open({ store: newSlug('x'), telegramBotToken: newToken() });
  // The stand-in runtime keeps no tables; a real one makes them as the role of its store.
  const role = `lapak_${source.store}`;
  await migrate(`${urlOf(source.database)}?options=-c%20role%3D${role}`, 'migrations/tenant');
  const db = createDb({ connectionString: urlOf(source.database), max: 1 });
  await db.query("INSERT INTO products (code, name, price, photo_file_id) VALUES ('net', 'Netflix', 50000, 'gone')");
  await db.close();
});
afterAll(async () => {
  server?.kill('SIGTERM');
  await server?.exited;
  for (const pid of await runtimesBelow(env.LAPAK_DEPLOYMENTS as string)) process.kill(pid, 'SIGKILL');
  await sandbox.close();
  await rm(env.LAPAK_HOME as string, { recursive: true, force: true });
});

/** Runs an operation through a control plane that dies at each of the places, one after the other. */
async function killedAt(places: readonly string[], path: string, body?: object): Promise<Operation> {
  const [first, ...more] = places;
  server.kill('SIGKILL');
  await server.exited;
  server = await startServer(env, first);
  const accepted = await server.api.call<{ operation: Operation }>('POST', path, body);
  expect(accepted).toMatchObject({ status: 202 });
  for (const place of [...more, undefined]) {
    expect(await server.exited).toMatchObject({ signal: 'SIGKILL' });
    server = await startServer(env, place);
  }
  return server.api.ended(accepted.body.operation.id);
}

test('a clone that is killed at every step of its own becomes one whole shop', { timeout: 300_000 }, async () => {
  const pakasir = { slug: 'demo', apiKey: 'kunci-rahasia' };
  const store = newSlug('y');
  const body = { store, telegramBotToken: newToken(), pakasir };
  const operation = await killedAt(CLONE, `/v1/tenants/${source.store}/clone`, body);
  expect(operation).toMatchObject({ kind: 'clone', state: 'succeeded', attempt: 1 });
  expect(operation.steps.at(-1)?.detail).toBe('0 carried over; to be set anew: 1 (net)');
  const tenant = await server.api.tenant(store);
  expect(tenant).toMatchObject({ state: 'running' });
  const db = createDb({ connectionString: urlOf(tenant.database), max: 1 });
  expect(await db.query('SELECT code, name, photo_file_id FROM products')).toEqual([
    { code: 'net', name: 'Netflix', photo_file_id: null },
  ]);
  await db.close();
});

test('a suspension and a resumption that are killed at every step end where they should', {
  timeout: 300_000,
}, async () => {
  const path = `/v1/tenants/${source.store}`;
  expect(await killedAt(SUSPEND, `${path}/suspend`, { reason: 'pindahan' })).toMatchObject({ state: 'succeeded' });
  expect(await server.api.tenant(source.store)).toMatchObject({ state: 'suspended', reason: 'pindahan' });
  expect(await runtimesBelow(source.folder)).toEqual([]);
  expect(await killedAt(RESUME, `${path}/resume`)).toMatchObject({ state: 'succeeded' });
  expect(await server.api.tenant(source.store)).toMatchObject({ state: 'running', reason: null });
  expect(await runtimesBelow(source.folder)).toHaveLength(1);
});
