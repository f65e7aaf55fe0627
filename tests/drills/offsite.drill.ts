import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backUp, backupsOf } from '../control-plane/backups/support.ts';
import { backupsAvailable } from '../control-plane/support/pg-tools.ts';
import { type Alarms, aboutStore, BACKUP_BUTTONS, type Shop, said, startAlarms } from './alarms.ts';

const available = await backupsAvailable();

describe.skipIf(!available)('copies of backups', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lapak-drill-offsite-'));
  const offsite = join(folder, 'disk');
  let drill: Alarms;
  let shop: Shop;
  beforeAll(async () => {
    mkdirSync(offsite);
    drill = await startAlarms({ BACKUP_OFFSITE_DIR: offsite, BACKUP_AUTOMATIC_OFFSITE: 'true' });
    shop = await drill.openShop('Warung Sari');
  }, 120_000);
  afterAll(async () => {
    await drill?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('while their place is away it is told once; they are made up for when it is back, and the store sells on', async () => {
    const { tenant } = shop;
    const pids = await shop.pids();
    const states = async () =>
      (await backupsOf(drill.plane, tenant.store)).map(({ state, offsite: copy }) => [state, copy?.state]);
    rmSync(offsite, { recursive: true });
    for (let n = 0; n < 2; n++) expect(await backUp(drill.plane, tenant.store)).toMatchObject({ state: 'succeeded' });
    expect(await states()).toEqual(Array(2).fill(['verified', 'failed']));
    await shop.sell();
    mkdirSync(offsite);
    expect(await backUp(drill.plane, tenant.store)).toMatchObject({ state: 'succeeded' });
    expect(await states()).toEqual(Array(3).fill(['verified', 'verified']));
    expect(await shop.pids()).toEqual(pids);
    const chat = (await drill.chat()).map((text) => text.replace(/backup-[\d-]+/, 'backup-<id>'));
    expect(chat).toEqual([
      said(
        aboutStore(tenant),
        '🔴 Salinan cadangan di luar server gagal',
        `backup-<id>.tar.gz.enc: The folder ${offsite} cannot be used: ENOENT: no such file or directory, stat '${offsite}'.`,
        ...BACKUP_BUTTONS,
      ),
      said(aboutStore(tenant), '✅ Salinan di luar server berhasil lagi · setelah <lama>'),
    ]);
  }, 180_000);
});
