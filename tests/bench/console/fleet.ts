import type { Page } from 'playwright-core';
import type { Bench } from '../bench.ts';
import { median, type Row } from '../report.ts';
import type { Stage } from './stage.ts';

const FEW = 10;
export const MANY = 10_000;
const ROUNDS = 3;
const PAGE = 500;
const SORTS = ['store', 'storeName', 'state', 'image', 'paidUntil', 'createdAt', 'updatedAt'] as const;

/** Notes when the first row, and when all rows, were painted: milliseconds since the tab went there. */
const WATCH = `
  globalThis.painted = {};
  new MutationObserver(() => {
    const note = (what) => requestAnimationFrame(() => setTimeout(() => { painted[what] ??= performance.now(); }));
    const grid = document.querySelector('main [role=grid]');
    if (!grid) return;
    if (!painted.first && grid.querySelector('[data-row]')) note('first');
    if (!painted.all && grid.getAttribute('aria-rowcount') === String(COUNT + 1)) note('all');
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-rowcount'] });`;

type Opened = { first: number; all: number };

/** Milliseconds until a fleet of many stores can be used, against one of few. Leaves the many. */
export async function measureFleetTime(bench: Bench, stage: Stage): Promise<{ rows: Row[]; notes: string[] }> {
  await stage.fill(0, FEW);
  const few = await opened(bench, stage, FEW);
  await stage.fill(FEW, MANY);
  const many = await opened(bench, stage, MANY);
  const row = (what: string, ours: number, yardstick: number): Row => ({ what, ours, yardstick, unit: 'ms' });
  const rows: Row[] = [
    {
      ...row(`${MANY} stores: the first rows can be used, against ${FEW}`, many.first, few.first),
      budget: { most: 2 },
    },
    row('  all of them are there', many.all, few.all),
  ];
  const bySlug = await listed(stage, 'store');
  for (const sort of SORTS) {
    rows.push({
      ...row(`  the API lists all of them by ${sort}, against by the slug`, await listed(stage, sort), bySlug),
      budget: { most: 2 },
    });
  }
  return { rows, notes: [`medians of ${ROUNDS} rounds; the page reads ${PAGE} stores at a time`] };
}

async function opened(bench: Bench, stage: Stage, count: number): Promise<Opened> {
  const taken: Opened[] = [];
  // The first one fills the caches, as the first visit of the day does.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const page = await stage.context.newPage();
    await page.addInitScript({ content: WATCH.replace('COUNT', String(count)) });
    await page.goto(`${stage.url}/console/fleet`);
    await page.locator(`[aria-rowcount="${count + 1}"]`).waitFor();
    if (round > 0) taken.push(await painted(page));
    await page.close();
  }
  const of = (what: keyof Opened) => median(taken.map((each) => each[what]));
  bench.say(`console: ${count} stores: first ${of('first').toFixed(0)} ms, all ${of('all').toFixed(0)} ms`);
  return { first: of('first'), all: of('all') };
}

/** Milliseconds of the list over the API, as the page asks for it: one page after the other, the median of some rounds. */
async function listed({ url, key }: Stage, sort: string): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    for (let cursor: string | null = ''; cursor !== null; ) {
      const after: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await fetch(`${url}/v1/tenants?limit=${PAGE}&sort=${sort}${after}`, {
        headers: { authorization: `Bearer ${key}` },
      });
      if (!answer.ok) throw new Error(`the list by ${sort} answers ${answer.status}`);
      ({ nextCursor: cursor } = (await answer.json()) as { nextCursor: string | null });
    }
    taken.push(performance.now() - began);
  }
  return median(taken);
}

async function painted(page: Page): Promise<Opened> {
  for (;;) {
    const { first, all } = await page.evaluate<Partial<Opened>>('painted');
    if (first !== undefined && all !== undefined) return { first, all };
  }
}
