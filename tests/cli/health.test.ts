import { expect, test } from 'vitest';
import type { HealthReport } from '../../control-plane/api/contract/index.ts';
import { runCli } from './support/cli.ts';
import { aTenant, contractServer, json, problem } from './support/contract-server.ts';

const report = (changes: Partial<HealthReport> = {}): HealthReport => ({
  id: 7,
  at: '2026-05-02T03:04:05.000Z',
  occasion: 'schedule',
  ok: true,
  durationMs: 1010,
  checks: { runtime: { result: 'ok', detail: 'running' }, queue: { result: 'unknown', detail: 'it does not tell' } },
  ...changes,
});
const bad = report({ ok: false, checks: { intake: { result: 'fail', detail: 'polls are not\nanswered' } } });

test('without a store each is listed with its last check and why it is degraded', async () => {
  const server = await contractServer();
  const well = aTenant({ store: 'sari', health: { at: report().at, ok: true, reason: null } });
  const ill = aTenant({
    state: 'degraded',
    reason: 'queue: 3 undelivered',
    health: { at: bad.at, ok: false, reason: '' },
  });
  const tenants = [well, ill, aTenant({ store: 'new' })];
  server.on('GET /v1/tenants', (_, response) => json(response, 200, { tenants, nextCursor: null }));
  const ran = await runCli(['health'], { env: server.env });
  expect(ran.code).toBe(0);
  const rows = ran.stdout.trim().split('\n');
  expect(rows[0]).toMatch(/^STORE +STATE +LAST CHECK +REASON$/);
  expect(rows[1]).toMatch(/^sari +running +ok, /);
  expect(rows[2]).toMatch(/^warung +degraded +not ok, .* queue: 3 undelivered$/);
  expect(rows[3]).toMatch(/^new +running +-$/);
});

test('the history of a store says what was wrong', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants/warung/health', (_, response) =>
    json(response, 200, { reports: [bad, report()], nextCursor: null }),
  );
  const { stdout } = await runCli(['health', 'warung'], { env: server.env });
  expect(stdout).toMatch(/schedule +not ok +intake: polls are not answered\n/);
  const { stdout: document } = await runCli(['health', 'warung', '--json'], { env: server.env });
  expect(JSON.parse(document)).toEqual({ reports: [bad, report()] });
});

test('a check now shows each finding, and its exit code says whether all is well', async () => {
  const server = await contractServer();
  let answer = report();
  server.on('POST /v1/tenants/warung/health', (_, response) => json(response, 200, answer));
  const well = await runCli(['health', 'warung', '--now'], { env: server.env });
  expect([well.code, well.stdout]).toEqual([0, expect.stringMatching(/^queue +unknown +it does not tell$/m)]);
  answer = bad;
  const ill = await runCli(['health', 'warung', '--now'], { env: server.env });
  expect([ill.code, ill.stdout]).toEqual([1, expect.stringMatching(/^intake +FAIL +polls are not answered$/m)]);
  server.on('POST /v1/tenants/warung/health', (_, response) =>
    problem(response, 409, 'TENANT_STATE_CONFLICT', 'The store warung is stopped.'),
  );
  expect((await runCli(['health', 'warung', '--now'], { env: server.env })).code).toBe(4);
  expect((await runCli(['health', '--now'], { env: server.env })).code).toBe(2);
});
