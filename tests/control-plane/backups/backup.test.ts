import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backup } from '../../../control-plane/api/contract/index.ts';
import { createDb } from '../../../kernel/db.ts';
import { backupsAvailable } from '../support/pg-tools.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';
import { ask, backUp, backupsOf, incidents, inStore, openStocked } from './support.ts';

const available = await backupsAvailable();

describe.skipIf(!available)('backups', () => {
  let plane: TestPlane;
  beforeAll(async () => {
    plane = await startPlane();
  });
  afterAll(() => plane?.close());

  test('a backup holds the database as counted, and stock openssl, tar and pg_restore open it', async () => {
    const tenant = await openStocked(plane);
    const operation = await backUp(plane, tenant.store);
    expect(operation).toMatchObject({ state: 'succeeded', kind: 'backup' });
    const [backup] = (await backupsOf(plane, tenant.store)) as [Backup];
    expect(backup).toMatchObject({
      state: 'verified',
      reason: 'manual',
      migration: '0001_init',
      error: null,
      offsite: null,
    });
    expect(backup.rows).toEqual({ 'public.goods': 500, 'public.schema_migrations': 1 });
    const path = backup.local?.path as string;
    expect(path).toBe(join(tenant.folder, 'backups', 'local', backup.file));
    expect(statSync(path)).toMatchObject({ size: backup.size });
    expect(readdirSync(dirname(path)).sort()).toEqual([backup.file, `${backup.file}.meta.json`]);

    const out = mkdtempSync(join(tmpdir(), 'lapak-open-'));
    const env = { ...process.env, BACKUP_ENCRYPTION_PASSWORD: passwordIn(tenant.folder) };
    const { open } = JSON.parse(readFileSync(`${path}.meta.json`, 'utf8'));
    execFileSync('sh', ['-c', open.replace(`-in ${backup.file}`, `-in ${path}`)], { cwd: out, env });
    expect(readFileSync(join(out, 'bot.env'), 'utf8')).toBe(readFileSync(join(tenant.folder, 'bot.env'), 'utf8'));
    expect(readFileSync(join(out, 'audit.jsonl'), 'utf8')).toContain('"action":"tenant.create"');
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ kind: 'store', store: tenant.store, rows: backup.rows, image: tenant.image });
    await restoreInto(join(out, 'database.dump'), async (query) => {
      expect(
        await query('SELECT count(*)::int AS n, min(text) AS text FROM goods WHERE text = md5(id::text)'),
      ).toMatchObject([{ n: 500 }]);
    });
    rmSync(out, { recursive: true });
  });

  test('the password of a backup is in no answer and no log line', async () => {
    const tenant = await openStocked(plane, 10);
    await backUp(plane, tenant.store);
    const password = passwordIn(tenant.folder);
    const answers = await plane.api.call<string>('GET', `/v1/tenants/${tenant.store}/backups`);
    expect(JSON.stringify(answers.body)).not.toContain(password);
    expect(plane.logged()).not.toContain(password);
  });

  test('a damaged backup is found when it is looked at again, and no longer counts', async () => {
    const tenant = await openStocked(plane, 10);
    await backUp(plane, tenant.store);
    const [backup] = (await backupsOf(plane, tenant.store)) as [Backup];
    expect(await ask(plane, `/v1/backups/${backup.id}/verify`)).toMatchObject({ state: 'succeeded' });
    const path = backup.local?.path as string;
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    writeFileSync(path, bytes);
    const again = await ask(plane, `/v1/backups/${backup.id}/verify`);
    expect(again).toMatchObject({ state: 'failed', error: { code: 'BACKUP_DAMAGED' } });
    expect(await backupsOf(plane, tenant.store)).toMatchObject([
      { state: 'failed', error: { code: 'BACKUP_DAMAGED' } },
    ]);
    expect(await incidents(plane, tenant.store)).toEqual([{ kind: 'backup_failed', open: true }]);
    await backUp(plane, tenant.store);
    expect(await incidents(plane, tenant.store)).toEqual([{ kind: 'backup_failed', open: false }]);
    const state = (await plane.api.tenant(tenant.store)).state;
    expect(state).toBe('running');
  });

  test('a backup that cannot be made leaves nothing behind, is told once, and the retry begins anew', async () => {
    const tenant = await openStocked(plane, 10);
    await inStore(plane, tenant, async (query) => {
      await query('CREATE TABLE hidden (id int)');
    });
    const failed = await backUp(plane, tenant.store);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'BACKUP_FAILED' } });
    expect(failed.error?.message).toMatch(/hidden/);
    await backUp(plane, tenant.store);
    expect(await incidents(plane, tenant.store)).toEqual([{ kind: 'backup_failed', open: true }]);
    expect((await plane.api.tenant(tenant.store)).state).toBe('running');
    await inStore(plane, tenant, async (query) => {
      await query('DROP TABLE hidden');
    });
    const [newest] = (await backupsOf(plane, tenant.store)) as [Backup];
    expect(newest).toMatchObject({ state: 'failed' });
    expect(await ask(plane, `/v1/operations/${newest.operation}/retry`)).toMatchObject({ state: 'succeeded' });
    const all = await backupsOf(plane, tenant.store);
    expect(all.map(({ state }) => state)).toEqual(['verified', 'failed', 'failed']);
    expect(readdirSync(join(tenant.folder, 'backups', 'local'))).toHaveLength(2);
    expect(await incidents(plane, tenant.store)).toEqual([{ kind: 'backup_failed', open: false }]);
  });

  test('a backup that is much smaller than the one before is told, and one that is a little smaller is not', async () => {
    const tenant = await openStocked(plane, 20_000);
    await backUp(plane, tenant.store);
    const keep = async (rows: number) => {
      await inStore(plane, tenant, async (query) => {
        await query(`DELETE FROM goods WHERE id > ${rows}`);
      });
      await backUp(plane, tenant.store);
      return incidents(plane, tenant.store);
    };
    expect(await keep(15_000)).toEqual([]);
    expect(await keep(5_000)).toEqual([{ kind: 'backup_shrunk', open: false }]);
  });

  test('a removal keeps a last backup where its rows say it is, and one that is not wanted is not taken', async () => {
    const tenant = await openStocked(plane, 10);
    await inStore(plane, tenant, async (query) => {
      await query('CREATE TABLE hidden (id int)');
    });
    const path = `/v1/tenants/${tenant.store}`;
    const { body } = await plane.api.call<{ operation: { id: string } }>('DELETE', path);
    const stuck = await plane.api.ended(body.operation.id);
    expect(stuck).toMatchObject({ state: 'failed', error: { code: 'BACKUP_FAILED' } });
    expect(stuck.error?.message).toContain(`lapak tenant remove ${tenant.store} --without-backup`);
    await inStore(plane, tenant, async (query) => {
      await query('DROP TABLE hidden');
    });
    expect(await ask(plane, `/v1/operations/${stuck.id}/retry`)).toMatchObject({ state: 'succeeded' });
    const [last] = (await backupsOf(plane, tenant.store)) as [Backup];
    expect(last).toMatchObject({ state: 'verified', reason: 'before-remove' });
    expect(last.local?.path).toContain('/.removed/');
    // Its password was kept with it.
    expect(await ask(plane, `/v1/backups/${last.id}/verify`)).toMatchObject({ state: 'succeeded' });

    const other = await openStocked(plane, 10);
    await inStore(plane, other, async (query) => {
      await query('CREATE TABLE hidden (id int)');
    });
    const gone = await plane.api.call<{ operation: { id: string } }>(
      'DELETE',
      `/v1/tenants/${other.store}?withoutBackup=true`,
    );
    expect(await plane.api.ended(gone.body.operation.id)).toMatchObject({ state: 'succeeded' });
    expect((await plane.api.call('GET', `/v1/tenants/${other.store}/backups`)).status).toBe(404);
  });

  test('what cannot be is refused in words', async () => {
    expect((await plane.api.call('POST', '/v1/tenants/nobody/backups')).body).toMatchObject({
      code: 'TENANT_NOT_FOUND',
    });
    expect((await plane.api.call('POST', '/v1/backups/none/verify')).body).toMatchObject({ code: 'BACKUP_NOT_FOUND' });
    expect((await plane.api.call('GET', '/v1/backups/none')).status).toBe(404);
  });

  test('age and size of the newest verified backup are metrics', async () => {
    const tenant = await openStocked(plane, 10);
    await backUp(plane, tenant.store);
    const [backup] = (await backupsOf(plane, tenant.store)) as [Backup];
    await expect
      .poll(async () => (await fetch(`${plane.url}/metrics`)).text())
      .toContain(`lapak_backup_size_bytes{store="${tenant.store}"} ${backup.size}`);
  });

  async function restoreInto(dump: string, look: (query: (text: string) => Promise<unknown>) => Promise<void>) {
    const name = `restored_${Date.now()}`;
    const admin = createDb({ connectionString: plane.databaseUrl('postgres'), max: 1 });
    await admin.query(`CREATE DATABASE ${name}`);
    execFileSync('pg_restore', ['--no-owner', `--dbname=${plane.databaseUrl(name)}`, dump]);
    const db = createDb({ connectionString: plane.databaseUrl(name), max: 1 });
    await look((text) => db.query(text));
    await db.close();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.close();
  }
});

function passwordIn(folder: string): string {
  const line = readFileSync(join(folder, 'bot.env'), 'utf8').match(/^BACKUP_ENCRYPTION_PASSWORD='?([^'\n]+)'?$/m);
  if (!line?.[1]) throw new Error('bot.env names no password');
  return line[1];
}
