import { appendFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../control-plane/platform/postgres/embedded.ts';
import { tempFolder } from '../drivers/stores.ts';

const dir = tempFolder('lapak-embedded-');
const access = join(dir, 'data', 'pg_hba.conf');
let cluster: EmbeddedPostgres;
beforeAll(async () => {
  cluster = await startEmbeddedPostgres({ dir });
  await ask(cluster.url, "CREATE ROLE lapak_store LOGIN PASSWORD 'of-the-store'");
});
afterAll(() => cluster.stop());

const asStore = () => `postgres://lapak_store:of-the-store@127.0.0.1:${cluster.port}/postgres`;

/** `from`: our own address. Of 127.0.0.0/8 only 127.0.0.1 is this machine; the others stand for a bridge of it. */
async function ask(connectionString: string, sql: string, from?: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString, ...(from ? { stream: () => socketFrom(from) } : {}) });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function socketFrom(localAddress: string): Socket {
  const socket = new Socket();
  const connect = socket.connect.bind(socket);
  return Object.assign(socket, { connect: (port: number, host: string) => connect({ port, host, localAddress }) });
}

test('the cluster is entered from this machine alone, by loopback', async () => {
  expect(await ask(asStore(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await expect(ask(cluster.url, 'SELECT 1', '127.0.0.2')).rejects.toThrow(/pg_hba.conf rejects connection/);
  await expect(ask(asStore(), 'SELECT 1', '127.0.0.2')).rejects.toThrow(/pg_hba.conf rejects connection/);
  expect(await ask(cluster.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
});

test('places are kept for the superuser, and for nobody who is silent', async () => {
  expect(await ask(cluster.url, 'SHOW superuser_reserved_connections')).toMatchObject([
    { superuser_reserved_connections: '10' },
  ]);
  expect(await ask(cluster.url, 'SHOW authentication_timeout')).toEqual([{ authentication_timeout: '10s' }]);
});

test('the log of the cluster has a bound', async () => {
  const log = join(dir, 'postgres.log');
  await appendFile(log, 'x'.repeat(33 * 1024 * 1024));
  await cluster.boundLog();
  expect((await stat(log)).size).toBe(0);
  await expect(ask(cluster.url, 'SELECT 1 / 0')).rejects.toThrow('division by zero');
  await cluster.boundLog();
  expect(await readFile(log, 'utf8')).toContain('division by zero');
});

test('a cluster that was made with other rules gets these when it is started', async () => {
  const rules = await readFile(access, 'utf8');
  await cluster.stop();
  await writeFile(access, 'host all all 127.0.0.1/32 scram-sha-256\nhost all all samenet scram-sha-256\n');
  cluster = await startEmbeddedPostgres({ dir });
  expect(await readFile(access, 'utf8')).toBe(rules);
  await expect(ask(cluster.url, 'SELECT 1', '127.0.0.2')).rejects.toThrow(/pg_hba.conf rejects connection/);
});

test('a cluster whose password was lost says which file is missing, and is not given another password', async () => {
  const file = join(dir, 'password');
  const password = await readFile(file, 'utf8');
  await cluster.stop();
  await rm(file);
  await expect(startEmbeddedPostgres({ dir })).rejects.toThrow(`is missing: ${file}`);
  await writeFile(file, password, { mode: 0o600 });
  cluster = await startEmbeddedPostgres({ dir });
  expect(await ask(cluster.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});
