import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backUp } from '../control-plane/backups/support.ts';
import { backupsAvailable } from '../control-plane/support/pg-tools.ts';
import { type Alarms, aboutStore, BACKUP_BUTTONS, type Shop, said, startAlarms } from './alarms.ts';

const small = (dir: string) => execa('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', dir]);

/** Why no small disk can be mounted; only root may. */
async function noDisk(): Promise<string | undefined> {
  const dir = await mkdtemp(join(tmpdir(), 'lapak-disk-'));
  try {
    await small(dir);
    await execa('umount', [dir]);
    return undefined;
  } catch (error) {
    return (error as { shortMessage?: string }).shortMessage ?? String(error);
  } finally {
    await rm(dir, { recursive: true });
  }
}
const why = (await noDisk()) ?? ((await backupsAvailable()) ? undefined : 'there is no pg_dump');
if (why) process.stderr.write(`the drill of the full disk is skipped: ${why}\n`);

describe.skipIf(why)('a full disk', () => {
  let drill: Alarms;
  let shop: Shop;
  let disk: string;
  beforeAll(async () => {
    drill = await startAlarms();
    shop = await drill.openShop('Warung Sari');
    disk = join(shop.tenant.folder, 'backups', 'local');
    await mkdir(disk, { recursive: true });
    await small(disk);
  }, 120_000);
  afterAll(async () => {
    await execa('umount', ['-l', disk]);
    await drill?.close();
  });

  test('keeps backups from being made and no customer from buying; it is told once, and once when there is room', async () => {
    const { tenant } = shop;
    const pids = await shop.pids();
    expect(await backUp(drill.plane, tenant.store)).toMatchObject({ state: 'succeeded' });
    const filler = join(disk, 'filler');
    fillUp(filler);
    const failed = [await backUp(drill.plane, tenant.store), await backUp(drill.plane, tenant.store)];
    for (const { state, error } of failed) {
      expect([state, error?.code]).toEqual(['failed', 'STORAGE_FULL']);
      expect(error?.message).toMatch(`in ${disk}, and 0.2 MB beside it stay free for the stores; 0.0 MB are free`);
    }
    // Not even begun.
    expect(readdirSync(disk).filter((name) => name.endsWith('.part'))).toEqual([]);
    await shop.sell();
    rmSync(filler);
    expect(await backUp(drill.plane, tenant.store)).toMatchObject({ state: 'succeeded' });
    expect(await shop.pids()).toEqual(pids);
    const fact = `STORAGE_FULL: ${failed[0]?.error?.message}`;
    expect(await drill.chat()).toEqual([
      said(aboutStore(tenant), '🔴 Cadangan gagal dibuat', fact, ...BACKUP_BUTTONS),
      said(aboutStore(tenant), '✅ Cadangan berhasil lagi · setelah <lama>'),
    ]);
  }, 180_000);
});

/** Writes until the disk takes no more. */
function fillUp(file: string): void {
  for (let size = 1 << 20; size >= 4096; size >>= 1) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}
