import { storable } from '../../kernel/text.ts';
import type { Driver, Observation } from '../drivers/index.ts';
import { scrub } from '../secrets/index.ts';
import { endOf } from './look.ts';

const TAIL_LINES = 8;
const LONGEST_LINE = 300;

/** How a runtime ended and what it said last, without any secret of its store; `reason` is what its state says. */
export async function lastWords(
  driver: Driver,
  seen: Observation,
  given: { reason: string | null; secrets(): Promise<Iterable<string>> },
): Promise<string> {
  const now = seen.exit ? `${endOf(seen.exit)}; now ${seen.state}.` : `It is ${seen.state}.`;
  const head = given.reason ? `${now} ${given.reason}` : now;
  const lines: string[] = [];
  try {
    for await (const line of driver.logs(seen.store, { tail: TAIL_LINES })) lines.push(line);
    const values = [...(await given.secrets())];
    // Cut after the scrubbing: half a secret would not be found.
    const told = lines.map((line) => storable(scrub(line, values).slice(0, LONGEST_LINE)));
    return told.length > 0 ? `${head}\n${told.join('\n')}` : head;
  } catch {
    return `${head} Its log cannot be read.`;
  }
}
