import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { createDb } from '../../kernel/db.ts';
import { clusterUrl } from '../support/postgres.ts';
import { eventually } from './support/eventually.ts';
import { upgradeWithout } from './support/pg-tools.ts';
import { startPlane, type TestPlane } from './support/plane.ts';
import { runtimesBelow } from './support/processes.ts';

const without = await upgradeWithout();

let plane: TestPlane;
let tenant: Tenant;
beforeAll(async () => {
  plane = await startPlane({
    env: {
      LAPAK_TENANT_READY_TIMEOUT: '8',
      LAPAK_UPGRADE_WATCH: '2',
      OWNER_BOT_TOKEN: '999999999:fake-token-of-the-alert-bot-for-tests',
      TELEGRAM_OWNER_IDS: '4242',
    },
  });
  tenant = await plane.api.open({ telegramBotToken: plane.newBot().token, image: 'good:1' });
});
afterAll(() => plane.close());

type Accepted = { operation: Operation };

async function change(method: 'POST' | 'PATCH', at: string, body: object): Promise<Operation> {
  const answer = await plane.api.call<Accepted>(method, `/v1/tenants/${tenant.store}${at}`, body);
  expect(answer.status).toBe(202);
  return answer.body.operation;
}
const upgrade = async (image?: string) =>
  plane.api.ended((await change('POST', '/upgrade', { ...(image ? { image } : {}), ...without })).id);
const now = () => plane.api.tenant(tenant.store);
const revision = async () =>
  (await plane.db.query<{ revision: number }>('SELECT revision FROM tenants WHERE store = $1', [tenant.store]))[0]
    ?.revision;
const told = () =>
  plane.db.query<{ detail: string }>("SELECT detail FROM incidents WHERE kind = 'upgrade_rolled_back' ORDER BY id");
const rollback = ({ steps }: Operation) => steps.filter(({ name }) => name.startsWith('rollback-'));

async function expectServing(image: string): Promise<void> {
  const [pid, ...others] = await runtimesBelow(tenant.folder);
  expect(others).toEqual([]);
  const shown = await now();
  expect(shown).toMatchObject({ state: 'running', reason: null, image, operation: null });
  expect((await fetch(`http://127.0.0.1:${shown.ports?.telegram}/readyz`)).status).toBe(200);
  await eventually(async () =>
    expect((await now()).observed).toMatchObject({ id: String(pid), generation: shown.generation }),
  );
  const left = await plane.db.query('SELECT 1 FROM operation_snapshots');
  expect(left).toEqual([]);
}

test('an upgrade replaces the runtime, watches it, and is done', async () => {
  const [before] = await runtimesBelow(tenant.folder);
  const operation = await upgrade('good:2');
  expect(operation).toMatchObject({ state: 'succeeded', error: null });
  expect(operation.steps.at(-1)).toMatchObject({ name: 'watch', detail: 'served for 2 seconds' });
  expect(rollback(operation)).toEqual([]);
  // As the CLI and the event stream show it: each part of the backup by itself.
  const shown = await plane.db.query(
    "SELECT FROM operation_events WHERE operation_id = $1 AND operation->'steps' @> $2::jsonb",
    [operation.id, JSON.stringify([{ name: 'backup-verify', state: 'running' }])],
  );
  expect(shown).not.toEqual([]);
  await expectServing('good:2');
  expect(await runtimesBelow(tenant.folder)).not.toContain(before);
});

test('without images an upgrade starts the installed code, and says so', async () => {
  const [before] = await runtimesBelow(tenant.folder);
  const operation = await upgrade('good:2');
  expect(operation.steps[0]?.detail).toContain('runs the code that is installed');
  await expectServing('good:2');
  expect(await runtimesBelow(tenant.folder)).not.toContain(before);
});

test.each([
  ['never gets ready', 'never:1', 'healthy', 'no update arrives'],
  ['does not start', 'crash:1', 'healthy', 'exit code 3'],
  ['ends a while after it became ready', 'late:1', 'watch', 'exit code 4'],
  ['is not ready any more a while after it became so', 'doze:1', 'watch', 'no update arrives'],
])('an image that %s is rolled back', async (_, image, at, why) => {
  const before = await revision();
  const alerts = (await told()).length;
  const operation = await upgrade(image);
  expect(operation).toMatchObject({ state: 'failed', error: { code: 'UPGRADE_ROLLED_BACK' } });
  expect(operation.error?.message).toContain(why);
  expect(operation.steps.find(({ state }) => state === 'failed')?.name).toBe(at);
  expect(rollback(operation).map(({ state }) => state)).not.toContain('failed');
  await expectServing('good:2');
  expect(await revision()).toBe((before ?? 0) + 2);
  const heard = await told();
  expect(heard).toHaveLength(alerts + 1);
  expect(heard.at(-1)?.detail).toContain(why);
});

test('a retry of an upgrade that was rolled back begins at the first step', async () => {
  const failed = await upgrade('late:2');
  const { body } = await plane.api.call<Accepted>('POST', `/v1/operations/${failed.id}/retry`);
  expect(body.operation.steps.map(({ state }) => state)).toEqual(Array(13).fill('pending'));
  const again = await plane.api.ended(failed.id);
  expect(again).toMatchObject({ attempt: 2, state: 'failed', error: { code: 'UPGRADE_ROLLED_BACK' } });
  await expectServing('good:2');
});

test('a cancelled upgrade goes back', async () => {
  const { id } = await change('POST', '/upgrade', { image: 'never:3', ...without });
  await eventually(async () => {
    const { body } = await plane.api.call<Operation>('GET', `/v1/operations/${id}`);
    expect(body.steps.find(({ name }) => name === 'healthy')?.state).toBe('running');
  });
  expect((await plane.api.call('POST', `/v1/operations/${id}/cancel`)).status).toBe(202);
  const operation = await plane.api.ended(id);
  expect(operation).toMatchObject({ state: 'cancelled', error: null });
  expect(rollback(operation).map(({ state }) => state)).not.toContain('pending');
  await expectServing('good:2');
});

test('a configuration with which the store does not get ready gives way to the one from before', async () => {
  const { storeName } = await now();
  const bot = plane.newBot();
  const { id } = await change('PATCH', '', { storeName: 'never ready', telegramBotToken: bot.token });
  const operation = await plane.api.ended(id);
  expect(operation).toMatchObject({ state: 'failed', error: { code: 'CONFIGURATION_ROLLED_BACK' } });
  expect(operation.error?.message).toContain('no update arrives');
  await expectServing('good:2');
  expect(await now()).toMatchObject({ storeName, bot: tenant.bot });
  const retry = await plane.api.call('POST', `/v1/operations/${id}/retry`);
  expect(retry).toMatchObject({ status: 409, body: { code: 'OPERATION_STATE_CONFLICT' } });
  // The bot is free again for whoever it belongs to.
  await plane.api.open({ telegramBotToken: bot.token });
});

test('a way back that fails too is told as what it is, and what was is still wanted', async () => {
  const failing = await change('POST', '/upgrade', { image: 'late:9', ...without });
  // As soon as there is a way back: the runtime may end before anybody has looked again.
  await eventually(async () => {
    const never =
      'UPDATE operation_snapshots SET intent = intent || \'{"image": "never:9"}\' WHERE operation_id = $1 RETURNING 1';
    expect(await plane.db.query(never, [failing.id])).toHaveLength(1);
  });
  const operation = await plane.api.ended(failing.id);
  expect(operation).toMatchObject({ state: 'failed', error: { code: 'RUNTIME_UNHEALTHY' } });
  expect(operation.error?.message).toMatch(/^Going back failed: .*It went back because: .*exit code 4/s);
  expect(await now()).toMatchObject({ state: 'failed', image: 'never:9' });
  expect(await upgrade('good:3')).toMatchObject({ state: 'succeeded' });
  await expectServing('good:3');
});

test('a store that cannot be backed up is not upgraded, unless that is wanted', async () => {
  const { image } = await now();
  const connectionString = clusterUrl().replace(/\/postgres$/, `/db_${tenant.store}`);
  const cluster = createDb({ connectionString, max: 1 });
  // Not the store's own: its role cannot dump it.
  await cluster.query('CREATE TABLE hidden (id int)');
  const stopped = await plane.api.ended((await change('POST', '/upgrade', { image: 'good:4' })).id);
  expect(stopped.state).toBe('failed');
  expect(stopped.steps.find(({ state }) => state === 'failed')?.name).toBe('backup-dump');
  expect(stopped.error?.message).toContain(`lapak tenant upgrade ${tenant.store} --without-backup`);
  expect(rollback(stopped)).toEqual([]);
  await expectServing(image);
  const done = await plane.api.ended((await change('POST', '/upgrade', { image: 'good:4', withoutBackup: true })).id);
  const left = { state: 'skipped', detail: 'none was wanted' };
  expect(done.steps.filter(({ name }) => name.startsWith('backup-'))).toMatchObject([left, left, left, left]);
  await expectServing('good:4');
  await cluster.query('DROP TABLE hidden');
  await cluster.close();
});

test('an operation of a version whose backup was one step is shown, and gone on with, by its steps', async () => {
  const { id } = await upgrade('good:4');
  const shown = async () => (await plane.api.call<Operation>('GET', `/v1/operations/${id}`)).body.steps;
  const states = async () =>
    (await shown()).filter(({ name }) => name.startsWith('backup')).map(({ name, state }) => `${name} ${state}`);
  const before = await shown();
  const migration = await readFile('migrations/control/0017_operation_steps.sql', 'utf8');
  const backup = { dump: 'backup-dump', seal: 'backup-seal', verify: 'backup-verify', offsite: 'backup-offsite' };
  const asItWas = async (state: string) => {
    await plane.db.tx(async (tx) => {
      await tx.query("DELETE FROM operation_steps WHERE operation_id = $1 AND name ~ '^backup-(seal|verify|offsite)'", [
        id,
      ]);
      const one =
        "UPDATE operation_steps SET name = 'backup', state = $2 WHERE operation_id = $1 AND name = 'backup-dump'";
      await tx.query(one, [id, state]);
      await tx.query(migration);
    });
    return states();
  };
  expect(await asItWas('succeeded')).toEqual(Object.values(backup).map((name) => `${name} succeeded`));
  expect((await shown()).map(({ name }) => name)).toEqual(before.map(({ name }) => name));
  const rest = [backup.seal, backup.verify, backup.offsite].map((name) => `${name} pending`);
  expect(await asItWas('failed')).toEqual([`${backup.dump} failed`, ...rest]);
});

test('a stopped store is upgraded without being started', async () => {
  await plane.api.ended((await change('POST', '/stop', {})).id);
  const operation = await upgrade('good:4');
  expect(operation).toMatchObject({ state: 'succeeded' });
  expect(await now()).toMatchObject({ state: 'stopped', image: 'good:4' });
  expect(await runtimesBelow(tenant.folder)).toEqual([]);
});
