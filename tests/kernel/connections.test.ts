import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createAddressLimits } from '../../kernel/address-limits.ts';
import { boundHttpConnections, type ConnectionBounds } from '../../kernel/connections.ts';
import { eventually } from '../control-plane/support/eventually.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function listen(bounds: ConnectionBounds, answer?: Promise<void>, onRequest = () => {}): Promise<number> {
  const server = createServer(async (_request, response) => {
    onRequest();
    await answer;
    response.end('served');
  });
  boundHttpConnections(server, bounds);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function from(localAddress: string, port: number, text = ''): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => {});
  await once(socket, 'connect');
  if (text) socket.write(text);
  return socket;
}

const REQUEST = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';

async function isServed(localAddress: string, port: number): Promise<boolean> {
  const socket = await from(localAddress, port, REQUEST);
  const answer = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  socket.destroy();
  return String(answer[0]).includes('served');
}

test('260 silent connections of one address keep out neither others nor that address', async () => {
  const port = await listen({ perAddress: 32, total: 256 });
  const silent = await Promise.all(Array.from({ length: 260 }, () => from('127.0.0.9', port)));
  expect(await isServed('127.0.0.10', port)).toBe(true);
  expect(await isServed('127.0.0.9', port)).toBe(true);
  await eventually(() => expect(silent.filter(({ destroyed }) => !destroyed).length).toBeLessThanOrEqual(32));
});

test('where the total is full, whoever holds most makes room', async () => {
  const port = await listen({ perAddress: 32, total: 40 });
  const modest = await from('127.0.0.10', port);
  await Promise.all(Array.from({ length: 60 }, (_, at) => from(`127.0.0.${20 + (at % 2)}`, port)));
  expect(await isServed('127.0.0.11', port)).toBe(true);
  expect(modest.destroyed).toBe(false);
});

test('what is at work is not ended for a newcomer', async () => {
  const answer = Promise.withResolvers<void>();
  let requests = 0;
  const port = await listen({ perAddress: 2, total: 10 }, answer.promise, () => (requests += 1));
  const working = await Promise.all([1, 2].map(() => from('127.0.0.9', port, REQUEST)));
  const answers = working.map((socket) => once(socket, 'data'));
  await eventually(() => expect(requests).toBe(2));
  const third = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.9' });
  third.on('error', () => {});
  await once(third, 'close');
  answer.resolve();
  for (const [text] of await Promise.all(answers)) expect(String(text)).toContain('served');
});

test('a shared address has as many as there are in all', async () => {
  const port = await listen({ perAddress: 2, total: 50, shared: (address) => address === '127.0.0.1' });
  const many = await Promise.all(Array.from({ length: 30 }, () => from('127.0.0.1', port)));
  expect(await isServed('127.0.0.1', port)).toBe(true);
  expect(many.filter(({ destroyed }) => destroyed)).toEqual([]);
});

test('an address has its share of requests, which comes back with time, and takes nothing from another', () => {
  let now = 0;
  const limits = createAddressLimits({ atWork: 2, burst: 3, perSecond: 1 }, () => now);
  const [first, second] = [limits.enter('a'), limits.enter('a')];
  expect(limits.enter('a')).toBeUndefined();
  expect(limits.enter('b')).toBeTypeOf('function');
  first?.();
  first?.();
  second?.();
  expect(limits.enter('a')).toBeTypeOf('function');
  expect(limits.enter('a')).toBeUndefined();
  now = 1_000;
  expect(limits.enter('a')).toBeTypeOf('function');
});
