import type { Measure } from '../bench.ts';
import { type Row, verdictOf } from '../report.ts';
import { measureChanges } from './changes.ts';
import { measureCost } from './cost.ts';
import { firstLoads, MOST_KIB } from './first-load.ts';
import { MANY, measureFleetTime } from './fleet.ts';
import { measureScrolling } from './scrolling.ts';
import { startStage } from './stage.ts';

const TITLE = `the console in a browser, with a control plane of ${MANY} stores (first load: KiB, gzip: page, scripts and styles)`;

/** What the console costs a browser to load and to keep open, how soon it can be used, and what it costs the control plane. */
export const measureConsole: Measure = async (bench) => {
  const rows: Row[] = await firstLoadRows();
  const stage = await startStage(bench);
  rows.push(...(await measureFleetTime(bench, stage)));
  const notes: string[] = [];
  for (const measure of [measureChanges, measureScrolling, measureCost]) {
    const taken = await measure(bench, stage);
    rows.push(...taken.rows);
    notes.push(...taken.notes);
  }
  const missed = rows.filter((one) => verdictOf(one) === 'missed').map(({ what }) => what.trim());
  return { title: TITLE, rows, notes, ...(missed.length > 0 && { failed: `missed: ${missed.join('; ')}` }) };
};

async function firstLoadRows(): Promise<Row[]> {
  const { screens, shell, react } = await firstLoads();
  const row = (what: string, ours: number): Row => ({ what, ours, yardstick: MOST_KIB, unit: 'KiB' });
  return [
    row('first load: React alone, against the bound of a screen', react),
    row('  what every screen needs', shell),
    ...[...screens].map(([screen, kib]): Row => ({ ...row(`  ${screen}`, kib), budget: { most: 1 } })),
  ];
}
