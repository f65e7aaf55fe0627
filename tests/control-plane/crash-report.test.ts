import { expect, test } from 'vitest';
import { readable } from '../../control-plane/monitoring/health/crash-report.ts';

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
