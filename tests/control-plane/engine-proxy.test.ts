import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import Docker from 'dockerode';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEngineProxy } from '../../control-plane/engine-proxy/proxy.ts';
import { containerOptions } from '../../control-plane/fleet/drivers/docker/container.ts';
import { egressContainer } from '../../control-plane/fleet/drivers/docker/egress.ts';
import { planNetwork } from '../../control-plane/fleet/drivers/index.ts';
import { makeSpec, tempFolder } from '../drivers/stores.ts';

const folder = tempFolder('lapak-engine-');
const DEPLOYMENTS = '/srv/lapak/deployments';
const plan = planNetwork('lapak-stores');
const NETWORK_ID = 'a'.repeat(64);
/** What reached the engine. */
const reached: string[] = [];
let engine: Server;
let proxy: Server;
let docker: Docker;

beforeAll(async () => {
  engine = createServer((request, response) => {
    request.resume();
    const { pathname } = new URL(request.url as string, 'http://engine');
    const inspected = /^\/containers\/([^/]+)\/json$/.exec(pathname)?.[1];
    const known: Record<string, object> = { ours: { 'lapak.tenant': 'warung' }, theirs: {} };
    response.setHeader('content-type', 'application/json');
    if (inspected) {
      const Labels = known[inspected];
      response.statusCode = Labels ? 200 : 404;
      response.end(JSON.stringify(Labels ? { Id: inspected, Config: { Labels } } : { message: 'none' }));
      return;
    }
    reached.push(`${request.method} ${pathname}`);
    response.end(JSON.stringify({ Id: 'made' }));
  });
  const socket = join(folder, 'engine.sock');
  proxy = createEngineProxy({ engine: socket, deployments: DEPLOYMENTS, log: pino({ level: 'silent' }) });
  const socketPath = join(folder, 'proxy.sock');
  await Promise.all([once(engine.listen(socket), 'listening'), once(proxy.listen(socketPath), 'listening')]);
  docker = new Docker({ socketPath });
});
afterAll(() => {
  proxy.close();
  engine.close();
});

async function store(): Promise<Docker.ContainerCreateOptions> {
  const spec = { ...(await makeSpec('runtime:1')), folder: `${DEPLOYMENTS}/bot-warung-qris` };
  return containerOptions(spec, { uid: 1000, gid: 1000 }, { networkId: NETWORK_ID, plan, aliases: [] });
}

const refused = { statusCode: 403 };

test('the calls of the driver pass: its containers, its network, and what it does with its own', async () => {
  reached.length = 0;
  await docker.createContainer(await store());
  const options = { image: 'runtime:1', database: '127.0.0.1:5432', databaseTls: false, databaseConnections: 10 };
  await docker.createContainer(
    egressContainer('lapak-stores-egress', plan, { ...options, allow: [], aliases: [] }, 'sha256:x'),
  );
  await docker.listContainers({ all: true });
  await docker.listNetworks();
  await docker.getContainer('ours').stop({ t: 3 });
  await docker.getContainer('ours').rename({ name: 'other' });
  await docker.getContainer('ours').exec({ Cmd: ['node', '-e', "process.kill(-1, 'SIGKILL')"] });
  await docker.getContainer('ours').remove({ force: true });
  await docker.getImage('lapak/tenant-runtime:latest').inspect();
  expect(reached).toEqual([
    'POST /containers/create',
    'POST /containers/create',
    'GET /containers/json',
    'GET /networks',
    'POST /containers/ours/stop',
    'POST /containers/ours/rename',
    'POST /containers/ours/exec',
    'DELETE /containers/ours',
    'GET /images/lapak/tenant-runtime:latest/json',
  ]);
});

test('what would lead out of a container is refused, and never reaches the engine', async () => {
  reached.length = 0;
  const changes: Record<string, (options: Docker.ContainerCreateOptions) => unknown> = {
    privileged: ({ HostConfig }) => Object.assign(HostConfig!, { Privileged: true }),
    'a capability': ({ HostConfig }) => Object.assign(HostConfig!, { CapAdd: ['SYS_ADMIN'] }),
    'all capabilities': ({ HostConfig }) => Object.assign(HostConfig!, { CapDrop: [] }),
    "this machine's root": ({ HostConfig }) => Object.assign(HostConfig!, { Binds: ['/:/host'] }),
    'a way up': ({ HostConfig }) => Object.assign(HostConfig!, { Binds: [`${DEPLOYMENTS}/../home:/app/logs`] }),
    'a mount by the other name': ({ HostConfig }) =>
      Object.assign(HostConfig!, { Mounts: [{ Type: 'bind', Source: '/', Target: '/host' }] }),
    "this machine's network": ({ HostConfig }) => Object.assign(HostConfig!, { NetworkMode: 'host' }),
    "another container's network": ({ HostConfig }) => Object.assign(HostConfig!, { NetworkMode: 'container:theirs' }),
    "this machine's processes": ({ HostConfig }) => Object.assign(HostConfig!, { PidMode: 'host' }),
    'a device': ({ HostConfig }) => Object.assign(HostConfig!, { Devices: [{ PathOnHost: '/dev/sda' }] }),
    'no confinement': ({ HostConfig }) => Object.assign(HostConfig!, { SecurityOpt: ['seccomp=unconfined'] }),
    root: (options) => Object.assign(options, { User: '0:0' }),
    'root by name': (options) => Object.assign(options, { User: 'root' }),
    'no label': (options) => Object.assign(options, { Labels: {} }),
    "the label of the egress proxy and a store's mounts": (options) =>
      Object.assign(options, { Labels: { 'lapak.egress': 'x' } }),
    'a port for everybody': ({ HostConfig }) =>
      Object.assign(HostConfig!, { PortBindings: { '8080/tcp': [{ HostIp: '0.0.0.0', HostPort: '80' }] } }),
  };
  for (const [name, change] of Object.entries(changes)) {
    const options = await store();
    change(options);
    await expect(docker.createContainer(options), name).rejects.toMatchObject(refused);
  }
  await expect(docker.getContainer('theirs').stop()).rejects.toMatchObject(refused);
  await expect(docker.getContainer('theirs').exec({ Cmd: ['sh'] })).rejects.toMatchObject(refused);
  await expect(docker.getContainer('ours').exec({ Cmd: ['node', '-e', ''], Privileged: true })).rejects.toMatchObject(
    refused,
  );
  await expect(docker.getContainer('ours').getArchive({ path: '/etc' })).rejects.toMatchObject(refused);
  await expect(docker.createVolume({ Name: 'x' })).rejects.toMatchObject(refused);
  await expect(docker.listServices()).rejects.toMatchObject(refused);
  expect(reached).toEqual([]);
});
