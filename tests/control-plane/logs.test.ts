import { appendFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '../../control-plane/api/contract/index.ts';
import { eventually } from './support/eventually.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

let plane: TestPlane;
let tenant: Tenant;
let file: string;
beforeAll(async () => {
  plane = await startPlane();
  tenant = await plane.api.open({ telegramBotToken: plane.newBot().token });
  file = join(tenant.folder, 'logs', 'runtime', 'output.log');
  await appendFile(file, 'one\ntwo\nthree\n');
});
afterAll(() => plane.close());

test('the last lines come as text', async () => {
  const logs = await plane.api.call<string>('GET', `/v1/tenants/${tenant.store}/logs?tail=2`);
  expect(logs.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(logs.body).toBe('two\nthree\n');
});

/** How often this process, in which the control plane runs, has the log open. */
async function readers(): Promise<number> {
  const names = await readdir('/proc/self/fd');
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return targets.filter((target) => target === file).length;
}

test('new lines are followed until the client goes away, and then nobody reads any more', async () => {
  const before = await readers();
  const gone = new AbortController();
  const response = await fetch(`${plane.url}/v1/tenants/${tenant.store}/logs?tail=1&follow=true`, {
    headers: { authorization: `Bearer ${plane.api.key}` },
    signal: gone.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const until = async (line: string) => {
    while (!text.includes(line)) text += (await reader?.read())?.value ?? '';
  };
  await until('three\n');
  await appendFile(file, 'four\n');
  await until('four\n');
  expect(text).toBe('three\nfour\n');
  gone.abort();
  await eventually(async () => expect(await readers()).toBe(before));
});

test('a store that does not exist is a problem, not an empty stream', async () => {
  const logs = await plane.api.call('GET', '/v1/tenants/nobody/logs?follow=true');
  expect(logs).toMatchObject({ status: 404, body: { code: 'TENANT_NOT_FOUND' } });
});

test('a log in which nothing happens sends its headers at once', async () => {
  const gone = new AbortController();
  const response = await fetch(`${plane.url}/v1/tenants/${tenant.store}/logs?tail=0&follow=true`, {
    headers: { authorization: `Bearer ${plane.api.key}` },
    signal: gone.signal,
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  gone.abort();
});

test('a log that is followed breaks off when the control plane stops: it does not look whole', async () => {
  const response = await fetch(`${plane.url}/v1/tenants/${tenant.store}/logs?tail=0&follow=true`, {
    headers: { authorization: `Bearer ${plane.api.key}` },
  });
  const read = response.text().then(
    () => 'ended',
    () => 'broke off',
  );
  await plane.restart();
  expect(await read).toBe('broke off');
});
