import { createServer } from 'node:net';
import { shortId } from '../../../kernel/ids.ts';
import { dockerAvailable, TEST_IMAGE } from '../../support/docker.ts';
import type { Measure } from '../bench.ts';
import { startPlane } from '../control-plane.ts';
import { median } from '../report.ts';
import { runByHand } from './by-hand.ts';

const ROUNDS = 3;
/** Of a store's default limits, the one that its start feels. */
const DEFAULT_CPUS = 0.5;
const TITLE =
  'POST /v1/tenants until the operation has succeeded, against docker run of the same image until /readyz says ready';

/** Seconds that opening a store takes with the docker driver. */
export const measureProvision: Measure = async (bench) => {
  const available = await dockerAvailable(TEST_IMAGE);
  if (!available.available) return { title: TITLE, rows: [], notes: [], skipped: available.reason };
  const from = await freeRange();
  const plane = await startPlane(bench, {
    LAPAK_DRIVER: 'docker',
    LAPAK_IMAGE: TEST_IMAGE,
    LAPAK_PORT_RANGE: `${from}-${from + 19}`,
  });
  bench.atEnd(() => plane.stop());
  const opened: number[] = [];
  const open = new Set<string>();
  const steps: Record<string, number>[] = [];
  const byHand: number[] = [];
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    const store = `bench-${shortId(6)}`;
    bench.atEnd(async () => open.has(store) && plane.remove(store));
    open.add(store);
    const ours = await plane.open(store, `${8000 + turn}:${'p'.repeat(35)}`);
    opened.push(ours.millis / 1000);
    steps.push(ours.steps);
    await plane.remove(store);
    open.delete(store);
    const database = `bench_hand_${shortId(6)}`;
    byHand.push((await runByHand(bench, { image: TEST_IMAGE, database, port: from + 20, cpus: DEFAULT_CPUS })) / 1000);
    bench.say(`provision: ${opened.at(-1)?.toFixed(2)} and ${byHand.at(-1)?.toFixed(2)} s`);
  }
  const names = Object.keys(steps[0] ?? {});
  const stepTimes = names.map((name) => `${name} ${median(steps.map((of) => of[name] ?? 0)).toFixed(0)}`);
  return {
    title: TITLE,
    rows: [
      { what: 'opening a store', ours: median(opened), yardstick: median(byHand), unit: 's', budget: { most: 1.5 } },
    ],
    notes: [
      `median of ${ROUNDS} rounds, by turns; both containers with the limits of a store (${DEFAULT_CPUS} processor, 256 MiB); the database of the yardstick is there and empty`,
      `milliseconds of each step of the operation: ${stepTimes.join(', ')}`,
    ],
  };
};

/** The first of some ports that are free now, below those that the system gives to outgoing connections. */
async function freeRange(): Promise<number> {
  const from = 22_000 + Math.floor(Math.random() * 300) * 30;
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(from + 20, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
  return free ? from : freeRange();
}
