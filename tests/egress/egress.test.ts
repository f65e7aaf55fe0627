import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressOf, parseEgressConfig } from '../../egress/config.ts';
import { createDatabaseRelay } from '../../egress/database.ts';
import { createEgressProxy } from '../../egress/proxy.ts';
import { shortId } from '../../kernel/ids.ts';
import { createSandboxClient } from '../../sandbox/client.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { eventually } from '../control-plane/support/eventually.ts';
import { childEnvironment } from '../support/child-environment.ts';
import { clusterUrl } from '../support/postgres.ts';

const log = pino({ level: 'silent' });
const NAME = `egress_${shortId(6).toLowerCase()}`;
const cluster = new URL(clusterUrl());
const connections = 80;
const relay = createDatabaseRelay({
  ...{ target: addressOf(cluster.host), tls: false, connections, log, firstMessageMs: 60_000 },
});
let admin: pg.Client;
let port: number;

/** Of 127.0.0.0/8 each address stands for a store. */
const HOSTILE = '127.0.0.9';
const NEIGHBOUR = '127.0.0.10';

beforeAll(async () => {
  admin = new pg.Client({ connectionString: clusterUrl() });
  await admin.connect();
  await admin.query(`CREATE ROLE lapak_${NAME} LOGIN PASSWORD 'of-the-store'`);
  await admin.query(`CREATE DATABASE db_${NAME} OWNER lapak_${NAME}`);
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  port = (relay.address() as AddressInfo).port;
});
afterAll(async () => {
  relay.close();
  await admin.query(`DROP DATABASE db_${NAME} WITH (FORCE)`);
  await admin.query(`DROP ROLE lapak_${NAME}`);
  await admin.end();
});

function socketFrom(localAddress: string): Socket {
  const socket = new Socket();
  const plain = socket.connect.bind(socket);
  return Object.assign(socket, { connect: (to: number, host: string) => plain({ port: to, host, localAddress }) });
}

async function ask(from: string, user = `lapak_${NAME}`, database = `db_${NAME}`): Promise<unknown> {
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port, user, database, password: 'of-the-store' },
    stream: () => socketFrom(from),
  });
  await client.connect();
  try {
    return (await client.query('SELECT current_user AS me')).rows[0];
  } finally {
    await client.end();
  }
}

async function silent(from: string, count: number): Promise<Socket[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect({ port, host: '127.0.0.1', localAddress: from });
      socket.on('error', () => {});
      await once(socket, 'connect');
      return socket;
    }),
  );
}

test('320 strangers of one store take no connection of the cluster, and lock nobody out', async () => {
  const strangers = await silent(HOSTILE, 320);
  // All but its share are ended, whichever of them.
  await eventually(() => expect(strangers.filter(({ destroyed }) => !destroyed).length).toBeLessThanOrEqual(64));
  expect(await ask(NEIGHBOUR)).toEqual({ me: `lapak_${NAME}` });
  expect(await ask(HOSTILE)).toEqual({ me: `lapak_${NAME}` });
  expect((await admin.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  for (const stranger of strangers) stranger.destroy();
});

test('silent connections of many addresses fill no room that somebody needs', async () => {
  const crowds = await Promise.all(Array.from({ length: 12 }, (_, at) => silent(`127.0.1.${at + 1}`, 20)));
  expect(await ask(NEIGHBOUR)).toEqual({ me: `lapak_${NAME}` });
  for (const stranger of crowds.flat()) stranger.destroy();
});

test("only a store's role and database are entered", async () => {
  await expect(ask(NEIGHBOUR, cluster.username, 'postgres')).rejects.toThrow("Only a store's role");
  await expect(ask(NEIGHBOUR, 'lapak_control.api', `db_${NAME}`)).rejects.toThrow("Only a store's role");
  await expect(ask(NEIGHBOUR, `lapak_${NAME}`, 'lapak_control')).rejects.toThrow("Only a store's role");
});

test('what is no message of a client is answered and ended', async () => {
  const [stranger] = (await silent(NEIGHBOUR, 1)) as [Socket];
  stranger.write('GET / HTTP/1.1\r\n\r\n');
  const [answer] = (await once(stranger, 'data')) as [Buffer];
  expect(answer.toString()).toContain('no message of a PostgreSQL client');
  await once(stranger, 'close');
});

/** What a program of a store sees, whose only way out is the proxy. */
async function within(proxyPort: number, script: string): Promise<string> {
  const proxy = `http://127.0.0.1:${proxyPort}`;
  const env = {
    ...childEnvironment(),
    ...{ NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: 'localhost' },
  };
  const args = ['--input-type=module', '-e', script];
  const { stdout } = await execa(process.execPath, args, {
    env,
    extendEnv: false,
    cwd: join(import.meta.dirname, '../..'),
  });
  return stdout;
}

test('a store reaches the allowed addresses by the proxy, and no others', async () => {
  const other = createServer((_request, response) => response.end('not for stores'));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const otherPort = (other.address() as AddressInfo).port;
  const sandbox: Sandbox = createSandbox();
  const { url } = await sandbox.listen();
  const bot = await createSandboxClient(url).createBot({ username: 'warung_egress_bot' });
  // Only whoever runs on the machine's network knows this name.
  const target = `host.docker.internal:${new URL(url).port}`;
  const proxy = createEgressProxy({ allow: new Set([target]), log });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const proxyPort = (proxy.address() as AddressInfo).port;
  try {
    const script = `
      import { createApi } from './tenant-runtime/bot/telegram.ts';
      console.log((await createApi('${bot.token}', 'http://${target}').getMe()).username);
      console.log((await (await fetch('http://${target}/bot${bot.token}/getMe')).json()).result.username);
      for (const address of ['127.0.0.1:${otherPort}', '169.254.169.254:80', '127.0.0.1:${new URL(url).port}']) {
        const { status } = await fetch('http://' + address).catch(() => ({ status: 'refused' }));
        console.log(String(status));
      }`;
    const [first, second, ...refused] = (await within(proxyPort, script)).split('\n');
    expect([first, second]).toEqual(['warung_egress_bot', 'warung_egress_bot']);
    expect(refused).toEqual(['refused', 'refused', 'refused']);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
    other.close();
    await sandbox.close();
  }
});

test('the address of the machine itself is meant where a store says host.docker.internal', () => {
  expect(addressOf('host.docker.internal:7701')).toEqual({ host: '127.0.0.1', port: 7701 });
  expect(addressOf('[::1]:5432')).toEqual({ host: '::1', port: 5432 });
});

test('a wrong setting is named', () => {
  expect(() => parseEgressConfig({ EGRESS_HOST: '10.1.0.1', EGRESS_DATABASE: 'nowhere' })).toThrow(
    /EGRESS_DATABASE: expected an address/,
  );
});
