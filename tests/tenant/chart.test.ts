import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChatClient, MessageView } from '../../sandbox/client.ts';
import { CHART_SIZE, type ChartSpec, createCharts } from '../../tenant-runtime/modules/staff/statistics/chart/index.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

const log = pino({ level: 'silent' });

const spec = (revenue: readonly number[]): ChartSpec => ({
  title: 'Omzet 7 hari terakhir',
  subtitle: '16 – 22 Nov 2026',
  names: { revenue: 'Omzet', orders: 'Pesanan lunas' },
  empty: 'Belum ada penjualan',
  buckets: revenue.map((each, nth) => ({ label: `${nth}`, revenue: each, orders: each > 0 ? nth : 0 })),
});

/** Width and height as a PNG's header says them. */
function sizeOf(png: Buffer) {
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** Processes that this one started, and that are there still. */
async function drawings(): Promise<string[]> {
  const found: string[] = [];
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
    const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (status.includes(`PPid:\t${process.pid}\n`) && line.includes('drawing')) found.push(line);
  }
  return found;
}

describe('the drawing', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lapak-chart-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Charts that are drawn by a program of the test's. */
  async function drawnBy(program: string, timeoutMs = 20_000) {
    const path = join(folder, 'drawing.mjs');
    await writeFile(path, program);
    return createCharts({ log, timeoutMs, program: path });
  }

  test('a chart is a picture of its size, shows what it is given, and leaves no process behind', async () => {
    const charts = createCharts({ log, timeoutMs: 60_000 });
    const [full, empty] = await Promise.all([charts.draw(spec([5, 9, 1, 7, 3, 8, 2])), charts.draw(spec([0, 0, 0]))]);
    expect(sizeOf(full!)).toEqual(CHART_SIZE);
    expect(sizeOf(empty!)).toEqual(CHART_SIZE);
    // A blank sheet would be some kilobytes, and texts without a font nothing at all.
    expect(full!.length).toBeGreaterThan(empty!.length);
    expect(empty!.length).toBeGreaterThan(12_000);
    expect(await drawings()).toEqual([]);
  });

  test('a drawing that fails or takes too long is no chart and leaves no process behind', async () => {
    const failing = await drawnBy("process.once('message', () => { throw new Error('no'); });");
    expect(await failing.draw(spec([1]))).toBeUndefined();
    const slow = await drawnBy("process.on('message', () => setInterval(() => {}, 1000));", 300);
    expect(await slow.draw(spec([1]))).toBeUndefined();
    expect(await drawings()).toEqual([]);
  });

  test('one chart is drawn at a time', async () => {
    const charts = await drawnBy(`
      import { rmSync, writeFileSync } from 'node:fs';
      process.once('message', () => {
        writeFileSync(${JSON.stringify(join(folder, 'busy'))}, '', { flag: 'wx' });
        setTimeout(() => {
          rmSync(${JSON.stringify(join(folder, 'busy'))});
          process.send(Buffer.from('chart'), () => process.exit());
        }, 50);
      });`);
    const drawn = await Promise.all([1, 2, 3].map((value) => charts.draw(spec([value]))));
    expect(drawn.map(String)).toEqual(['chart', 'chart', 'chart']);
  });
});

describe('the chart in the chat', () => {
  let shop: TestStore;
  let adminChat: ChatClient;
  beforeEach(async () => {
    shop = await startTestStore();
    adminChat = shop.admin.chatWith(shop.bot);
    await adminChat.send('/admin');
    await adminChat.waitFor('Admin Settings');
  });
  afterEach(() => shop.close());

  async function tap(label: string, reply: string): Promise<MessageView> {
    await adminChat.tap(label);
    return adminChat.waitFor(reply);
  }

  test('the figures come with a chart, other periods change the same message, and the way leads back', async () => {
    const shown = await tap('📊 Statistik', 'Statistik hari ini');
    expect(shown.kind).toBe('photo');
    expect(sizeOf(await adminChat.download(shown))).toEqual(CHART_SIZE);
    const month = await tap('30 hari', 'Statistik 30 hari');
    expect([month.id, month.kind]).toEqual([shown.id, 'photo']);
    expect(month.file?.id).not.toBe(shown.file?.id);
    await tap('⬅️ Kembali ke Menu Admin', 'Mau mengatur apa');
  });

  test('a picture that Telegram does not take leaves the figures, which say so', async () => {
    await shop.client.faults.add({
      method: 'editMessageMedia',
      target: 'telegram',
      kind: '400',
      description: 'Bad Request: IMAGE_PROCESS_FAILED',
    });
    const shown = await tap('📊 Statistik', 'Grafiknya sedang tidak bisa dibuat');
    expect(shown.kind).toBe('text');
    expect(shown.text).toContain('Omzet: Rp0');
    await tap('⬅️ Kembali ke Menu Admin', 'Mau mengatur apa');
  });
});
