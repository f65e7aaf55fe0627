import { expect, test } from 'vitest';
import { runCli, startCli } from './support/cli.ts';
import { anOperation, type ContractServer, contractServer, events, json, problem } from './support/contract-server.ts';
import { hasTerminals, startInTerminal } from './support/terminal.ts';

/** A control plane that has accepted the start of a store. */
async function accepting(): Promise<ContractServer> {
  const server = await contractServer();
  server.on('POST /v1/tenants/warung/start', (_, response) =>
    json(response, 202, { operation: anOperation({ runtime: 'pending', health: 'pending' }) }),
  );
  return server;
}

const done = anOperation(
  { runtime: 'succeeded', health: 'succeeded' },
  { state: 'succeeded', finishedAt: '2026-05-02T03:04:07.000Z' },
);

test('without a terminal each step is a line, in order and once', async () => {
  const server = await accepting();
  server.on('GET /v1/operations/op1/events', (_, response) => {
    const send = events(response);
    send(1, anOperation({ runtime: 'running', health: 'pending' }));
    send(2, anOperation({ runtime: 'running', health: 'pending' }));
    send(3, anOperation({ runtime: 'succeeded', health: 'running' }));
    send(4, done);
    response.end();
  });
  const ran = await runCli(['tenant', 'start', 'warung'], { env: server.env });
  expect(ran.code).toBe(0);
  expect(ran.stderr.trim().split('\n')).toEqual(['… runtime', '✓ runtime (1.5 s)', '… health', '✓ health (1.5 s)']);
  expect(ran.stdout).toBe('✓ provision of warung: done in 2.0 s\n');
});

test('a stream that breaks off is opened again after the last event that arrived', async () => {
  const server = await accepting();
  const asked: (string | undefined)[] = [];
  server.on('GET /v1/operations/op1/events', ({ headers }, response) => {
    asked.push(headers['last-event-id'] as string | undefined);
    const send = events(response);
    if (asked.length === 1) {
      send(7, anOperation({ runtime: 'running', health: 'pending' }));
      setImmediate(() => response.destroy());
    } else if (asked.length === 2) {
      response.end(': the control plane is going down\n\n');
    } else {
      send(8, done);
      response.end();
    }
  });
  const ran = await runCli(['tenant', 'start', 'warung'], { env: server.env });
  expect(ran.code).toBe(0);
  expect(asked).toEqual([undefined, '7', '7']);
  expect(ran.stderr.match(/… runtime/g)).toHaveLength(1);
});

test('a key that follows as many streams as it may waits for one of them to end', async () => {
  const server = await accepting();
  let asked = 0;
  server.on('GET /v1/operations/op1/events', (_, response) => {
    asked += 1;
    if (asked <= 2) return problem(response, 429, 'RATE_LIMITED', 'An API key may follow 10 streams at a time.');
    events(response)(1, done);
    response.end();
  });
  expect(await runCli(['tenant', 'start', 'warung'], { env: server.env })).toMatchObject({ code: 0 });
  expect(asked).toBe(3);
});

test('a failed operation ends with 1, and says the step, the reason and what to do', async () => {
  const server = await accepting();
  server.on('GET /v1/operations/op1/events', (_, response) => {
    const error = { code: 'RUNTIME_UNHEALTHY', message: 'It did not answer.' };
    events(response)(1, anOperation({ runtime: 'succeeded', health: 'failed' }, { state: 'failed', error }));
    response.end();
  });
  const ran = await runCli(['tenant', 'start', 'warung'], { env: server.env });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('✗ health (1.5 s)\n  health broke');
  expect(ran.stdout).toContain('failed at health');
  expect(ran.stdout).toContain('It did not answer. [RUNTIME_UNHEALTHY]');
  for (const next of ['operation retry op1', 'tenant logs warung', 'tenant remove warung']) {
    expect(ran.stderr).toContain(`lapak ${next}`);
  }
});

test('--no-wait returns at once with the id of the operation', async () => {
  const server = await accepting();
  const ran = await runCli(['tenant', 'start', 'warung', '--no-wait'], { env: server.env });
  expect(ran).toMatchObject({ code: 0, stdout: 'op1\n' });
  expect(ran.stderr).toContain('lapak operation watch op1');
  expect(server.seen).toHaveLength(1);
});

test('Ctrl-C ends the watching, not the operation, and says how to go on watching', async () => {
  const server = await accepting();
  server.on('GET /v1/operations/op1/events', (_, response) => {
    events(response)(1, anOperation({ runtime: 'running', health: 'pending' }));
  });
  const running = startCli(['tenant', 'start', 'warung'], { env: server.env });
  await running.saw(/… runtime/);
  running.child.kill('SIGINT');
  const ran = await running.done;
  expect(ran.code).toBe(130);
  expect(ran.stderr).toContain('lapak operation watch op1');
  expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /v1/tenants/warung/start',
    'GET /v1/operations/op1/events',
  ]);
});

test('a cancel that came too late is told as such', async () => {
  const server = await contractServer();
  server.on('POST /v1/operations/op1/cancel', (_, response) =>
    json(response, 202, { operation: anOperation({ runtime: 'running' }) }),
  );
  server.on('GET /v1/operations/op1/events', (_, response) => {
    events(response)(1, done);
    response.end();
  });
  const ran = await runCli(['operation', 'cancel', 'op1'], { env: server.env });
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain('Too late to cancel: it has succeeded already.');
});

test.skipIf(!hasTerminals)(
  'on a terminal the running step spins with its time, and ended steps stay as lines',
  async () => {
    const server = await accepting();
    let end = () => {};
    server.on('GET /v1/operations/op1/events', (_, response) => {
      const send = events(response);
      send(1, anOperation({ runtime: 'succeeded', health: 'running' }));
      end = () => {
        send(2, done);
        response.end();
      };
    });
    const terminal = startInTerminal(['tenant', 'start', 'warung'], server.env);
    await terminal.saw(/✓ runtime \(1\.5 s\)/);
    await terminal.saw(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] health \d/);
    end();
    const { code, screen } = await terminal.done;
    expect(code).toBe(0);
    expect(screen).toContain('✓ health (1.5 s)');
    expect(screen).toContain('✓ provision of warung: done in 2.0 s');
  },
);

test.skipIf(!hasTerminals)('a terminal without columns gets plain lines', async () => {
  const server = await accepting();
  server.on('GET /v1/operations/op1/events', (_, response) => {
    const send = events(response);
    send(1, anOperation({ runtime: 'running', health: 'pending' }));
    send(2, done);
    response.end();
  });
  const { code, screen } = await startInTerminal(['tenant', 'start', 'warung'], server.env, 0).done;
  expect(code).toBe(0);
  expect(screen).toContain('… runtime');
});
