import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Bench } from '../bench.ts';
import { percentile, type Row } from '../report.ts';
import { MANY } from './fleet.ts';
import { type Stage, storeAt } from './stage.ts';

const CHANGES = 120;
const MOST_MS = 1_000;
/** One a second, all of them stores that the tab shows. */
const EVENTS_OF_AN_HOUR = 3_600;
const TOGETHER = 100;

/** Notes when the name of the first store was painted as it should be, by the clock of the machine. */
const WATCH = `
  globalThis.wanted = '';
  globalThis.paintedAt = 0;
  new MutationObserver(() => {
    if (paintedAt || !wanted || document.querySelector('[data-row="0"] a')?.textContent !== wanted) return;
    paintedAt = -1;
    requestAnimationFrame(() => setTimeout(() => { paintedAt = Date.now(); }));
  }).observe(document.body, { subtree: true, childList: true, characterData: true });`;

/** How long a change in the database takes to the screen, and what a tab keeps of an hour of them. */
export async function measureChanges(bench: Bench, stage: Stage): Promise<{ rows: Row[]; notes: string[] }> {
  const page = await stage.open('/fleet');
  await page.locator(`[aria-rowcount="${MANY + 1}"]`).waitFor();
  await page.locator('[data-connection=connected]').waitFor();
  await page.evaluate(WATCH);
  const taken: number[] = [];
  for (let change = 0; change < CHANGES; change += 1) {
    // At any moment of what the control plane and the page do by the clock.
    await sleep(Math.random() * 700);
    taken.push(await seenAfter(stage, page, `Berubah ${change}`));
  }
  const [half, most] = [percentile(taken, 0.5), percentile(taken, 0.99)];
  bench.say(`console: a change is seen after ${half} ms, p99 ${most} ms`);
  const row = (what: string, ours: number): Row => ({ what, ours, yardstick: MOST_MS, unit: 'ms' });
  const memory = await memoryOfAnHour(stage, page);
  await page.close();
  return {
    rows: [
      row('a change in the database → on the screen, median, against its bound', half),
      { ...row(`  99 of 100 of ${CHANGES} changes`, most), budget: { most: 1 } },
      memory,
    ],
    notes: [
      `the slowest change took ${Math.max(...taken)} ms; the tab shows ${MANY} stores, and the names of some change`,
    ],
  };
}

/** @returns milliseconds from before the statement until the name was painted */
async function seenAfter({ db }: Stage, page: Page, name: string): Promise<number> {
  await page.evaluate(`wanted = ${JSON.stringify(name)}; paintedAt = 0`);
  const began = Date.now();
  await db.query('UPDATE tenants SET store_name = $2 WHERE store = $1', [storeAt(0), name]);
  await page.locator('[data-row="0"]').getByText(name, { exact: true }).waitFor();
  for (;;) {
    const at = await page.evaluate<number>('paintedAt');
    if (at > 0) return at - began;
  }
}

/** The heap of the tab after a collection, before and after as many changes as an hour brings. */
async function memoryOfAnHour(stage: Stage, page: Page): Promise<Row> {
  const heap = await stage.context.newCDPSession(page);
  const used = async () => {
    await heap.send('HeapProfiler.collectGarbage');
    return (await heap.send('Runtime.getHeapUsage')).usedSize / 1e6;
  };
  const before = await used();
  for (let done = 0; done < EVENTS_OF_AN_HOUR; done += TOGETHER) {
    const name = `Ramai ${done}`;
    await stage.db.query('UPDATE tenants SET store_name = $3 WHERE store = $1 OR store = ANY($2)', [
      storeAt(0),
      Array.from({ length: TOGETHER - 1 }, (_, index) => storeAt(1 + ((done + index) % (MANY - 1)))),
      name,
    ]);
    await page.locator('[data-row="0"]').getByText(name, { exact: true }).waitFor();
  }
  return {
    what: `heap of the tab after ${EVENTS_OF_AN_HOUR} changes, an hour's, against before`,
    ours: await used(),
    yardstick: before,
    unit: 'MB',
    budget: { most: 1.2 },
  };
}
