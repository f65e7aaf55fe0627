import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { cpuMillis } from '../process-cost.ts';
import { median, type Row } from '../report.ts';
import type { Stage } from './stage.ts';

const SETTLE_MS = 5_000;
const SPAN_MS = 20_000;
const ROUNDS = 3;
/** Of a core, in per cent. */
const MOST = 1;

/** What one open console costs an idle control plane: processor time of its process with and without, in turn. */
export async function measureCost(bench: Bench, stage: Stage): Promise<{ rows: Row[]; notes: string[] }> {
  if ((await cpuMillis(stage.pid)) === undefined)
    return { rows: [], notes: ['the cost was not measured: no /proc here'] };
  const without: number[] = [];
  const open: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    without.push(await share(stage.pid));
    const page = await stage.open('');
    await page.locator('[data-connection=connected]').waitFor();
    open.push(await share(stage.pid));
    await page.close();
  }
  const [idle, used] = [median(without), median(open)];
  bench.say(`console: the control plane uses ${idle.toFixed(2)} % of a core idle, ${used.toFixed(2)} % with a console`);
  return {
    rows: [
      {
        what: 'processor time of an idle control plane for one open console, against its bound',
        ours: Math.max(0, used - idle),
        yardstick: MOST,
        unit: '% of a core',
        budget: { most: 1 },
      },
    ],
    notes: [`without a console it uses ${idle.toFixed(2)} % of a core; median of ${ROUNDS} times ${SPAN_MS / 1000} s`],
  };
}

/** Per cent of a core that a process uses, once it has settled. */
async function share(pid: number): Promise<number> {
  await sleep(SETTLE_MS);
  const used = async () => (await cpuMillis(pid)) ?? Number.NaN;
  const [before, began] = [await used(), performance.now()];
  await sleep(SPAN_MS);
  return (((await used()) - before) / (performance.now() - began)) * 100;
}
