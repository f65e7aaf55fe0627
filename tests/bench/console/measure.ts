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
  const rows = await firstLoadRows();
  const notes: string[] = [];
  const faults: string[] = [];
  const stage = await startStage(bench);
  for (const measure of [measureFleetTime, measureScrolling, measureCost, measureChanges]) {
    try {
      const taken = await measure(bench, stage);
      rows.push(...taken.rows);
      notes.push(...taken.notes);
    } catch (error) {
      // What the others found is told all the same.
      faults.push(`${measure.name}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  const missed = rows.filter((one) => verdictOf(one) === 'missed').map(({ what }) => what.trim());
  if (missed.length > 0) faults.unshift(`missed: ${missed.join('; ')}`);
  return { title: TITLE, rows, notes, ...(faults.length > 0 && { failed: faults.join('\n') }) };
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
