import pino from 'pino';
import { expect, test } from 'vitest';
import { createDockerDriver } from '../../control-plane/fleet/drivers/docker/driver.ts';
import { makeSpec } from './stores.ts';

test('an engine that does not answer is a fault that says so', async () => {
  const driver = createDockerDriver({ docker: { socketPath: '/nowhere/docker.sock' }, log: pino({ level: 'silent' }) });
  const refused = { code: 'DRIVER_UNAVAILABLE', message: expect.stringContaining('Is it running') };
  await expect(driver.ping()).rejects.toMatchObject(refused);
  await expect(driver.observeAll()).rejects.toMatchObject(refused);
  await expect(driver.ensure(await makeSpec('lapak-fake-runtime:ci'))).rejects.toMatchObject(refused);
  await driver.close();
});
