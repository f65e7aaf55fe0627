import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HOST_EVENT, type HostedSpec } from '../../kernel/host-protocol.ts';
import { hostHere, spawnHost, TOKEN, tempFolder } from '../support/host.ts';
import { freePorts } from '../support/ports.ts';
import { fakeStores } from './fakes.ts';

let folder: Awaited<ReturnType<typeof tempFolder>>;
let fakes: ReturnType<typeof fakeStores>;
let host: Awaited<ReturnType<typeof hostHere>>;
const FAKE = 'tests/drivers/fake-host.ts';
const openHost = () => hostHere(folder.path, { openStore: fakes.openStore });
beforeEach(async () => {
  folder = await tempFolder();
  fakes = fakeStores();
  host = await openHost();
});
afterEach(async () => {
  fakes.release();
  await host.stop();
  await folder.remove();
});

async function specOf(changes: Partial<HostedSpec> = {}): Promise<HostedSpec> {
  const [telegram, pakasir] = (await freePorts(2)) as [number, number];
  return { folder: folder.path, generation: 1, specHash: 'first', ports: { telegram, pakasir }, ...changes };
}
const says = async (port: number, path = '/') =>
  (await fetch(`http://127.0.0.1:${port}${path}`, { keepalive: false })).text();

test('nobody without the token commands the host, and no body of theirs is read', async () => {
  const { telegramPort } = host.ports;
  for (const authorization of [undefined, 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`]) {
    const status = await new Promise((resolve, reject) => {
      const asking = request({
        port: telegramPort,
        host: '127.0.0.1',
        method: 'PUT',
        path: '/_host/stores/sari',
        headers: {
          'content-length': '100',
          'content-type': 'application/json',
          ...(authorization ? { authorization } : {}),
        },
      });
      asking.on('response', (answer) => resolve(answer.resume().statusCode));
      asking.on('error', reject);
      // The body never comes.
      asking.flushHeaders();
    });
    expect(status).toBe(401);
  }
  expect((await fetch(`http://127.0.0.1:${host.ports.pakasirPort}/_host/stores`)).status).toBe(404);
  expect((await fetch(`http://127.0.0.1:${telegramPort}/readyz`)).status).toBe(200);
});

test('what is not understood is refused with the reason', async () => {
  const spec = await specOf();
  for (const [path, body, reason] of [
    ['/stores/sari', { ...spec, folder: 'relative' }, 'folder'],
    ['/stores/sari', { ...spec, ports: { telegram: 0, pakasir: 1 } }, 'ports.telegram'],
    ['/stores/Sari', spec, 'store: expected a store slug'],
    ['/stores/..%2Fetc', spec, 'store: expected a store slug'],
  ] as const) {
    const answer = await host.ask('PUT', path, body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(reason);
  }
  expect((await host.ask('POST', '/stores/sari/stop', { graceSeconds: -1 })).status).toBe(400);
  expect((await host.ask('POST', '/stores/sari/stop', { graceSeconds: 1 })).status).toBe(404);
  expect((await host.ask('DELETE', '/stores/sari')).status).toBe(204);
  expect(await (await host.ask('GET', '/stores')).json()).toEqual({ code: 'of this test', stores: [] });
});

test('many calls at once start a store once; the same spec leaves it alone, another replaces it, the old one first', async () => {
  const spec = await specOf();
  const seen = await Promise.all(Array.from({ length: 5 }, () => host.of('PUT', '/stores/sari', spec)));
  expect(new Set(seen.map(({ run }) => run)).size).toBe(1);
  const same = await host.of('PUT', '/stores/sari', { ...spec, generation: 2 });
  expect(same).toMatchObject({ run: seen[0]!.run, generation: 2, state: 'running' });
  const other = await host.of('PUT', '/stores/sari', { ...spec, generation: 3, specHash: 'second' });
  expect(other).toMatchObject({ generation: 3, specHash: 'second', state: 'running', restarts: 0 });
  expect(fakes.life).toEqual(['sari start', 'sari stop', 'sari start']);
  expect(await says(spec.ports.telegram)).toBe('sari telegram /');
  expect(await says(spec.ports.pakasir)).toBe('sari pakasir /');
  expect(await says(host.ports.telegramPort, '/sari/a/b?c=/d')).toBe('sari telegram /a/b?c=/d');
  expect(await says(host.ports.pakasirPort, '/sari/a')).toBe('sari pakasir /a');
});

test('a store that was stopped stays so over a restart of the host, and the others come back', async () => {
  for (const store of ['sari', 'budi', 'tono']) await host.of('PUT', `/stores/${store}`, await specOf());
  expect(await host.of('POST', '/stores/budi/stop', { graceSeconds: 5 })).toMatchObject({ state: 'exited' });
  expect((await host.ask('DELETE', '/stores/tono')).status).toBe(204);
  await host.stop();
  host = await openHost();
  await expect.poll(async () => (await host.of('GET', '/stores/sari')).state).toBe('running');
  expect(await host.of('GET', '/stores/budi')).toMatchObject({ state: 'exited' });
  expect((await host.ask('GET', '/stores/tono')).status).toBe(404);
  expect((await host.of('PUT', '/stores/budi', await specOf())).state).toBe('running');
});

test('what happens to stores is told to whoever listens', async () => {
  const answer = await host.ask('GET', '/events');
  const heard: string[] = [];
  const listening = (async () => {
    let text = '';
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop()!;
      for (const line of lines) {
        const { store, kind } = HOST_EVENT.parse(JSON.parse(line));
        heard.push(`${store} ${kind}`);
      }
    }
  })();
  await host.of('PUT', '/stores/sari', await specOf());
  await host.of('POST', '/stores/sari/kill');
  await expect.poll(() => heard).toEqual(['sari started', 'sari exited', 'sari started']);
  await host.ask('DELETE', '/stores/sari');
  await expect.poll(() => heard.slice(3)).toEqual(['sari exited', 'sari removed']);
  await host.stop();
  await listening;
  host = await openHost();
});

test('a store that cannot go on is started again, and no other is touched', async () => {
  const [sari, budi] = [await specOf(), await specOf()];
  await host.of('PUT', '/stores/sari', sari);
  const other = await host.of('PUT', '/stores/budi', budi);
  fakes.fail('sari', 'lost');
  await expect.poll(() => host.of('GET', '/stores/sari')).toMatchObject({ state: 'running', restarts: 1 });
  expect((await host.of('GET', '/stores/sari')).exit?.error).toBe('lost');
  expect(await says(sari.ports.telegram)).toBe('sari telegram /');
  expect((await host.of('GET', '/stores/budi')).run).toBe(other.run);
  expect(fakes.life).toEqual(['sari start', 'budi start', 'sari abandon', 'sari start']);
});

test('a port that is taken is said, and the store comes once it is free', async () => {
  const sari = await specOf();
  await host.of('PUT', '/stores/sari', sari);
  const second = await host.of('PUT', '/stores/budi', { ...(await specOf()), ports: sari.ports });
  expect(second.exit?.error).toContain('EADDRINUSE');
  await host.ask('DELETE', '/stores/sari');
  await expect.poll(async () => (await host.of('GET', '/stores/budi')).state).toBe('running');
  expect(await says(sari.ports.telegram)).toBe('budi telegram /');
});

test('at most eight start at once, and those that hang let the others through', async () => {
  fakes.hold();
  const specs = await Promise.all(Array.from({ length: 9 }, () => specOf()));
  const asked = specs.map((spec, n) => host.of('PUT', `/stores/toko${n}`, spec));
  await expect.poll(() => fakes.starting.size).toBe(8);
  expect((await host.of('GET', '/stores/toko8')).state).toBe('starting');
  expect(fakes.starting.has('toko8')).toBe(false);
  // A start that waits for its database, or for another runtime, holds its place for a while and not for ever.
  await expect.poll(() => fakes.starting.has('toko8')).toBe(true);
  fakes.release();
  expect((await Promise.all(asked)).map(({ state }) => state)).toEqual(Array(9).fill('running'));
});

test('a stop ends a start that hangs, and lets a request at work finish', async () => {
  fakes.hold();
  const sari = await specOf();
  const asked = host.of('PUT', '/stores/sari', sari);
  await expect.poll(() => fakes.starting.size).toBe(1);
  expect(await host.of('POST', '/stores/sari/stop', { graceSeconds: 1 })).toMatchObject({ state: 'exited' });
  expect((await asked).state).not.toBe('running');
  expect(fakes.life).toEqual(['sari stop']);
  fakes.release();
  await host.of('PUT', '/stores/sari', sari);
  const slow = fakes.holdRequests();
  const atWork = says(host.ports.telegramPort, '/sari/slow');
  await expect.poll(() => slow.waiting()).toBe(1);
  const stopping = host.of('POST', '/stores/sari/stop', { graceSeconds: 30 });
  await expect.poll(async () => (await fetch(`http://127.0.0.1:${host.ports.telegramPort}/sari/x`)).status).toBe(503);
  slow.release();
  expect(await atWork).toBe('sari telegram /slow');
  expect(await stopping).toMatchObject({ state: 'exited' });
});

test('a flood of connections to one store leaves places to the others and to the host', async () => {
  const [sari, budi] = [await specOf(), await specOf()];
  await host.of('PUT', '/stores/sari', sari);
  await host.of('PUT', '/stores/budi', budi);
  const slow = fakes.holdRequests();
  const flood: Socket[] = [];
  for (let n = 0; n < 400; n += 1) {
    const socket = connect({ port: sari.ports.telegram, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
    flood.push(socket);
  }
  await expect.poll(() => slow.waiting()).toBe(256);
  // What is at work by the port counts for its path, too.
  expect((await fetch(`http://127.0.0.1:${host.ports.telegramPort}/sari/x`)).status).toBe(503);
  expect(await says(budi.ports.telegram)).toBe('budi telegram /');
  expect(await says(host.ports.telegramPort, '/budi/')).toBe('budi telegram /');
  expect((await host.of('GET', '/stores/sari')).state).toBe('running');
  slow.release();
  for (const socket of flood) socket.destroy();
  await expect.poll(() => says(host.ports.telegramPort, '/sari/x')).toBe('sari telegram /x');
});

test('a connection that says nothing is closed by itself, and a path leads out of no store', async () => {
  const sari = await specOf();
  await host.of('PUT', '/stores/sari', sari);
  await host.of('PUT', '/stores/budi', await specOf());
  const silent = connect({ port: sari.ports.telegram, host: '127.0.0.1', allowHalfOpen: true });
  const closed = new Promise((resolve) => silent.once('end', resolve));
  silent.resume();
  await closed;
  silent.destroy();
  for (const [path, answer] of [
    ['/sari/../budi/x', 'sari telegram /../budi/x'],
    ['/sari/budi/x', 'sari telegram /budi/x'],
    ['//sari/x', '{"error":"NOT_FOUND"}'],
    ['/sari', '{"error":"NOT_FOUND"}'],
    ['/sari%2Fx', '{"error":"NOT_FOUND"}'],
    ['/SARI/x', '{"error":"NOT_FOUND"}'],
  ] as const) {
    expect(await raw(host.ports.telegramPort, path)).toBe(answer);
  }
});

/** Asks for a path as it is written. */
function raw(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = request({ port, host: '127.0.0.1', path, agent: false }, async (answer) => {
      let text = '';
      for await (const chunk of answer) text += chunk;
      resolve(text);
    });
    asking.on('error', reject);
    asking.end();
  });
}

test('a fault that nobody caught ends the host, after a report of every store, and is known for that of its store', async () => {
  const shard = await tempFolder();
  const stores = [await tempFolder(), await tempFolder()];
  const ports = await freePorts(2);
  const other = await spawnHost(shard.path, ports, { entry: FAKE });
  for (const [n, { path }] of stores.entries()) {
    await writeFile(join(path, 'bot.env'), `STORE_SLUG=toko${n}\n`);
    await other.of('PUT', `/stores/toko${n}`, await specOf({ folder: path }));
  }
  await says(other.ports.telegramPort, '/toko0/throw').catch(() => undefined);
  expect(await other.exited).toEqual({ code: 1, signal: null });
  for (const { path } of stores) {
    expect(await readFile(join(path, 'logs', 'runtime', 'output.log'), 'utf8')).toContain('crash report');
  }
  // Its successor knows which of them it was.
  const next = await spawnHost(shard.path, ports, { entry: FAKE });
  const ended = (error: string) => ({ state: 'running', restarts: 1, exit: { error } });
  await expect.poll(() => next.of('GET', '/stores/toko0')).toMatchObject(ended('ended its host: nobody catches this'));
  await expect.poll(() => next.of('GET', '/stores/toko1')).toMatchObject(ended('the host ended'));
  next.kill('SIGTERM');
  await next.exited;
  for (const { remove } of [shard, ...stores]) await remove();
});

test.each([
  ['the spec that was asked for runs, not the former', 'host.intended', 'second', 'running'],
  ['a store that was being stopped is stopped', 'host.stopping', 'first', 'exited'],
])('when the host dies in a change, afterwards %s', async (_, failpoint, specHash, state) => {
  const [shard, store, ports] = [await tempFolder(), await tempFolder(), await freePorts(2)];
  await writeFile(join(store.path, 'bot.env'), 'STORE_SLUG=toko\n');
  const spec = await specOf({ folder: store.path });
  const first = await spawnHost(shard.path, ports, { entry: FAKE });
  await first.of('PUT', '/stores/toko', spec);
  first.kill('SIGTERM');
  expect(await first.exited).toEqual({ code: 0, signal: null });
  const second = await spawnHost(shard.path, ports, { entry: FAKE, failpoint });
  const [path, body] = state === 'running' ? ['', { ...spec, specHash: 'second' }] : ['/stop', { graceSeconds: 5 }];
  await second.ask(path ? 'POST' : 'PUT', `/stores/toko${path}`, body).catch(() => undefined);
  expect(await second.exited).toEqual({ code: null, signal: 'SIGKILL' });
  const third = await spawnHost(shard.path, ports, { entry: FAKE });
  await expect.poll(() => third.of('GET', '/stores/toko')).toMatchObject({ specHash, state });
  third.kill('SIGTERM');
  await third.exited;
  for (const { remove } of [shard, store]) await remove();
});
