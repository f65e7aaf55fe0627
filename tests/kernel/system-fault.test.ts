import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../kernel/errors.ts';
import { replaceFile } from '../../kernel/files.ts';
import { explain, systemFault } from '../../kernel/system-fault.ts';

const failing = (code: string, more: object = {}) =>
  Object.assign(new Error(`${code}: as the system says it`), { code, ...more });

test.each([
  ['ENOSPC', 'STORAGE_FULL', 'The disk is full: /srv/x cannot be written.'],
  ['EDQUOT', 'STORAGE_FULL', 'The disk is full: /srv/x cannot be written.'],
  ['EACCES', 'PATH_UNUSABLE', '/srv/x may not be used by the user'],
  ['EPERM', 'PATH_UNUSABLE', '/srv/x may not be used by the user'],
  ['EROFS', 'PATH_UNUSABLE', '/srv/x lies on a file system that is read-only.'],
  ['ENOTDIR', 'PATH_UNUSABLE', '/srv/x cannot be used: a part of that path is a file'],
  ['EISDIR', 'PATH_UNUSABLE', '/srv/x cannot be used'],
  ['EIO', 'PATH_UNUSABLE', 'The disk below /srv/x does not work'],
  ['EMFILE', 'TOO_MANY_OPEN_FILES', 'No more files and connections may be opened.'],
  ['ENFILE', 'TOO_MANY_OPEN_FILES', 'No more files and connections may be opened.'],
])('%s of a file is %s, and its sentence names the path and what to do', (code, known, sentence) => {
  const fault = systemFault(failing(code, { path: '/srv/x', syscall: 'open' }));
  expect([fault?.code, fault?.message]).toEqual([known, expect.stringContaining(sentence)]);
  expect(fault?.message).toContain(`(${code}, open)`);
  expect(explain(failing(code, { path: '/srv/x' }), 'It failed')).not.toContain('\n');
});

test('it is found below what was thrown about it; what is about an address, or a defect, is left alone', () => {
  expect(systemFault(new Error('wrapped', { cause: failing('EMFILE') }))?.code).toBe('TOO_MANY_OPEN_FILES');
  expect(systemFault(failing('53100'))?.code).toBe('STORAGE_FULL');
  expect(systemFault(failing('EACCES', { syscall: 'listen' }))).toBeUndefined();
  expect(systemFault(new TypeError('x is not a function'))).toBeUndefined();
  expect(systemFault(new AppError('FORBIDDEN', 'no'))).toBeUndefined();
  expect(explain(new TypeError('x is not a function'), 'It failed')).toMatch(
    /^It failed: x is not a function\nTypeError/,
  );
});

test('a file that cannot be replaced is named, also where the system names none', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lapak-fault-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'file'), '');
  const fault = await replaceFile(join(dir, 'file', 'below'), 'x').catch(systemFault);
  expect(fault).toMatchObject({ code: 'PATH_UNUSABLE', message: expect.stringContaining(join(dir, 'file', 'below')) });
});
