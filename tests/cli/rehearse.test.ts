import { expect, test } from 'vitest';
import type { Operation } from '../../control-plane/api/contract/index.ts';
import { runCli } from './support/cli.ts';
import { anOperation, contractServer, events, json } from './support/contract-server.ts';
import { hasTerminals, startInTerminal } from './support/terminal.ts';

const FOUND = {
  token: 'ok: @warung_bot',
  space: 'warning: 3 % is left To fix: Make room.',
  'unpaid payment': 'failed: Pakasir makes no invoice To fix: Check PAKASIR_API_KEY.',
  'paid payment': 'left out: the project takes real money',
};

/** A rehearsal that went through these lines, and whose report failed. */
function rehearsed(): Operation {
  const states = { token: 'succeeded', space: 'succeeded', 'unpaid payment': 'succeeded', report: 'failed' } as const;
  const operation = anOperation(
    { ...states, 'paid payment': 'skipped' },
    {
      kind: 'rehearse',
      state: 'failed',
      error: { code: 'REHEARSAL_FAILED', message: 'Not ready to open: unpaid payment. The report: /srv/r.md' },
      finishedAt: '2026-05-02T03:04:09Z',
    },
  );
  const found: Record<string, string> = FOUND;
  return { ...operation, steps: operation.steps.map((step) => ({ ...step, detail: found[step.name] ?? null })) };
}

async function server() {
  const made = await contractServer();
  made.on('POST /v1/tenants/warung/rehearse', (_, response) =>
    json(response, 202, { operation: anOperation({ token: 'pending' }, { kind: 'rehearse' }) }),
  );
  made.on('GET /v1/operations/op1', (_, response) => json(response, 200, rehearsed()));
  made.on('GET /v1/operations/op1/events', (_, response) => {
    events(response)(1, rehearsed());
    response.end();
  });
  return made;
}

test('each line carries the mark of what it found, now and when the operation is shown again', async () => {
  const { env } = await server();
  const ran = await runCli(['tenant', 'rehearse', 'warung', '--yes'], { env });
  expect(ran.code).toBe(1);
  const shown = await runCli(['operation', 'show', 'op1'], { env });
  for (const text of [ran.stderr, shown.stdout]) {
    expect(text).toContain('✓ token: ok: @warung_bot');
    expect(text).toContain('! space: warning: 3 % is left');
    expect(text).toContain('✗ unpaid payment: failed: Pakasir makes no invoice');
    expect(text).toContain('- paid payment: left out: the project takes real money');
  }
  expect(ran.stdout).toContain('rehearse of warung: failed at report');
  expect(ran.stdout).toContain('Not ready to open: unpaid payment. The report: /srv/r.md [REHEARSAL_FAILED]');
  expect(ran.stderr).toContain('Once all is fixed, rehearse again: lapak operation retry op1');
});

test('with --json the findings are in the one document, and the exit code tells', async () => {
  const { env } = await server();
  const ran = await runCli(['tenant', 'rehearse', 'warung', '--yes', '--json'], { env });
  expect(ran.code).toBe(1);
  expect(JSON.parse(ran.stdout)).toEqual({ operation: rehearsed() });
});

test('a step of another kind of operation is judged by its state alone', async () => {
  const made = await contractServer();
  const other = { ...rehearsed(), kind: 'backup' as const };
  made.on('GET /v1/operations/op1', (_, response) => json(response, 200, other));
  const { stdout } = await runCli(['operation', 'show', 'op1'], { env: made.env });
  expect(stdout).toContain('✓ unpaid payment: failed: Pakasir');
});

test('what nobody can confirm is refused, and says how to confirm it', async () => {
  const { env, seen } = await server();
  const ran = await runCli(['tenant', 'rehearse', 'warung'], { env });
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toContain('lapak tenant rehearse warung --yes');
  expect(seen).toEqual([]);
});

test.skipIf(!hasTerminals).each([
  { typed: 'warung', code: 0, asked: 1 },
  { typed: 'toko', code: 1, asked: 0 },
])('on a terminal $typed is typed to confirm it', async ({ typed, code, asked }) => {
  const { env, seen } = await server();
  const terminal = startInTerminal(['tenant', 'rehearse', 'warung', '--no-wait'], env);
  await terminal.answer(/Type warung to go on/, typed);
  expect(await terminal.done).toMatchObject({ code });
  expect(seen).toHaveLength(asked);
});
