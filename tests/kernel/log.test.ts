import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '../../kernel/log.ts';

let dir: string;
const written: string[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lapak-log-'));
  written.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written.push(String(chunk));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true });
});

// 23:30 in London is already the next day in Jakarta.
const clock = { now: () => new Date('2026-03-01T23:30:00Z') };
const create = () => createLog({ service: 'runtime', level: 'info', dir, timeZone: 'Asia/Jakarta', clock });
const fileOf = (service: string) => readFileSync(join(dir, service, '2026-03-02.log'), 'utf8');

test('a line goes to the file of its service and local day, as [timestamp] [level] message', () => {
  const log = create();
  log.child({ service: 'payments' }).warn({ ref: 'tg1-a' }, 'late payment');
  log.info('store is open');
  expect(fileOf('payments')).toMatch(/^\[\d{4}-[^\]]+Z\] \[warn\] late payment \{"ref":"tg1-a"\}\n$/);
  expect(fileOf('runtime')).toMatch(/\[info\] store is open\n$/);
});

test('stdout gets JSON with the service once', () => {
  create().child({ service: 'payments' }).info('x');
  expect(JSON.parse(written[0]!)).toMatchObject({ level: 'info', service: 'payments', msg: 'x' });
  expect(written[0]!.match(/"service"/g)).toHaveLength(1);
});

test('secrets and the details of errors stay out of both', () => {
  const error = Object.assign(new Error('relation is missing'), {
    detail: 'Key (token)=(s3cret)',
    parameters: ['s3cret'],
  });
  create().error(
    { err: error, token: 's3cret', request: { apiKey: 's3cret', headers: { authorization: 's3cret' } } },
    'failed',
  );
  expect(written.join('') + fileOf('runtime')).not.toContain('s3cret');
  expect(fileOf('runtime')).toContain('failed: relation is missing');
});
