import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { expect, test } from 'vitest';
import { containerOptions, isOurs, LABELS } from '../../control-plane/fleet/drivers/docker/container.ts';
import { createDockerDriver } from '../../control-plane/fleet/drivers/docker/driver.ts';
import { planNetwork } from '../../control-plane/fleet/drivers/docker/network-plan.ts';
import { makeSpec } from './stores.ts';

const USER = { uid: 1, gid: 1 };
const PLACE = { networkId: 'n1', plan: planNetwork('lapak-stores'), aliases: undefined };

test('an engine that does not answer is a fault that says so', async () => {
  const driver = createDockerDriver({ docker: { socketPath: '/nowhere/docker.sock' }, log: pino({ level: 'silent' }) });
  const refused = { code: 'DRIVER_UNAVAILABLE', message: expect.stringContaining('Is it running') };
  await expect(driver.ping()).rejects.toMatchObject(refused);
  await expect(driver.observeAll()).rejects.toMatchObject(refused);
  await expect(driver.ensure(await makeSpec('lapak-fake-runtime:ci'))).rejects.toMatchObject(refused);
  await driver.close();
});

test("a container is its control plane's, and one of before there was that label is anybody's", async () => {
  const spec = await makeSpec('lapak-fake-runtime:ci');
  const { Labels } = containerOptions(spec, USER, PLACE, 'first');
  expect(Labels?.[LABELS.tenant]).toBe(spec.store);
  expect([isOurs(Labels, 'first'), isOurs(Labels, 'second'), isOurs(Labels, undefined)]).toEqual([true, false, true]);
  expect(isOurs(containerOptions(spec, USER, PLACE).Labels, 'second')).toBe(true);
});

/* An engine that holds one container of another control plane, and writes down what it is asked. */
test('the containers of another control plane are neither seen nor touched', async () => {
  const spec = await makeSpec('lapak-fake-runtime:ci');
  const strange = { ...containerOptions(spec, USER, PLACE, 'other').Labels };
  const asked: string[] = [];
  const engine = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`);
    const one = { Id: 'c1', Names: [`/${spec.name}`], Labels: strange, State: 'running', Status: 'Up', Created: 1 };
    answer.setHeader('content-type', 'application/json');
    if (request.url?.includes('/containers/json')) answer.end(JSON.stringify([one]));
    else answer.end(JSON.stringify({ Id: 'c1', Name: `/${spec.name}`, Config: { Labels: strange } }));
  });
  await once(engine.listen(0, '127.0.0.1'), 'listening');
  const { port } = engine.address() as AddressInfo;
  const docker = { host: '127.0.0.1', port, protocol: 'http' as const };
  const driver = createDockerDriver({ docker, installation: 'mine', log: pino({ level: 'silent' }) });
  expect(await driver.observeAll()).toEqual([]);
  expect(await driver.observe(spec.store)).toMatchObject({ state: 'missing' });
  await driver.stop(spec.store);
  await driver.remove(spec.store);
  await expect(driver.ensure(spec)).rejects.toMatchObject({
    code: 'DRIVER_UNAVAILABLE',
    message: expect.stringContaining('(it is of the control plane other)'),
  });
  expect(asked.filter((call) => !call.startsWith('GET '))).toEqual([]);
  await driver.close();
  engine.close();
});

/* An engine that answers, and has neither images nor containers. */
test('an image that the engine does not have is no engine that does not answer', async () => {
  const spec = await makeSpec('shop:1');
  const engine = createServer((request, answer) => {
    answer.setHeader('content-type', 'application/json');
    if (!request.url?.includes('/containers/json')) answer.statusCode = 404;
    answer.end(answer.statusCode === 404 ? JSON.stringify({ message: 'No such image' }) : '[]');
  });
  await once(engine.listen(0, '127.0.0.1'), 'listening');
  const { port } = engine.address() as AddressInfo;
  const docker = { host: '127.0.0.1', port, protocol: 'http' as const };
  const driver = createDockerDriver({ docker, log: pino({ level: 'silent' }) });
  const missing = (said: string) => ({
    code: 'IMAGE_NOT_FOUND',
    message: expect.stringContaining(said),
    details: { reason: 'image_missing', image: 'shop:1' },
  });
  await expect(driver.image('shop:1')).rejects.toMatchObject(missing('docker pull shop:1'));
  await expect(driver.ensure(spec)).rejects.toMatchObject(missing('docker load'));
  const pinned = { ...spec, imageId: 'sha256:aaaa' };
  await expect(driver.ensure(pinned)).rejects.toMatchObject(missing('sha256:aaaa, which shop:1 stood for'));
  await driver.close();
  engine.close();
});
