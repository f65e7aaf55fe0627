import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ['sandbox/main.ts'], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  return { child, exited };
}

test('the program prints where it listens, serves, and stops on SIGTERM', async () => {
  const { child, exited } = start({ SANDBOX_PORT: '0' });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const url = /^Lapak sandbox listens on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
  const index = await fetch(`${url}/control`);
  expect(index.status).toBe(200);
  await index.text();
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test('a wrong port stops the start with the key that is wrong', async () => {
  const { child, exited } = start({ SANDBOX_PORT: '99999' });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  expect(await exited).toEqual([1, null]);
  expect(said).toContain('SANDBOX_PORT: expected a port');
});
