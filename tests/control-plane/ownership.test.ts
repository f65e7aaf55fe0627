import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation } from '../../control-plane/api/contract/index.ts';
import { parseControlPlaneConfig } from '../../control-plane/platform/config.ts';
import { MARK_FILE } from '../../control-plane/platform/ownership/index.ts';
import { lookForStrangers } from '../../control-plane/recovery/control-plane/strangers.ts';
import { createControlPlane } from '../../control-plane/server.ts';
import { createDb } from '../../kernel/db.ts';
import { createLog } from '../../kernel/log.ts';
import { type Accepted, newSlug, storeRequest } from './support/api.ts';
import { planeEnvironment, startPlane, type TestPlane } from './support/plane.ts';
import { runtimesBelow } from './support/processes.ts';

/* Two control planes, each with a home of its own, that were given one folder for their stores. */
let first: TestPlane;
let second: TestPlane;
beforeAll(async () => {
  first = await startPlane();
  second = await startPlane({ env: { LAPAK_DEPLOYMENTS: first.deployments } });
});
afterAll(async () => {
  await second.close();
  await first.close();
});

const someone = () => ({ id: randomUUID(), home: '/srv/other', host: 'elsewhere' });
const folderOf = (store: string) => join(first.deployments, `bot-${store}-qris`);
const markOf = async (folder: string) => JSON.parse(await readFile(join(folder, MARK_FILE), 'utf8'));

/** Every file of a folder but logs, with what is in it. */
async function contentOf(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  return Object.fromEntries(
    await Promise.all(files.map(async ({ name }) => [name, await readFile(join(folder, name), 'utf8')])),
  );
}

async function openIn(plane: TestPlane, store: string): Promise<Operation> {
  const body = storeRequest({ store, telegramBotToken: plane.newBot().token });
  const answer = await plane.api.call<Accepted>('POST', '/v1/tenants', body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return plane.api.ended(answer.body.operation.id);
}

async function act(plane: TestPlane, method: 'POST' | 'DELETE', path: string): Promise<Operation> {
  const answer = await plane.api.call<{ operation: Operation }>(method, path);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return plane.api.ended(answer.body.operation.id);
}

test('a control plane writes into no folder of another one, says whose it is, and its removal leaves it there', async () => {
  const store = newSlug();
  expect(await openIn(first, store)).toMatchObject({ state: 'succeeded' });
  const before = await contentOf(folderOf(store));
  const running = await runtimesBelow(folderOf(store));
  // Here one cluster stands for two, in which both have a database of this name.
  expect(await openIn(second, store)).toMatchObject({ state: 'failed' });
  const purge = `/v1/tenants/${store}?purge=true`;
  expect(await act(second, 'DELETE', purge)).toMatchObject({
    state: 'succeeded',
    steps: expect.arrayContaining([
      expect.objectContaining({ name: 'files', detail: expect.stringContaining('belongs to another control plane') }),
    ]),
  });
  expect(await contentOf(folderOf(store))).toEqual(before);
  expect(await runtimesBelow(folderOf(store))).toEqual(running);
  expect(await act(first, 'DELETE', purge)).toMatchObject({ state: 'succeeded' });
  expect(await readdir(first.deployments)).not.toContain(`bot-${store}-qris`);
});

test('a folder of another control plane is refused by name, and taken when its mark was deleted', async () => {
  const store = newSlug();
  const owner = someone();
  await mkdir(folderOf(store), { recursive: true });
  await writeFile(join(folderOf(store), MARK_FILE), JSON.stringify(owner));
  const operation = await openIn(first, store);
  expect(operation).toMatchObject({ state: 'failed', error: { code: 'FOLDER_TAKEN' } });
  expect(operation.error?.message).toContain(`(${owner.id}, LAPAK_HOME /srv/other on elsewhere)`);
  expect(await readdir(folderOf(store))).toEqual([MARK_FILE]);
  await rm(join(folderOf(store), MARK_FILE));
  expect(await act(first, 'POST', `/v1/operations/${operation.id}/retry`)).toMatchObject({ state: 'succeeded' });
  expect(await markOf(folderOf(store))).toMatchObject({ home: first.home });
});

test('a folder of before there were marks belongs to the store whose key lies in it', async () => {
  const [kept, strange] = [newSlug(), newSlug()];
  await openIn(first, kept);
  const mark = await markOf(folderOf(kept));
  await rm(join(folderOf(kept), MARK_FILE));
  expect(await act(first, 'POST', `/v1/tenants/${kept}/restart`)).toMatchObject({ state: 'succeeded' });
  expect(await markOf(folderOf(kept))).toEqual(mark);

  await mkdir(folderOf(strange), { recursive: true });
  await writeFile(join(folderOf(strange), 'bot.env'), `STORE_SLUG=${strange}\nDATA_ENCRYPTION_KEY=another\n`);
  expect(await openIn(first, strange)).toMatchObject({ state: 'failed', error: { code: 'FOLDER_TAKEN' } });
  expect(await act(first, 'DELETE', `/v1/tenants/${strange}`)).toMatchObject({ state: 'succeeded' });
  expect(await readdir(folderOf(strange))).toEqual(['bot.env']);
});

test('one LAPAK_HOME serves one control plane', async () => {
  const env: Record<string, string> = { ...(await planeEnvironment(first.sandboxUrl)), LAPAK_HOME: first.home };
  const before = await contentOf(first.home);
  const other = createControlPlane(parseControlPlaneConfig(env, '/'), {
    log: createLog({ service: 'other', level: 'silent' }),
  });
  await expect(other.start()).rejects.toMatchObject({
    code: 'FOLDER_TAKEN',
    message: expect.stringContaining(`${first.home} belongs to another control plane`),
  });
  expect(await contentOf(first.home)).toEqual(before);
  const cluster = createDb({ connectionString: first.databaseUrl('postgres'), max: 1 });
  await cluster.query(`DROP DATABASE ${env.LAPAK_CONTROL_DATABASE}`);
  await cluster.close();
});

test('a recovery names the folders of other control planes, and takes them when that is said', async () => {
  const store = newSlug();
  await openIn(first, store);
  const mark = await markOf(folderOf(store));
  const owner = someone();
  await writeFile(join(folderOf(store), MARK_FILE), JSON.stringify(owner));
  const config = parseControlPlaneConfig(first.env, '/');
  const url = first.databaseUrl(config.controlDatabase);
  expect(await lookForStrangers({ config, adopt: false }, url)).toEqual([
    { folder: folderOf(store), owner, adopted: false },
  ]);
  expect(await markOf(folderOf(store))).toEqual(owner);
  expect(await lookForStrangers({ config, adopt: true }, url)).toEqual([
    { folder: folderOf(store), owner, adopted: true },
  ]);
  expect(await markOf(folderOf(store))).toEqual(mark);
});
