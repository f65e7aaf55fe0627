import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backup } from '../../../control-plane/api/contract/index.ts';
import { backupsAvailable } from '../support/pg-tools.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';
import { BUCKET, type FakeBucket, KEY_ID, startBucket } from './fake-bucket.ts';
import { ask, backUp, backupsOf, incidents, openStocked } from './support.ts';

const available = await backupsAvailable();

describe.skipIf(!available)('copies in a folder', () => {
  let plane: TestPlane;
  const disk = join(mkdtempSync(join(tmpdir(), 'lapak-offsite-')), 'disk');
  beforeAll(async () => {
    mkdirSync(disk);
    plane = await startPlane({ env: { BACKUP_OFFSITE_DIR: disk, BACKUP_AUTOMATIC_OFFSITE: 'true' } });
  });
  afterAll(async () => {
    await plane?.close();
    rmSync(join(disk, '..'), { recursive: true, force: true });
  });

  test('each store has a folder of its own there; a disk that is not mounted is told once, and made up for later', async () => {
    const tenant = await openStocked(plane, 10);
    await backUp(plane, tenant.store);
    const [first] = (await backupsOf(plane, tenant.store)) as [Backup];
    expect(first.offsite).toMatchObject({
      state: 'verified',
      place: join(disk, `bot-${tenant.store}-qris`, first.file),
    });
    expect(readFileSync(first.offsite?.place as string).equals(readFileSync(first.local?.path as string))).toBe(true);

    rmSync(disk, { recursive: true });
    expect(await backUp(plane, tenant.store)).toMatchObject({ state: 'succeeded' });
    expect(existsSync(disk)).toBe(false);
    const [second] = (await backupsOf(plane, tenant.store)) as [Backup];
    expect(second).toMatchObject({ state: 'verified', offsite: { state: 'failed' } });
    expect(await incidents(plane, tenant.store)).toEqual([{ kind: 'offsite_failed', open: true }]);

    mkdirSync(disk);
    await backUp(plane, tenant.store);
    const states = (await backupsOf(plane, tenant.store)).map(({ offsite }) => offsite?.state);
    expect(states).toEqual(['verified', 'verified', 'verified']);
    expect(await incidents(plane, tenant.store)).toEqual([{ kind: 'offsite_failed', open: false }]);

    // The copy alone is damaged: the backup itself holds.
    const [third] = (await backupsOf(plane, tenant.store)) as [Backup];
    const copy = third.offsite?.place as string;
    writeFileSync(copy, readFileSync(copy).subarray(0, -16));
    expect(await ask(plane, `/v1/backups/${third.id}/verify`)).toMatchObject({ error: { code: 'BACKUP_DAMAGED' } });
    expect((await backupsOf(plane, tenant.store))[0]).toMatchObject({
      state: 'verified',
      offsite: { state: 'failed' },
    });
  });
});

describe.skipIf(!available)('copies in a bucket', () => {
  let plane: TestPlane;
  let bucket: FakeBucket;
  beforeAll(async () => {
    bucket = await startBucket();
    plane = await startPlane({
      env: {
        BACKUP_AUTOMATIC_OFFSITE: 'true',
        BACKUP_S3_ENDPOINT: bucket.url,
        BACKUP_S3_BUCKET: BUCKET,
        BACKUP_S3_ACCESS_KEY_ID: KEY_ID,
        BACKUP_S3_SECRET_ACCESS_KEY: 'test-secret-access-key',
        BACKUP_S3_PREFIX: 'lapak',
      },
    });
  });
  afterAll(async () => {
    await plane?.close();
    await bucket?.close();
  });

  test('a copy is read back from the bucket before it counts', async () => {
    const tenant = await openStocked(plane, 10);
    bucket.rot(true);
    await backUp(plane, tenant.store);
    expect(await backupsOf(plane, tenant.store)).toMatchObject([{ state: 'verified', offsite: { state: 'failed' } }]);
    expect(await incidents(plane, tenant.store)).toEqual([{ kind: 'offsite_failed', open: true }]);
    bucket.rot(false);
    await backUp(plane, tenant.store);
    expect(await incidents(plane, tenant.store)).toEqual([{ kind: 'offsite_failed', open: false }]);
    const [backup, before] = (await backupsOf(plane, tenant.store)) as [Backup, Backup];
    expect(before.offsite).toMatchObject({ state: 'verified' });
    const key = `lapak/bot-${tenant.store}-qris/${backup.file}`;
    expect(backup.offsite).toMatchObject({ state: 'verified', place: `s3://${BUCKET}/${key}` });
    const ofBackup = [...bucket.objects.keys()].filter((name) => name.includes(backup.file));
    expect(ofBackup.sort()).toEqual([key, `${key}.meta.json`]);
    expect(bucket.objects.get(key)?.equals(readFileSync(backup.local?.path as string))).toBe(true);
    expect(plane.logged()).not.toContain('test-secret-access-key');
    const stored = bucket.objects.get(key) as Buffer;
    stored[stored.length >> 1] = (stored[stored.length >> 1] as number) ^ 1;
    expect(await ask(plane, `/v1/backups/${backup.id}/verify`)).toMatchObject({ error: { code: 'BACKUP_DAMAGED' } });
  });

  test('an upload that breaks off half-way leaves no parts, is told, and is made up for by the next run', async () => {
    // Larger than one part.
    const tenant = await openStocked(plane, 1);
    const { store } = tenant;
    await fill(plane, tenant.database, 700);
    bucket.fail((method, url) => method === 'PUT' && url.searchParams.get('partNumber') === '2');
    expect(await backUp(plane, store)).toMatchObject({ state: 'succeeded' });
    const [failed] = (await backupsOf(plane, store)) as [Backup];
    expect(failed).toMatchObject({ state: 'verified', offsite: { state: 'failed' } });
    expect(bucket.unfinished()).toBe(0);
    expect([...bucket.objects.keys()].filter((key) => key.includes(store))).toEqual([]);
    expect(await incidents(plane, store)).toEqual([{ kind: 'offsite_failed', open: true }]);
    bucket.fail(() => false);
    await backUp(plane, store);
    expect((await backupsOf(plane, store)).map(({ offsite }) => offsite?.state)).toEqual(['verified', 'verified']);
    expect(await incidents(plane, store)).toEqual([{ kind: 'offsite_failed', open: false }]);
  });
});

async function fill(plane: TestPlane, database: string, rows: number): Promise<void> {
  const { createDb } = await import('../../../kernel/db.ts');
  const db = createDb({ connectionString: plane.databaseUrl(database), max: 1 });
  await db.query(
    `INSERT INTO goods SELECT n, (SELECT string_agg(md5(random()::text || i || n), '') FROM generate_series(1, 1000) i)
     FROM generate_series(100, 100 + $1::int) n`,
    [rows],
  );
  await db.close();
}
