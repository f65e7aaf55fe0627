import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HealthReport } from '../../control-plane/api/contract/index.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';

const REAL = join(import.meta.dirname, '..', '..', 'tenant-runtime', 'main.ts');

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane({
    runtimeEntry: REAL,
    // A machine at its limits is not what this is about.
    env: { LAPAK_TENANT_READY_TIMEOUT: '90', HEALTH_CPU_THRESHOLD: '100', HEALTH_DISK_THRESHOLD: '100' },
  });
});
afterAll(() => plane.close());

test('the real runtime tells everything that is asked of it', async () => {
  const shop = await plane.api.open({ telegramBotToken: plane.newBot().token });
  const { body } = await plane.api.call<HealthReport>('POST', `/v1/tenants/${shop.store}/health`);
  expect(body.checks).toMatchObject({
    runtime: { result: 'ok' },
    intake: { result: 'ok', detail: expect.stringMatching(/^polled \d+ s ago$/) },
    telegram: { result: 'ok' },
    database: { result: 'ok', detail: 'answers' },
    queue: { result: 'ok', detail: 'nothing waits' },
    gateway: { result: 'ok', detail: 'takes payments' },
    memory: { result: 'ok', detail: expect.stringMatching(/^\d+ % of 256 MiB/) },
    logs: { result: 'ok' },
  });
  expect(body.checks.cpu?.result).not.toBe('unknown');
  const words = JSON.stringify(body);
  expect(words).not.toContain('postgres://');
});
