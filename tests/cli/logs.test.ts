import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, runCli, startCli } from './support/cli.ts';
import { contractServer, problem } from './support/contract-server.ts';

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
  expect(await runCli(['tenant', 'logs', 'warung', '--follow'], { env: server.env })).toMatchObject({ code: 5 });
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
