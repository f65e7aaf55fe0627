import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tenant } from '../../../control-plane/api/contract/index.ts';
import { createLogBuffer } from '../../../web/console/screens/log/buffer.ts';
import { createTail } from '../../../web/console/screens/log/follow.ts';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { freePort } from '../../support/ports.ts';
import { expectFineScreen, openConsole } from './support.ts';

let plane: TestPlane;
let tenant: Tenant;
let written = 0;
beforeAll(async () => {
  plane = await startPlane({ env: { LAPAK_PORT: String(await freePort()) } });
  tenant = await plane.api.open({ telegramBotToken: plane.newBot().token });
});
afterAll(() => plane.close());

type Line = { level: string; msg: string; time: string };
const write = (...lines: (Line | string)[]) =>
  appendFile(
    join(tenant.folder, 'logs', 'runtime', 'output.log'),
    lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
  );

/** Lines of the store, a second apart, that no other test has. */
function lines(count: number, msg: string, level = 'info'): Line[] {
  return Array.from({ length: count }, (_, index) => {
    written += 1;
    return { level, msg: `${msg} ${index}`, time: new Date(Date.UTC(2030, 0, 1) + written * 1_000).toISOString() };
  });
}

const openLog = () => openConsole(plane, `/stores/${tenant.store}?tab=logs`);
const line = (page: Page, text: string) => page.getByRole('option').getByText(text, { exact: true }).last();
const list = (page: Page) => page.getByRole('listbox', { name: 'Log' });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

test('lines appear as they are written, and HTML in them is text', async () => {
  const { page, complaints } = await openLog();
  await page.getByText('Langsung').last().waitFor();
  const msg = '<img src=x onerror="document.title=1"><script>alert(1)</script>';
  await write({ level: 'error', msg, time: new Date().toISOString() }, 'no JSON: <b>bold</b>');
  await line(page, msg).waitFor();
  await line(page, 'no JSON: <b>bold</b>').click();
  const details = page.getByRole('region', { name: 'Baris terpilih' });
  await details.getByText('no JSON: <b>bold</b>').waitFor();
  expect(await page.locator('main img, main b, main script').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('lines are found by their text and by their level', async () => {
  await write(...lines(3, 'calm'), ...lines(2, 'loud', 'error'));
  const { page } = await openLog();
  await line(page, 'loud 1').waitFor();
  await page.getByLabel('Teks dalam baris').fill('CALM');
  await line(page, 'calm 2').waitFor();
  await line(page, 'loud 1').waitFor({ state: 'detached' });
  await page.getByLabel('Teks dalam baris').fill('');
  await page.getByLabel('Tingkat').selectOption('error');
  await line(page, 'loud 1').waitFor();
  await line(page, 'calm 2').waitFor({ state: 'detached' });
  await write(...lines(1, 'calm later'), ...lines(1, 'loud later', 'fatal'));
  await line(page, 'loud later 0').waitFor();
  expect(await line(page, 'calm later 0').count()).toBe(0);
  await page.getByLabel('Teks dalam baris').fill('nobody wrote this');
  await page.getByText('Tidak ada baris yang cocok.').waitFor();
});

test('who scrolls up pauses it, sees how much is new, and jumps to the newest', async () => {
  const run = written;
  await write(...lines(300, `scrolled ${run}`));
  const { page } = await openLog();
  await line(page, `scrolled ${run} 299`).waitFor();
  await list(page).hover();
  await page.mouse.wheel(0, -2_000);
  await page.getByText('Dijeda').waitFor();
  const first = await page.getByRole('option').first().innerText();
  await write(...lines(40, `meanwhile ${run}`));
  await button(page, /Ke baris terbaru \(40 baru\)/).waitFor();
  expect(await page.getByRole('option').first().innerText()).toBe(first);
  expect(await line(page, `meanwhile ${run} 39`).count()).toBe(0);
  await button(page, /Ke baris terbaru/).click();
  await line(page, `meanwhile ${run} 39`).waitFor();
  await write(...lines(1, `followed again ${run}`));
  await line(page, `followed again ${run} 0`).waitFor();
});

test('it is read by keyboard alone', async () => {
  await write(...lines(100, 'keyed'));
  const { page } = await openLog();
  await line(page, 'keyed 99').waitFor();
  await list(page).focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  const chosen = page.locator('[role="option"][aria-selected="true"]');
  await chosen.getByText('keyed 98', { exact: true }).waitFor();
  expect(await list(page).getAttribute('aria-activedescendant')).toBe(await chosen.getAttribute('id'));
  await page.keyboard.press('Home');
  await chosen.getByText('keyed 98', { exact: true }).waitFor({ state: 'detached' });
  await page.keyboard.press('End');
  await line(page, 'keyed 99').waitFor();
  await page.getByText('Langsung').last().waitFor();
});

test('what matches is downloaded as it was written', async () => {
  const kept = `kept aside ${written}`;
  await write(...lines(3, kept));
  const { page } = await openLog();
  await page.getByLabel('Teks dalam baris').fill(kept);
  await line(page, `${kept} 2`).waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Unduh').click()]);
  expect(download.suggestedFilename()).toBe(`${tenant.store}.log`);
  const text = await readFile(await download.path(), 'utf8');
  expect(
    text
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each).msg),
  ).toEqual([0, 1, 2].map((n) => `${kept} ${n}`));
});

test('a log goes on after the control plane was away, and no line is lost or there twice', async () => {
  const run = written;
  await write(...lines(3, `before ${run}`));
  const { page } = await openLog();
  await page.getByLabel('Teks dalam baris').fill('e');
  await line(page, `before ${run} 2`).waitFor();
  await plane.restart(async () => {
    await page.getByText('Sambungan terputus').last().waitFor();
    await write(...lines(3, `while away ${run}`));
  });
  await line(page, `while away ${run} 2`).waitFor();
  await write(...lines(1, `after ${run}`));
  await line(page, `after ${run} 0`).waitFor();
  for (const text of [
    `before ${run} 0`,
    `before ${run} 2`,
    `while away ${run} 0`,
    `while away ${run} 2`,
    `after ${run} 0`,
  ]) {
    expect([text, await page.getByRole('option').getByText(text, { exact: true }).count()]).toEqual([text, 1]);
  }
});

test('the log is for everybody', async () => {
  await write(...lines(200, 'Pesanan tg42-ab12 dibayar'), ...lines(1, 'Telegram menolak pesan', 'error'));
  await expectFineScreen(plane, `/stores/${tenant.store}?tab=logs`, 'logs', async (page) => {
    await line(page, 'Telegram menolak pesan 0').click();
    await page.getByRole('region', { name: 'Baris terpilih' }).waitFor();
  });
});

describe('of a log that is long', () => {
  test('the last lines are kept, and what moves for whoever looks is counted', () => {
    const buffer = createLogBuffer(1_000);
    for (let n = 0; n < 3_000; n += 10) buffer.push(Array.from({ length: 10 }, (_, index) => `line ${n + index}`));
    expect(buffer.total).toBeGreaterThanOrEqual(1_000);
    expect(buffer.total).toBeLessThanOrEqual(1_100);
    expect(buffer.dropped + buffer.count).toBe(3_000);
    expect(buffer.at(0)).toBe(`line ${buffer.dropped}`);
    expect(buffer.at(buffer.count - 1)).toBe('line 2999');
  });

  test('a search holds for lines that come and go later', () => {
    const buffer = createLogBuffer(100);
    buffer.search('EVEN');
    for (let n = 0; n < 1_000; n += 1) buffer.push([n % 2 === 0 ? `even ${n}` : `odd ${n}`]);
    expect(buffer.at(buffer.count - 1)).toBe('even 998');
    expect(buffer.dropped + buffer.count).toBe(500);
    expect(buffer.at(0)).toBe(`even ${buffer.dropped * 2}`);
    buffer.search('odd 999');
    expect([buffer.count, buffer.at(0)]).toEqual([1, 'odd 999']);
    expect(buffer.text()).toBe('odd 999\n');
  });
});

describe('a connection that goes on', () => {
  const at = (second: number, msg: string) =>
    JSON.stringify({ time: new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString(), msg });

  test('leaves out what came before, also lines without a time and equal ones', () => {
    const tail = createTail();
    const first = [at(1, 'a'), at(2, 'b'), 'stack', 'stack'];
    expect(tail.take(first)).toEqual(first);
    expect(tail.since()).toBe('2030-01-01T00:00:02.000Z');
    tail.reconnected();
    expect(tail.take([at(2, 'b'), 'stack'])).toEqual([]);
    expect(tail.take(['stack', 'stack', at(3, 'c')])).toEqual(['stack', at(3, 'c')]);
  });

  test('takes everything when nothing of it came before', () => {
    const tail = createTail();
    tail.take([at(1, 'a')]);
    tail.reconnected();
    expect(tail.take([at(5, 'e')])).toEqual([at(5, 'e')]);
  });
});
