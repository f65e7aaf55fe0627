import { appendFile, chmod, chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server, Socket } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseControlPlaneConfig } from '../../control-plane/platform/config.ts';
import { EMBEDDED_MAJOR } from '../../control-plane/platform/postgres/binaries.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../control-plane/platform/postgres/embedded.ts';
import { createControlPlane } from '../../control-plane/server.ts';
import { createLog } from '../../kernel/log.ts';
import { tempFolder } from '../drivers/stores.ts';
import { clusterUrl } from '../support/postgres.ts';

const home = tempFolder('lapak-embedded-');
const dir = join(home, 'postgres');
const data = join(dir, 'data');
const access = join(dir, 'data', 'pg_hba.conf');
let cluster: EmbeddedPostgres;
beforeAll(async () => {
  // The user of the cluster reaches its folder, also where these tests run as root.
  await chmod(home, 0o755);
  // What a first start that was killed leaves.
  for (const name of ['data', 'data.new']) await mkdir(join(dir, name), { recursive: true });
  await writeFile(join(dir, 'data.new', 'PG_VERSION'), '15\n');
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

const postmasterOf = async (folder: string) =>
  Number((await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')[0]);
const restart = async () => {
  cluster = await startEmbeddedPostgres({ dir });
  return cluster;
};

test('data that cannot be used are said with what to do, and stay as they are', async () => {
  await cluster.stop();
  const refusal = async () => {
    const error = await startEmbeddedPostgres({ dir }).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'POSTGRES_UNAVAILABLE' });
    return (error as Error).message;
  };
  const version = join(data, 'PG_VERSION');
  expect((await readFile(version, 'utf8')).trim()).toBe(String(EMBEDDED_MAJOR));
  await writeFile(version, '14\n');
  expect(await refusal()).toContain(`${data} was made by PostgreSQL 14, and this version of Lapak brings 15.`);
  await rm(version);
  expect(await refusal()).toContain(`${data} is no complete data folder of Postgres (it has no PG_VERSION)`);
  await writeFile(version, '15\n');
  await chmod(data, 0o755);
  expect(await refusal()).toContain(`which Postgres refuses: chmod 700 ${data}`);
  await chmod(data, 0o700);
  const { uid, gid } = await stat(data);
  if (process.getuid?.() === 0) {
    await chown(data, uid + 1, gid);
    expect(await refusal()).toContain(`give it over: sudo chown -R ${uid}:${gid} ${data}`);
    await chown(data, uid, gid);
  }
  await rename(data, `${data}.away`);
  await writeFile(data, 'no folder');
  expect(await refusal()).toContain(`The embedded Postgres cannot use ${data} (ENOTDIR).`);
  await rm(data);
  await rename(`${data}.away`, data);
  expect(await readdir(data)).not.toContain('postmaster.pid');
});

test('a cluster that was killed starts, although its pid is that of another one by now, which goes on', async () => {
  const [{ folder }] = (await ask(clusterUrl(), "SELECT current_setting('data_directory') AS folder")) as [
    { folder: string },
  ];
  const other = await postmasterOf(folder);
  await writeFile(join(data, 'postmaster.pid'), `${other}\n${data}\n1700000000\n1\n\n*\n  1 2\nready   \n`);
  expect(await restart()).toMatchObject({ launched: true });
  expect(await postmasterOf(data)).not.toBe(other);
  expect(await ask(clusterUrl(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a cluster that runs is taken over, and none is started beside it', async () => {
  const pid = await postmasterOf(data);
  expect(await startEmbeddedPostgres({ dir })).toMatchObject({ launched: false, port: cluster.port });
  expect(await postmasterOf(data)).toBe(pid);
});

test('a port that another program took is replaced', async () => {
  const before = cluster.port;
  await cluster.stop();
  const thief: Server = createServer();
  await new Promise<void>((resolve) => thief.listen(before, '127.0.0.1', resolve));
  expect((await restart()).port).not.toBe(before);
  thief.close();
  expect(await ask(cluster.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('variables of the shell for another database are not for this one', async () => {
  await cluster.stop();
  const hostile = {
    PGDATA: '/nowhere',
    PGPORT: '1',
    PGHOST: '192.0.2.1',
    PGOPTIONS: '-c nothing=1',
    PGTZ: 'Mars/Base',
  };
  Object.assign(process.env, hostile);
  try {
    await restart();
  } finally {
    for (const name of Object.keys(hostile)) delete process.env[name];
  }
  expect(await ask(cluster.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a start of the control plane that fails leaves no cluster running that it started, and one that ran before running', async () => {
  const thief: Server = createServer();
  const port = await new Promise<number>((resolve) =>
    thief.listen(0, '127.0.0.1', () => resolve((thief.address() as { port: number }).port)),
  );
  const start = (env: Record<string, string>) =>
    createControlPlane(parseControlPlaneConfig({ LAPAK_HOME: home, LAPAK_PORT: String(port), ...env }, home), {
      log: createLog({ service: 'failing', level: 'silent' }),
    }).start();
  const others = "SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = 'lapak_control'";
  await expect(start({})).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' });
  expect(await ask(cluster.url, others)).toEqual([{ count: 0 }]);
  await cluster.stop();
  await expect(start({})).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' });
  expect(await readdir(data)).not.toContain('postmaster.pid');
  const key = Buffer.alloc(32, 7).toString('base64');
  await expect(start({ LAPAK_MASTER_KEY: key, LAPAK_CONTROL_DATABASE: 'another' })).rejects.toMatchObject({
    code: 'FOLDER_TAKEN',
  });
  expect(await readdir(data)).not.toContain('postmaster.pid');
  thief.close();
  await restart();
});

const small = tempFolder('lapak-small-');
const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small], { reject: false });
if (mounted.failed) process.stderr.write(`the test of a full disk is left out: ${mounted.shortMessage}\n`);

test.skipIf(mounted.failed)(
  'a disk that is full before there are data is said, and nothing half-made stays',
  async () => {
    await chmod(small, 0o755);
    try {
      await expect(startEmbeddedPostgres({ dir: join(small, 'postgres') })).rejects.toMatchObject({
        code: 'STORAGE_FULL',
        message: expect.stringMatching(/^The disk of .* is full.*Free some space, then start again/),
      });
      expect(await readdir(join(small, 'postgres'))).toEqual(['password']);
    } finally {
      await execa('umount', ['-l', small]);
    }
  },
);
