import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import pino from 'pino';
import { expect, test } from 'vitest';
import { createDockerDriver } from '../../control-plane/fleet/drivers/docker/driver.ts';
import { LONGEST_LINE } from '../../control-plane/fleet/drivers/log-filter.ts';
import { readLines } from '../../control-plane/fleet/drivers/process/log-file.ts';
import { tempFolder } from './stores.ts';

/* A store may write without ever ending a line: whoever reads it keeps the beginning, and no more. */
const MIB = 1024 * 1024;
const ENDLESS = `begins ${'x'.repeat(5 * MIB)}`;
const KEPT = ENDLESS.slice(0, LONGEST_LINE);

test('of a line without end that is followed in a file its beginning is kept, and the next one is whole', async () => {
  const path = join(tempFolder('lapak-lines-'), 'output.log');
  await appendFile(path, 'before\nhalf ');
  const stop = new AbortController();
  const lines: string[] = [];
  for await (const line of readLines(path, { follow: true, tail: 10, signal: stop.signal }, () => false)) {
    lines.push(line);
    if (lines.length === 1) await appendFile(path, `a line\n\n${ENDLESS}`);
    if (lines.length === 3) await appendFile(path, `${ENDLESS}\nafter it\n`);
    if (lines.length === 5) stop.abort();
  }
  expect(lines.map((line) => line.length)).toEqual([6, 11, 0, LONGEST_LINE, 8]);
  expect(lines).toEqual(['before', 'half a line', '', KEPT, 'after it']);
});

/** As the engine sends it: an entry of at most 16 KiB, whose last piece alone ends with a newline. */
function* entriesOf(text: string): Generator<Buffer> {
  for (let at = 0; at < text.length; at += 16_384) {
    const body = Buffer.from(`2026-12-01T00:00:00.000000001Z ${text.slice(at, at + 16_384)}`);
    const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(body.length, 4);
    yield Buffer.concat([header, body]);
  }
}

test('of a line without end in a container its beginning is kept, and the next one is whole', async () => {
  const container = { Id: 'c1', Names: ['/bot'], Labels: { 'lapak.tenant': 'warung' }, State: 'running', Created: 1 };
  const engine = createServer((request, answer) => {
    if (request.url?.includes('/containers/json')) return answer.end(JSON.stringify([container]));
    const entries = [...entriesOf(`${ENDLESS}\n`), ...entriesOf('after it\n')];
    answer.end(Buffer.concat(entries));
  });
  await once(engine.listen(0, '127.0.0.1'), 'listening');
  const { port } = engine.address() as AddressInfo;
  const docker = { host: '127.0.0.1', port, protocol: 'http' as const };
  const driver = createDockerDriver({ docker, log: pino({ level: 'silent' }) });
  const lines: string[] = [];
  for await (const line of driver.logs('warung', { tail: 10 })) lines.push(line);
  expect(lines.map((line) => line.length)).toEqual([LONGEST_LINE, 8]);
  expect(lines).toEqual([KEPT, 'after it']);
  await driver.close();
  engine.close();
});
