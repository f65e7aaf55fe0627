import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import Docker from 'dockerode';
import { execa } from 'execa';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createDockerDriver,
  type Driver,
  planNetwork,
  type RuntimeSpec,
} from '../../control-plane/fleet/drivers/index.ts';
import { shortId } from '../../kernel/ids.ts';
import { makeSpec, whoAnswers } from '../drivers/stores.ts';
import { BASE_IMAGE, dockerAvailable, TEST_IMAGE } from '../support/docker.ts';
import { clusterUrl } from '../support/postgres.ts';

const { available } = await dockerAvailable(BASE_IMAGE, TEST_IMAGE);
const docker = new Docker();
const NETWORK = `lapak-drill-${shortId(6)}`;
const IMAGE = `${NETWORK}:ci`;
// Begins with a letter, as the slug of every store does: the relay refuses other names.
const ROLE = `lapak_x${shortId(6)}`;
const plan = planNetwork(NETWORK);
const cluster = new URL(clusterUrl());

/** Runs in the container of the store that was taken over. Each attempt says `in`, or why not. */
const TOOLS = String.raw`
const net = require('node:net'), dns = require('node:dns'), fs = require('node:fs'), dgram = require('node:dgram');
const within = (ms, work) => Promise.race([work, new Promise((done) => setTimeout(done, ms, 'silence'))]);
const tcp = (host, port) => within(4000, new Promise((done) => {
  const socket = net.connect({ host, port }, () => { socket.destroy(); done('in'); });
  socket.on('error', (error) => done(error.code));
}));
const lookup = (name) => within(8000, new Promise((done) => dns.lookup(name, (error) => done(error ? error.code : 'in'))));
const query = (server, name) => within(6000, new Promise((done) => {
  const resolver = new dns.Resolver({ timeout: 2000, tries: 1 });
  resolver.setServers([server]);
  resolver.resolve4(name, (error) => done(error ? error.code : 'in'));
}));
const udp = (host, port) => within(3000, new Promise((done) => {
  const socket = dgram.createSocket('udp4');
  socket.on('message', () => done('in'));
  socket.on('error', (error) => done(error.code));
  socket.send('hello', port, host, (error) => error && done(error.code));
}));
const proxied = (first) => within(6000, new Promise((done) => {
  const socket = net.connect({ host: 'host.docker.internal', port: 7711 }, () => socket.write(first + '\r\nhost: x\r\n\r\n'));
  socket.on('data', (answer) => { socket.destroy(); done(/^HTTP\/1.1 2/.test(answer) ? 'in' : String(answer).slice(9, 12)); });
  socket.on('error', (error) => done(error.code));
  socket.on('close', () => done('closed'));
}));
const startup = (user, database) => within(6000, new Promise((done) => {
  const words = Buffer.from('user\0' + user + '\0database\0' + database + '\0\0');
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + words.length, 0);
  head.writeInt32BE(196608, 4);
  const socket = net.connect({ host: 'host.docker.internal', port: 7710 }, () => socket.write(Buffer.concat([head, words])));
  socket.on('data', (answer) => { socket.destroy(); done(answer[0] === 82 ? 'in' : 'refused'); });
  socket.on('error', (error) => done(error.code));
  socket.on('close', () => done('closed'));
}));
const file = (work) => { try { work(); return 'in'; } catch (error) { return error.code; } };
`;

describe.skipIf(!available)('a store that was taken over', { timeout: 300_000 }, () => {
  const servers: Server[] = [];
  let driver: Driver;
  let hostile: RuntimeSpec;
  let neighbour: RuntimeSpec;
  let admin: pg.Client;
  let allowedPort: number;
  let secretPort: number;

  beforeAll(async () => {
    const args = [
      'build',
      '--quiet',
      '--build-arg',
      `BASE_IMAGE=${BASE_IMAGE}`,
      '-t',
      IMAGE,
      `${import.meta.dirname}/../drivers`,
    ];
    await execa('docker', args, { env: { DOCKER_BUILDKIT: '0' } });
    // What stores need, and what of this machine they do not: both on loopback, as Postgres and the API are.
    [allowedPort, secretPort] = (await Promise.all([service(), service()])) as [number, number];
    driver = createDockerDriver({
      network: NETWORK,
      egress: {
        image: TEST_IMAGE,
        ...{ database: cluster.host, databaseTls: false, databaseConnections: 100 },
        ...{ allow: [`host.docker.internal:${allowedPort}`], aliases: [] },
      },
      log: pino({ level: 'silent' }),
    });
    admin = new pg.Client({ connectionString: clusterUrl() });
    await admin.connect();
    await admin.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD 'kunci'`);
    [hostile, neighbour] = [await makeSpec(IMAGE), await makeSpec(IMAGE)];
    hostile.limits.pids = 256;
    for (const spec of [hostile, neighbour]) {
      await driver.ensure(spec);
      await whoAnswers(spec);
    }
  });
  afterAll(async () => {
    for (const spec of [hostile, neighbour]) if (spec) await driver.remove(spec.store);
    await driver?.close();
    await docker.getContainer(`${NETWORK}-egress`).remove({ force: true });
    await docker.getNetwork(NETWORK).remove();
    await docker.getImage(IMAGE).remove({ force: true });
    await admin?.query(`DROP ROLE ${ROLE}`);
    await admin?.end();
    for (const server of servers) server.close();
  });

  async function service(): Promise<number> {
    const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  }

  /** What a script in a store's container found, by the name of each attempt. */
  async function within(spec: RuntimeSpec, attempts: Record<string, string>): Promise<Record<string, string>> {
    const entries = Object.entries(attempts).map(([name, code]) => `${JSON.stringify(name)}: async () => ${code}`);
    const script = `${TOOLS}
      const attempts = {${entries.join(',\n')}};
      Promise.all(Object.entries(attempts).map(async ([name, attempt]) => [name, await attempt()]))
        .then((found) => { console.log(JSON.stringify(Object.fromEntries(found))); process.exit(); });`;
    const { stdout } = await execa('docker', ['exec', '-i', spec.name, 'node', '-'], { input: script });
    return JSON.parse(stdout);
  }

  async function addressOf(spec: RuntimeSpec): Promise<string> {
    const { NetworkSettings } = await docker.getContainer(spec.name).inspect();
    return NetworkSettings.Networks[NETWORK]?.IPAddress as string;
  }

  test('reaches what it needs', async () => {
    const found = await within(hostile, {
      'the allowed address': `proxied('CONNECT host.docker.internal:${allowedPort} HTTP/1.1')`,
      'the cluster as its role': `startup('${ROLE}', 'db_${ROLE.slice(6)}')`,
    });
    expect(found).toEqual({ 'the allowed address': 'in', 'the cluster as its role': 'in' });
  });

  test('reaches nothing else, whatever it tries', async () => {
    const other = await addressOf(neighbour);
    const { ports } = neighbour;
    const tried = await within(hostile, {
      'the neighbour, Telegram port': `tcp('${other}', 8080)`,
      'the neighbour, payment port': `tcp('${other}', 9000)`,
      'the neighbour by name': `tcp('${neighbour.name}', 8080)`,
      'the published port of the neighbour': `tcp('${plan.address}', ${ports.telegram})`,
      'the published payment port of the neighbour': `tcp('host.docker.internal', ${ports.pakasir})`,
      'the neighbour by UDP': `udp('${other}', 8080)`,
      'the metadata address': `tcp('169.254.169.254', 80)`,
      'the metadata address of containers': `tcp('169.254.170.2', 80)`,
      'the internet': `tcp('1.1.1.1', 443)`,
      'a name server by TCP': `tcp('8.8.8.8', 53)`,
      'a name server by UDP': `query('8.8.8.8', 'example.com')`,
      'a name': `lookup('example.com')`,
      'a name that carries something out': `lookup('secret-of-a-store.example.com')`,
      "the engine's other bridge": `tcp('172.17.0.1', 22)`,
      'the address that packets are sent to': `tcp('${plan.nowhere}', 80)`,
      'the cluster past the relay': `tcp('${plan.address}', ${cluster.port})`,
      'a service of this machine': `tcp('${plan.address}', ${secretPort})`,
      'a service of this machine by the proxy': `proxied('CONNECT host.docker.internal:${secretPort} HTTP/1.1')`,
      'loopback of this machine by the proxy': `proxied('CONNECT 127.0.0.1:${allowedPort} HTTP/1.1')`,
      'the cluster by the proxy': `proxied('CONNECT 127.0.0.1:${cluster.port} HTTP/1.1')`,
      'the metadata address by the proxy': `proxied('GET http://169.254.169.254/latest/meta-data/ HTTP/1.1')`,
      'the neighbour by the proxy': `proxied('CONNECT ${other}:8080 HTTP/1.1')`,
      'an address in disguise by the proxy': `proxied('CONNECT host.docker.internal:${allowedPort}@127.0.0.1:${secretPort} HTTP/1.1')`,
      'the cluster as its superuser': `startup('${cluster.username}', 'postgres')`,
      'the control database': `startup('${ROLE}', 'lapak_control')`,
      'the role of the API': `startup('lapak_control.api', 'db_x')`,
      "the engine's socket": `file(() => fs.statSync('/var/run/docker.sock'))`,
      'its own program': `file(() => fs.writeFileSync('/app/fake-runtime.ts', ''))`,
      'its own bot.env': `file(() => fs.appendFileSync('/etc/lapak/bot.env', 'A=1'))`,
      'a device': `file(() => fs.openSync('/dev/mem', 'r'))`,
    });
    expect(Object.keys(tried)).toHaveLength(30);
    expect(Object.entries(tried).filter(([, outcome]) => outcome === 'in')).toEqual([]);
  });

  test('locks nobody out of the cluster with 320 connections that say nothing', async () => {
    const flood = `new Promise((done) => {
      let open = 0;
      const sockets = Array.from({ length: 320 }, () => net.connect({ host: 'host.docker.internal', port: 7710 }));
      for (const socket of sockets) socket.on('error', () => {}).on('connect', () => (open += 1) === 320 && console.error('open'));
      setTimeout(done, 60_000);
    })`;
    const running = execa('docker', ['exec', '-i', hostile.name, 'node', '-'], {
      input: `${TOOLS} ${flood}`,
      reject: false,
      buffer: false,
    });
    try {
      await once(running.stderr as NodeJS.ReadableStream, 'data');
      const seen = await within(neighbour, { cluster: `startup('${ROLE}', 'db_x')` });
      expect(seen).toEqual({ cluster: 'in' });
      const superuser = new pg.Client({ connectionString: clusterUrl() });
      await superuser.connect();
      expect((await superuser.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
      await superuser.end();
    } finally {
      running.kill('SIGKILL');
      await running;
    }
  });

  test('finds the proxy back when somebody removed it', async () => {
    await docker.getContainer(`${NETWORK}-egress`).remove({ force: true });
    await driver.prepare?.();
    const ask = async () => within(neighbour, { cluster: `startup('${ROLE}', 'db_x')` });
    await expect.poll(ask, { timeout: 60_000 }).toEqual({ cluster: 'in' });
  });
});
