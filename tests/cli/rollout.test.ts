import { expect, test } from 'vitest';
import type { Shown } from '../control-plane/rollouts/support.ts';
import { runCli, startCli } from './support/cli.ts';
import { type ContractServer, contractServer, json } from './support/contract-server.ts';

const AT = '2026-05-02T03:04:05.000Z';

function aRollout(changes: Partial<Shown> = {}): Shown {
  return {
    id: 'ro1',
    state: 'running',
    change: { kind: 'restart' },
    reason: null,
    requestedBy: 'key:a',
    waves: [
      { name: 'canary', stores: 1, done: 0, failed: 0 },
      { name: 'rest', stores: 2, done: 0, failed: 0 },
    ],
    at: 0,
    counts: { waiting: 2, running: 1, succeeded: 0, failed: 0, skipped: 0, reverted: 0 },
    total: 3,
    createdAt: AT,
    finishedAt: null,
    ...changes,
  };
}
const DONE = aRollout({
  state: 'succeeded',
  finishedAt: AT,
  at: 1,
  counts: { waiting: 0, running: 0, succeeded: 2, failed: 1, skipped: 0, reverted: 0 },
});

/** A control plane that has accepted a rollout, and shows it as these answers say, the last one for ever. */
async function accepting(...answers: (Shown | 'away')[]): Promise<ContractServer> {
  const server = await contractServer();
  server.on('POST /v1/rollouts', (_, response) => json(response, 202, aRollout()));
  server.on('GET /v1/rollouts/ro1', (_, response) => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === 'away') response.destroy();
    else json(response, 200, answer);
  });
  server.on('GET /v1/rollouts/ro1/stores', (_, response) =>
    json(response, 200, {
      stores: [{ store: 'ani', wave: 1, state: 'failed', operation: 'op1', detail: 'It did not serve.\nlast lines' }],
      nextCursor: null,
    }),
  );
  return server;
}

test('what is asked for is what the options say, and nothing else', async () => {
  const server = await accepting(DONE);
  const ask = async (line: string) => {
    expect(await runCli(`rollout start ${line} --no-wait`.split(' '), { env: server.env })).toMatchObject({
      code: 0,
      stdout: 'ro1\n',
    });
    return JSON.parse(server.seen.at(-1)?.body ?? '');
  };
  const asked = await ask('--image good:2 ani budi --canary 2 --bake 60 --waves 5,20 --per-machine 3 --max-failures 0');
  expect(asked).toEqual({
    change: { kind: 'image', image: 'good:2' },
    target: { stores: ['ani', 'budi'] },
    ...{ canary: 2, bakeSeconds: 60, waves: [5, 20], perMachine: 3, maxFailures: 0 },
  });
  const defaults = { canary: 1, bakeSeconds: 30, waves: [10, 50], perMachine: 4, maxFailures: 2 };
  expect(await ask('--set LOG_LEVEL=debug --unset BACKUP_TIME --memory 512m --all')).toEqual({
    change: { kind: 'configuration', env: { LOG_LEVEL: 'debug', BACKUP_TIME: null }, limits: { memoryMb: 512 } },
    target: { all: true },
    ...defaults,
  });
  expect(await ask('--set LOG_LEVEL=debug --unset BACKUP_TIME --unset BOT_TIMEZONE ani budi')).toMatchObject({
    change: { env: { LOG_LEVEL: 'debug', BACKUP_TIME: null, BOT_TIMEZONE: null } },
    target: { stores: ['ani', 'budi'] },
  });
  expect(await ask('--suspend --all --state degraded,failed')).toMatchObject({
    change: { kind: 'suspend' },
    target: { all: true, states: ['degraded', 'failed'] },
  });
});

test('no change, several, no store, or what does not go together are bad usage, and ask for nothing', async () => {
  const server = await accepting(DONE);
  const bad = [
    '--all',
    '--restart --backup --all',
    '--restart',
    '--restart ani --all',
    '--restart ani --state failed',
    '--restart --all --state sleepy',
    '--unset log-level --all',
    '--restart --all --without-backup',
    '--restart --all --reason x',
    '--restart --all --waves 50,10',
    '--restart --all --waves ten',
    '--restart --all --per-machine 0',
    '--restart Ani',
    '--set PAKASIR_API_KEY=secret-of-somebody --all',
  ];
  for (const line of bad) {
    const ran = await runCli(`rollout start ${line}`.split(' '), { env: server.env });
    expect([line, ran.code, ran.stdout]).toEqual([line, 2, '']);
    expect(ran.stderr).not.toContain('secret-of-somebody');
  }
  expect(server.seen).toEqual([]);
});

test('it is followed through a restart of the control plane; stores that failed make the exit code 1', async () => {
  const server = await accepting('away', aRollout({ at: 1 }), DONE);
  const ran = await runCli(['rollout', 'start', '--restart', '--all'], { env: server.env });
  expect(ran).toMatchObject({
    code: 1,
    stdout: '✗ rollout ro1 succeeded: 2 succeeded, 1 failed\n  ani: It did not serve.\n',
  });
  expect(ran.stderr).toMatch(/… canary, 0 of 1 done; 0 of 3 stores done[\s\S]*… rest, 0 of 2 done; 0 of 3 stores done/);
});

test('Ctrl-C ends the watching and never the rollout', async () => {
  const server = await accepting(aRollout());
  const running = startCli(['rollout', 'start', '--restart', '--all'], { env: server.env });
  await running.saw(/… canary/);
  running.child.kill('SIGINT');
  const ran = await running.done;
  expect(ran.code).toBe(130);
  expect(ran.stderr).toContain('lapak rollout watch ro1');
  expect(server.seen.map(({ method }) => method).filter((method) => method !== 'GET')).toEqual(['POST']);
});

test('one that halts says why, and what can be done', async () => {
  const server = await accepting(aRollout({ state: 'halted', reason: 'The canary failed: 1 of its stores.' }));
  server.on('POST /v1/rollouts/ro1/resume', (_, response) => json(response, 200, aRollout()));
  const ran = await runCli(['rollout', 'resume', 'ro1'], { env: server.env });
  expect(ran).toMatchObject({ code: 1, stdout: expect.stringContaining('\n  The canary failed: 1 of its stores.') });
  for (const next of ['resume', 'abort']) expect(ran.stderr).toContain(`lapak rollout ${next} ro1`);
  expect(ran.stderr).not.toContain('lapak rollout revert');
});

test('who asked for it is told by the name of the key with its id, and a name steers no terminal', async () => {
  const asked = async (requestedByName: string | null) => {
    const server = await contractServer();
    server.on('GET /v1/rollouts/ro1', (_, response) => json(response, 200, { ...DONE, requestedByName }));
    server.on('GET /v1/rollouts/ro1/stores', (_, response) => json(response, 200, { stores: [], nextCursor: null }));
    const { stdout } = await runCli(['rollout', 'show', 'ro1'], { env: server.env });
    return /^Asked by +(.*)$/m.exec(stdout)?.[1];
  };
  expect(await asked('Siti')).toBe('Siti (key:a)');
  expect(await asked(null)).toBe('key:a');
  expect(await asked('\u001b]52;c;eA==\u0007Siti')).not.toContain('\u001b');
});
