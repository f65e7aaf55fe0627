import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endOfKnown } from '../../cli/api/log-lines.ts';
import { ROOT, runCli, startCli } from './support/cli.ts';
import { contractServer, json, problem } from './support/contract-server.ts';

test('lines are printed as they are, whatever pieces they arrive in', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants/warung/logs', (_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write('first li');
    response.write('ne\nsecond 🛍');
    response.end('\nlast');
  });
  const ran = await runCli(['tenant', 'logs', 'warung', '--tail', '7'], { env: server.env });
  expect(ran).toMatchObject({ code: 0, stdout: 'first line\nsecond 🛍\nlast\n', stderr: '' });
  expect(server.seen[0]?.path).toBe('/v1/tenants/warung/logs?follow=false&tail=7');
});

test('with --json each line is a document', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants/warung/logs', (_, response) => response.writeHead(200).end('a "b"\nc\n'));
  const ran = await runCli(['tenant', 'logs', 'warung', '--json'], { env: server.env });
  const lines = ran.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([{ line: 'a "b"' }, { line: 'c' }]);
});

test('with --json nothing of a line reaches the terminal as a command or turns it around', async () => {
  const server = await contractServer();
  const hostile = 'a\u009b2Jb\u202egnp.x\u200b';
  server.on('GET /v1/tenants/warung/logs', (_, response) => response.writeHead(200).end(`${hostile}\n`));
  const ran = await runCli(['tenant', 'logs', 'warung', '--json'], { env: server.env });
  expect(JSON.parse(ran.stdout)).toEqual({ line: hostile });
  expect(ran.stdout.trim()).toMatch(/^[ -~]*$/);
});

test('following shows lines as they come, until Ctrl-C', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants/warung/logs', (_, response) => response.writeHead(200).write('here I am\n'));
  const running = startCli(['tenant', 'logs', 'warung', '--follow'], { env: server.env });
  await running.saw(/here I am/);
  running.child.kill('SIGINT');
  expect(await running.done).toMatchObject({ code: 0, stdout: 'here I am\n', stderr: '' });
});

test('a log that breaks off is a fault, not an end', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants/warung/logs', (_, response) => {
    response.writeHead(200).write('half a l');
    setImmediate(() => response.destroy());
  });
  expect(await runCli(['tenant', 'logs', 'warung'], { env: server.env })).toMatchObject({ code: 5 });
});

test('a followed log whose connection is lost goes on behind the line that was seen last', async () => {
  const server = await contractServer();
  const asked: string[] = [];
  server.on('GET /v1/tenants/warung/logs', ({ path }, response) => {
    asked.push(path.split('?')[1] ?? '');
    if (asked.length === 2) return problem(response, 503, 'POSTGRES_UNAVAILABLE', 'Starting.');
    response.writeHead(200);
    if (asked.length === 1) {
      response.write('one\ntwo\nthree\nhalf a l');
      setTimeout(() => response.destroy(), 50);
    } else if (asked.length === 3) {
      response.end('zero\none\ntwo\nthree\nhalf a line\nfour\n');
    }
  });
  const ran = await runCli(['tenant', 'logs', 'warung', '--follow', '--tail', '3', '--json'], { env: server.env });
  expect(ran.code).toBe(0);
  const lines = ['one', 'two', 'three', 'half a line', 'four'];
  expect(ran.stdout).toBe(lines.map((line) => `${JSON.stringify({ line })}\n`).join(''));
  expect(asked).toEqual(['follow=true&tail=3', 'follow=true&tail=2000', 'follow=true&tail=2000']);
  expect(JSON.parse(ran.stderr).note).toContain('Following again');
});

test('what is new is found behind what is known, wherever that begins', () => {
  expect(endOfKnown(['a', 'b'], ['x', 'a', 'b', 'c'])).toBe(3);
  expect(endOfKnown(['a', 'b', 'c'], ['b', 'c', 'd'])).toBe(2);
  expect(endOfKnown(['a', 'b'], ['a', 'b', 'a', 'b', 'c'])).toBe(4);
  expect(endOfKnown(['a'], ['x', 'y'])).toBeUndefined();
  expect(endOfKnown([], ['x'])).toBe(0);
});

test('a store that is not there ends with 3', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants/nope', (_, response) => problem(response, 404, 'TENANT_NOT_FOUND', 'No such store.'));
  server.on('GET /v1/tenants/nope/logs', (_, response) => problem(response, 404, 'TENANT_NOT_FOUND', 'No such store.'));
  expect(await runCli(['tenant', 'logs', 'nope'], { env: server.env })).toMatchObject({ code: 3 });
});

test('a reader that goes away ends it quietly', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants/warung/logs', (_, response) => {
    response.writeHead(200);
    const pour = () => {
      while (!response.destroyed && response.write('a line like many others\n'));
    };
    response.on('drain', pour);
    pour();
  });
  const command = `'${process.execPath}' '${join(ROOT, 'cli', 'main.ts')}' tenant logs warung --follow | head -n 1`;
  const shell = spawn('bash', ['--norc', '--noprofile', '-o', 'pipefail', '-c', command], {
    env: { PATH: process.env.PATH ?? '', ...server.env },
  });
  let stdout = '';
  let stderr = '';
  shell.stdout.on('data', (text) => {
    stdout += text;
  });
  shell.stderr.on('data', (text) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => shell.once('close', resolve));
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'a line like many others\n', stderr: '' });
});

test.each([
  { args: 'tenant logs warung', to: '/dev/full' },
  { args: 'tenant list --json', to: '/dev/full' },
  { args: '--help', to: '/dev/full' },
])('$args > $to ends with 1 and a sentence', async ({ args, to }) => {
  const server = await contractServer();
  server.on('GET /v1/tenants/warung/logs', (_, response) => response.writeHead(200).end('a line\n'));
  server.on('GET /v1/tenants', (_, response) => json(response, 200, { tenants: [], nextCursor: null }));
  const command = `'${process.execPath}' '${join(ROOT, 'cli', 'main.ts')}' ${args} > ${to}`;
  const { status, stderr } = await inShell(command, server.env);
  expect(status).toBe(1);
  expect(stderr).toContain('The result could not be written to stdout (ENOSPC).');
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test.runIf(process.platform === 'linux')(
  'without any output that takes something it still ends with its code',
  async () => {
    const server = await contractServer();
    const command = `'${process.execPath}' '${join(ROOT, 'cli', 'main.ts')}' tenant list > /dev/full 2> /dev/full`;
    expect(await inShell(command, server.env)).toMatchObject({ status: 3 });
  },
);

function inShell(command: string, env: Record<string, string>): Promise<{ status: number | null; stderr: string }> {
  const shell = spawn('bash', ['--norc', '--noprofile', '-c', command], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  let stderr = '';
  shell.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve) => shell.once('close', (status) => resolve({ status, stderr })));
}
