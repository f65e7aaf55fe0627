import { join } from 'node:path';
import Docker from 'dockerode';
import { execa } from 'execa';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDockerDriver } from '../../control-plane/fleet/drivers/index.ts';
import { readCrash } from '../../control-plane/monitoring/health/crash-report.ts';
import { judge, WELL } from '../../control-plane/monitoring/health/judge.ts';
import { crashText } from '../../control-plane/monitoring/health/messages.ts';
import { shortId } from '../../kernel/ids.ts';
import { eventually, makeSpec, say, TOKEN, whoAnswers } from '../drivers/stores.ts';
import { BASE_IMAGE, dockerAvailable } from '../support/docker.ts';

const IMAGE = 'lapak-fake-runtime-health:ci';
const available = await dockerAvailable(BASE_IMAGE);
const network = `lapak-test-${shortId(6)}`;

describe.skipIf(!available.available)('a store that runs out of memory in a container', () => {
  beforeAll(async () => {
    const folder = join(import.meta.dirname, '..', 'drivers');
    const args = ['build', '--quiet', '--build-arg', `BASE_IMAGE=${BASE_IMAGE}`, '-t', IMAGE, folder];
    await execa('docker', args, { env: { DOCKER_BUILDKIT: '0' } });
  });
  afterAll(() => new Docker().getNetwork(network).remove());

  test('is back at once by the engine, and counted; what would be told of it is what it was, without its secrets', async () => {
    const driver = createDockerDriver({ network, log: pino({ level: 'silent' }) });
    const spec = await makeSpec(IMAGE);
    spec.limits.memoryMb = 100;
    const leave = new AbortController();
    driver.events(leave.signal);
    try {
      await driver.ensure(spec);
      await whoAnswers(spec);
      await say(spec, `/say/${TOKEN}`);
      await say(spec, '/hoard/buffers').catch(() => {});
      await eventually(async () => (await driver.observe(spec.store)).exit?.outOfMemory === true);
      await whoAnswers(spec);
      const seen = await driver.observe(spec.store);
      const findings = { runtime: { result: 'ok' as const, fact: { kind: 'running' as const, restarts: 1 } } };
      expect(judge(WELL, { findings, seen }, new Date(), null)).toMatchObject({
        failing: [],
        memory: { crashes: 1, failures: { runtime: 1 } },
      });
      const told = crashText(await readCrash(driver, seen, { reason: null, secrets: async () => [TOKEN] }));
      expect(told).toMatch(/^ran out of memory \(exit code 137\); now running\.\n/);
      expect(told).toContain('[redacted]');
      expect(told).not.toContain(TOKEN);
    } finally {
      leave.abort();
      await driver.remove(spec.store);
      await driver.close();
    }
  });
});
