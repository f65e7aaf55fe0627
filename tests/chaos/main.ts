import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { errorMessage } from '../../kernel/errors.ts';
import { printable } from './report.ts';
import { runChaos } from './run.ts';

const USAGE = 'Usage: npm run chaos [-- --seed N --purchases N]';
/** To open and to come to rest, and for each purchase: the gateway takes two invoices a second. */
const LIMIT_MS = 8 * 60_000;
const LIMIT_PER_PURCHASE_MS = 3000;

function wholeNumber(text: string, name: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`${name} must be a whole number above zero.\n${USAGE}`);
  process.exit(2);
}

const { values } = parseArgs({
  options: { seed: { type: 'string' }, purchases: { type: 'string', default: '500' } },
});
const seed = values.seed === undefined ? randomInt(1, 1_000_000) : wholeNumber(values.seed, '--seed');
const purchases = wholeNumber(values.purchases, '--purchases');
const again = `npm run chaos -- --seed ${seed} --purchases ${purchases}`;
console.log(`seed ${seed}; again: ${again}`);

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());

try {
  const report = await runChaos({
    seed,
    purchases,
    limitMs: LIMIT_MS + purchases * LIMIT_PER_PURCHASE_MS,
    say: (line) => console.log(line),
    signal: interrupted.signal,
  });
  console.log(`\n${printable(report, again)}`);
  process.exit(report.broken.length === 0 ? 0 : 1);
} catch (error) {
  console.error(`${errorMessage(error)}\nagain: ${again}`);
  process.exit(interrupted.signal.aborted ? 130 : 1);
}
