import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogRequest } from '../../../control-plane/fleet/drivers/index.ts';
import { readLines } from '../../../control-plane/fleet/drivers/process/log-file.ts';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lapak-log-'));
  path = join(dir, 'output.log');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const line = (minute: number, level: string, msg = '') =>
  JSON.stringify({ level, time: new Date(Date.UTC(2026, 10, 30, 8, minute)).toISOString(), msg });
const since = (minute: number) => new Date(Date.UTC(2026, 10, 30, 8, minute));

async function read(request: LogRequest): Promise<string[]> {
  const lines: string[] = [];
  for await (const each of readLines(path, request, () => true)) lines.push(each);
  return lines;
}

test('the last lines of a level are found behind many of a lower one, and lines without a level are kept', async () => {
  const errors = [line(1, 'error', 'one'), '    at somewhere', line(2, 'fatal', 'two')];
  const noise = Array.from({ length: 5_000 }, (_, n) => line(3, 'info', `${n} ${'x'.repeat(60)}`));
  await writeFile(path, `${[...errors, ...noise].join('\n')}\n`);
  expect(await read({ tail: 3, level: 'error' })).toEqual(errors);
  expect(await read({ tail: 2, level: 'warn' })).toEqual(errors.slice(1));
  expect(await read({ tail: 1, level: 'info' })).toEqual(noise.slice(-1));
});

test('nothing older than a time comes, and a line without one is as old as the line before it', async () => {
  const lines = [line(1, 'info'), '  of the first', line(5, 'info'), '  of the second', line(6, 'info')];
  await writeFile(path, `${lines.join('\n')}\n`);
  expect(await read({ since: since(5) })).toEqual(lines.slice(2));
  expect(await read({ since: since(2), level: 'warn' })).toEqual(['  of the second']);
  expect(await read({ since: since(7) })).toEqual([]);
});

test('files that were moved aside are read on, as far as is asked for', async () => {
  await writeFile(`${path}.2`, `${line(1, 'info')}\n`);
  await writeFile(`${path}.1`, `${line(2, 'info')}\n${line(3, 'info')}\n`);
  await writeFile(path, `${line(4, 'info')}\n`);
  expect(await read({ tail: 2 })).toEqual([line(3, 'info'), line(4, 'info')]);
  expect(await read({ since: since(1) })).toHaveLength(4);
});

test('a line that says what it is not, is no JSON, or has a level of no meaning, is kept as it is', async () => {
  const odd = [
    '{"level":"error"',
    '{"level":["error"]}',
    '{"level":"constructor"}',
    '{"level":null,"time":{}}',
    '[]',
    '',
  ];
  await writeFile(path, `${[...odd, line(1, 'debug')].join('\n')}\n`);
  expect(await read({ level: 'fatal' })).toEqual(odd);
  await writeFile(path, '{"level":30,"msg":"\\"level\\":\\"fatal\\""}\n{"level":50}\n');
  expect(await read({ level: 'warn' })).toEqual(['{"level":50}']);
});

test('a line of several megabytes is cut, and the lines around it are whole', async () => {
  await writeFile(path, `before\n${'y'.repeat(5_000_000)}\nafter 👩‍👩‍👧\n`);
  const [before, long, after] = await read({ tail: 3 });
  expect([before, after]).toEqual(['before', 'after 👩‍👩‍👧']);
  expect(long?.length).toBeLessThan(1_200_000);
});

test('followed lines are filtered too', async () => {
  await writeFile(path, `${line(1, 'error', 'old')}\n`);
  const gone = new AbortController();
  const lines = readLines(path, { follow: true, tail: 1, level: 'warn', signal: gone.signal }, () => false);
  const reader = lines[Symbol.asyncIterator]();
  expect((await reader.next()).value).toBe(line(1, 'error', 'old'));
  await appendFile(path, `${line(2, 'info')}\n${line(3, 'warn')}\n`);
  expect((await reader.next()).value).toBe(line(3, 'warn'));
  gone.abort();
  expect((await reader.next()).done).toBe(true);
});
