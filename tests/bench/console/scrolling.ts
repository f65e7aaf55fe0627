import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import type { Row } from '../report.ts';
import { type Stage, storeAt } from './stage.ts';

const FEW = 1_000;
const MANY = 100_000;
const CHUNK = 5_000;
const FRAMES = 600;

/**
 * Scrolls the log by three screens in each frame, to one end and back, as nobody can with a wheel, and takes the time of
 * each frame. A frame that came more than half a frame too late has dropped another.
 */
const SCROLL = `new Promise((resolve) => {
  const list = document.querySelector('.log-lines');
  const taken = [];
  let before, by = -3 * list.clientHeight;
  const frame = (now) => {
    if (before !== undefined) taken.push(now - before);
    before = now;
    if (list.scrollTop <= 0) by = Math.abs(by);
    if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) by = -Math.abs(by);
    list.scrollTop += by;
    if (taken.length < ${FRAMES}) requestAnimationFrame(frame);
    else resolve(taken);
  };
  requestAnimationFrame(frame);
})`;
/** What the screen refreshes with while nothing happens, the half of all frames. */
const IDLE = `new Promise((resolve) => {
  const taken = [];
  let before;
  const frame = (now) => {
    if (before !== undefined) taken.push(now - before);
    before = now;
    if (taken.length < 120) requestAnimationFrame(frame);
    else resolve(taken.sort((a, b) => a - b)[60]);
  };
  requestAnimationFrame(frame);
})`;

/** The share of frames that came in time while a log of many lines is scrolled, against one of few. */
export async function measureScrolling(bench: Bench, stage: Stage): Promise<{ rows: Row[]; notes: string[] }> {
  const fewFrames = await scrolled(stage, storeAt(1), FEW);
  const manyFrames = await scrolled(stage, storeAt(2), MANY);
  // One measure for both: what else the machine does moves it.
  const refresh = Math.min(fewFrames.refresh, manyFrames.refresh);
  const few = judged(fewFrames.frames, refresh);
  const many = judged(manyFrames.frames, refresh);
  bench.say(
    `console: frames in time with ${FEW} lines ${few.inTime.toFixed(3)}, with ${MANY} ${many.inTime.toFixed(3)}`,
  );
  return {
    rows: [
      {
        what: `scrolling ${MANY} log lines: share of frames in time, against ${FEW} lines`,
        ours: many.inTime,
        yardstick: few.inTime,
        unit: 'of 1',
        budget: { least: 0.95 },
      },
      { what: '  the longest frame', ours: many.longest, yardstick: few.longest, unit: 'ms' },
    ],
    notes: [
      `${many.dropped} of ${FRAMES} frames were dropped with ${MANY} lines, ${few.dropped} with ${FEW}; a frame takes ${refresh.toFixed(1)} ms here`,
    ],
  };
}

function judged(frames: readonly number[], refresh: number) {
  const dropped = frames.filter((taken) => taken > refresh * 1.5).length;
  return { inTime: 1 - dropped / frames.length, dropped, longest: Math.max(...frames) };
}

async function scrolled(stage: Stage, store: string, count: number): Promise<{ frames: number[]; refresh: number }> {
  const path = stage.logOf(store);
  await mkdir(dirname(path), { recursive: true });
  await appendFile(path, lines(0, 1));
  const page = await stage.open(`/stores/${store}?tab=logs`);
  const shown = page.locator('.log-lines [role=option]');
  await shown.first().waitFor();
  for (let from = 1; from < count; from += CHUNK) await appendFile(path, lines(from, Math.min(count, from + CHUNK)));
  await page
    .getByRole('option')
    .getByText(`order ${count - 1} was paid`)
    .waitFor();
  // What came last is drawn, and collected.
  await sleep(1_000);
  const refresh = await page.evaluate<number>(IDLE);
  const frames = await page.evaluate<number[]>(SCROLL);
  await page.close();
  return { frames, refresh };
}

function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => {
    const n = from + index;
    const time = new Date(Date.UTC(2030, 0, 1) + n * 100).toISOString();
    const level = n % 50 === 0 ? 'error' : n % 11 === 0 ? 'warn' : 'info';
    return `${JSON.stringify({ level, time, orderId: n, userId: n % 997, msg: `order ${n} was paid` })}\n`;
  }).join('');
}
