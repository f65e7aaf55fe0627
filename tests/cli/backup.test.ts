import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backup, Drill, Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { stock, units } from '../control-plane/restores/support.ts';
import { backupsAvailable } from '../control-plane/support/pg-tools.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';
import { runtimesBelow } from '../control-plane/support/processes.ts';
import { cliOn } from './support/on-plane.ts';
import { hasTerminals, startInTerminal } from './support/terminal.ts';

let plane: TestPlane;
let tenant: Tenant;
let first: Backup;
const lapak = cliOn(() => plane);
const list = async () => (await lapak.json<{ backups: Backup[] }>('backup list simpan')).backups;

describe.runIf(await backupsAvailable())('lapak backup', () => {
  beforeAll(async () => {
    plane = await startPlane();
    tenant = await plane.api.open({ store: 'simpan', telegramBotToken: plane.newBot().token });
    await stock(tenant);
  });
  afterAll(() => plane?.close());

  test('a store without backups says how to make one, and the one that was made is in the result', async () => {
    const none = await lapak('backup list simpan');
    expect(none).toMatchObject({ code: 0, stdout: 'No backups of simpan. Make one: lapak backup create simpan\n' });
    const made = await lapak.json<{ backup: Backup; operation: Operation }>('backup create simpan');
    first = made.backup;
    expect(made.operation).toMatchObject({ kind: 'backup', state: 'succeeded' });
    expect(first).toMatchObject({ store: 'simpan', state: 'verified', reason: 'manual', operation: made.operation.id });
    const [headings = '', row = ''] = (await lapak('backup ls simpan')).stdout.split('\n');
    expect(headings).toMatch(/^ID +FILE +STATE +SIZE +OFFSITE +REASON +BEGUN$/);
    expect(row).toMatch(
      new RegExp(`^${first.id} +backup-\\d{8}-\\d{6}\\.tar\\.gz\\.enc +verified +[\\d.]+ MB +- +manual `),
    );
  });

  test('a backup is verified, pruned and drilled by command, and each says what came of it', async () => {
    const verified = await lapak(`backup verify ${first.id}`);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('✓ verify-backup of simpan: done') });
    const pruned = await lapak('backup prune simpan');
    expect(pruned).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing was due') });
    expect((await lapak('backup drills simpan')).stdout).toContain('lapak backup drill simpan');
    expect(await lapak('backup drill simpan')).toMatchObject({ code: 0, stderr: expect.stringContaining('✓ count: ') });
    const { drills } = await lapak.json<{ drills: Drill[] }>('backup drills');
    expect(drills).toMatchObject([{ store: 'simpan', backup: first.id, result: 'passed' }]);
    expect((await lapak('backup drills')).stdout).toMatch(/^simpan +passed +.* rows of backup-/m);
  });

  test('what is not there is not found, whatever is asked of it', async () => {
    const unknown = await Promise.all(
      ['verify zzz', 'restore zzz', 'restore zzz --yes'].map((args) => lapak(`backup ${args}`)),
    );
    const nobody = await Promise.all(
      ['create', 'list', 'prune', 'drill'].map((verb) => lapak(`backup ${verb} nobody`)),
    );
    for (const ran of unknown) {
      expect(ran).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('lapak backup list <store>') });
    }
    for (const ran of nobody) {
      expect(ran).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('lapak tenant list') });
    }
  });

  test('a restore that nobody can confirm is refused, and says how to confirm it', async () => {
    const before = await runtimesBelow(tenant.folder);
    const refused = await lapak(`backup restore ${first.id}`);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`lapak backup restore ${first.id} --yes`);
    const { error } = await lapak.json<{ error: { code: string } }>(`backup restore ${first.id}`, 2);
    expect(error.code).toBe('BAD_USAGE');
    expect(await runtimesBelow(tenant.folder)).toEqual(before);
    expect(await list()).toHaveLength(1);
  });

  test.skipIf(!hasTerminals)(
    'on a terminal a restore says what is lost, and another name changes nothing',
    async () => {
      const env = { LAPAK_API_URL: plane.url, LAPAK_API_KEY: plane.api.key ?? '' };
      const terminal = startInTerminal(['backup', 'restore', first.id], env);
      await terminal.answer(/Lost are the orders, deposits[\s\S]*Type simpan to confirm/, 'bukan-itu');
      const { code, screen } = await terminal.done;
      expect([code, screen]).toEqual([1, expect.stringContaining('Nothing was changed. [NOT_CONFIRMED]')]);
      expect(await list()).toHaveLength(1);
    },
  );

  test('a confirmed restore backs up what is now, and puts the backup in its place', async () => {
    const ran = await lapak(`backup restore ${first.id} --yes`);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ restore of simpan: done in /) });
    expect(ran.stderr).toMatch(/✓ swap: the old one is kept as db_simpan__kept_\d{14}/);
    expect(await units(tenant)).toHaveLength(5);
    expect((await list())[0]).toMatchObject({ reason: 'before-restore', state: 'verified' });
  });

  test('a backup whose file is gone fails with its code and the way on, and is listed as such', async () => {
    await rm(first.local?.path ?? '');
    const ran = await lapak(`backup verify ${first.id}`);
    expect(ran).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^✗ verify-backup of simpan: failed at local/),
    });
    expect(ran.stdout).toContain('[BACKUP_DAMAGED]');
    expect(ran.stderr).toMatch(/lapak operation retry \w+/);
    expect((await lapak('backup list simpan')).stdout).toMatch(new RegExp(`^${first.id} .* failed `, 'm'));
  });

  test("the control plane's own backup says what else is needed, to admins only", async () => {
    const ran = await lapak('backup control-plane');
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('lapak doctor --recover <archive>') });
    expect(ran.stdout).toMatch(
      /^✓ \S+control-plane-\S+ \([\d.]+ MB\)\nNot in it, and needed to use it: the master key /,
    );
    const key = await lapak('key create helper --scope operator');
    const refused = await lapak('backup control-plane', { LAPAK_API_KEY: key.stdout.trim() });
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('needs an API key of scope admin'),
    });
  });
});
