import { expect, test } from 'vitest';
import { printable } from './report.ts';
import { runChaos } from './run.ts';

const PURCHASES = 24;
/** On a busy machine customers take longer, and would meet more troubles, which takes longer still. */
const STORM_MS = 30_000;
const LIMIT_MS = 280_000;
/** One more run, of a seed that `npm run chaos` has shown to be bad, say. */
const GIVEN = process.env.LAPAK_CHAOS_SEED;
const SEEDS = [2, ...(GIVEN ? [Number(GIVEN)] : [])];

test.each(SEEDS)(
  'whatever breaks, at the end the books balance (seed %i)',
  { timeout: LIMIT_MS + 20_000 },
  async (seed) => {
    const report = await runChaos({ seed, purchases: PURCHASES, stormMs: STORM_MS, limitMs: LIMIT_MS, say: () => {} });
    const again = `npm run chaos -- --seed ${seed} --purchases ${PURCHASES}`;
    expect(report.broken, printable(report, again)).toEqual([]);
    // A run in which nothing was sold, or nothing broke, would prove nothing.
    expect(report.orders).toBeGreaterThan(PURCHASES / 2);
    expect(report.troubles).toMatchObject({
      'store SIGKILL': expect.any(Number),
      'postgres kill': expect.any(Number),
    });
  },
);
