import { expect, test } from 'vitest';
import { describeExit } from '../../control-plane/fleet/drivers/index.ts';
import { readable } from '../../control-plane/monitoring/health/crash-report.ts';
import { crashText, toChecks } from '../../control-plane/monitoring/health/messages.ts';

test('the last words of a store are sentences, with the error that they tell of', () => {
  const line = { level: 'error', time: '2026-11-22T22:45:32.626Z', err: { message: 'no route' }, msg: 'not sent' };
  expect(readable(JSON.stringify(line))).toBe('22:45:32 error not sent: no route');
  expect(readable(JSON.stringify({ level: 'info', time: line.time, port: 1, msg: 'open' }))).toBe('22:45:32 open');
});

test.each(['Segmentation fault', '{"level":"info"', '{"a":1}', ''])(
  'what is no line of a log stays as it is: %j',
  (line) => {
    expect(readable(line)).toBe(line);
  },
);

test.each([
  [{ code: 4, outOfMemory: false }, 'ended with exit code 4'],
  [{ code: null, signal: 'SIGKILL', outOfMemory: false }, 'ended with SIGKILL'],
  [{ code: 137, outOfMemory: true }, 'ran out of memory (exit code 137)'],
  [{ code: null, outOfMemory: true }, 'ran out of memory'],
  [{ code: null, outOfMemory: false }, 'ended while nobody watched'],
])('an exit is told in the same words everywhere: %j', (exit, words) => {
  expect(describeExit(exit)).toBe(words);
  const crash = { exit, state: 'restarting' as const, reason: 'No database.', log: ['last line'] };
  expect(crashText(crash)).toBe(`${words}; now restarting. No database.\nlast line`);
  expect(toChecks({ runtime: { result: 'fail', fact: { kind: 'not_running', exit } } })).toEqual({
    runtime: { result: 'fail', detail: `not running: ${words}` },
  });
});

test('a log that cannot be read is no empty log', () => {
  const crash = { exit: undefined, state: 'missing' as const, reason: null };
  expect(crashText(crash)).toBe('It is missing. Its log cannot be read.');
  expect(crashText({ ...crash, log: [] })).toBe('It is missing.');
});
