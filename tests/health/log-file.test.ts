import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HealthReport } from '../../control-plane/api/contract/index.ts';
import { writeHealthLine } from '../../control-plane/monitoring/health/log-file.ts';
import { tempFolder } from '../drivers/stores.ts';

const report: HealthReport = {
  id: 1,
  at: '2026-05-31T20:00:00.000Z',
  occasion: 'schedule',
  ok: false,
  durationMs: 12,
  checks: { runtime: { result: 'ok', detail: 'running' }, intake: { result: 'fail', detail: 'two\nlines' } },
};

async function folder(): Promise<{ folder: string; logs: string }> {
  const made = tempFolder('lapak-health-log-');
  await mkdir(join(made, 'logs'));
  return { folder: made, logs: join(made, 'logs', 'health-check') };
}

test('a day has a file in the time zone of the store, and what is 30 days old goes', async () => {
  const { folder: path, logs } = await folder();
  await mkdir(logs);
  for (const name of ['2026-05-01.log', '2026-05-02.log', 'notes.txt']) await writeFile(join(logs, name), '');
  await writeHealthLine(path, report, 'Asia/Jakarta');
  await writeHealthLine(path, report, 'Asia/Jakarta');
  expect((await readdir(logs)).sort()).toEqual(['2026-05-02.log', '2026-06-01.log', 'notes.txt']);
  const line = '[2026-05-31T20:00:00.000Z] [FAIL] schedule, 12 ms: runtime=ok (running), intake=fail (two lines)\n';
  expect(await readFile(join(logs, '2026-06-01.log'), 'utf8')).toBe(line + line);
});

test('links that a store has put in the way are not followed', async () => {
  const elsewhere = tempFolder('lapak-host-');
  await writeFile(join(elsewhere, 'passwd'), 'root\n');
  const asFolder = await folder();
  await symlink(elsewhere, asFolder.logs);
  await expect(writeHealthLine(asFolder.folder, report, 'UTC')).rejects.toThrow(/ENOTDIR|ELOOP/);
  const asFile = await folder();
  await mkdir(asFile.logs);
  await symlink(join(elsewhere, 'passwd'), join(asFile.logs, '2026-05-31.log'));
  await expect(writeHealthLine(asFile.folder, report, 'UTC')).rejects.toThrow(/ELOOP/);
  expect(await readdir(elsewhere)).toEqual(['passwd']);
  expect(await readFile(join(elsewhere, 'passwd'), 'utf8')).toBe('root\n');
});
