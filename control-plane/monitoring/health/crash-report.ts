import { z } from 'zod';
import { storable } from '../../../kernel/text.ts';
import type { Driver, Observation } from '../../fleet/drivers/index.ts';
import { scrub } from '../../platform/secrets/index.ts';
import type { CrashReport } from './findings.ts';

const LogLine = z.object({
  time: z.string(),
  level: z.string(),
  msg: z.string(),
  err: z.object({ message: z.string().optional() }).optional(),
});

const TAIL_LINES = 8;
const LONGEST_LINE = 300;

/** How a runtime ended and what it said last, without any secret of its store; `reason` is what its state says. */
export async function readCrash(
  driver: Driver,
  { store, exit, state }: Observation,
  given: { reason: string | null; secrets(): Promise<Iterable<string>> },
): Promise<CrashReport> {
  const report = { exit, state, reason: given.reason };
  const lines: string[] = [];
  try {
    for await (const line of driver.logs(store, { tail: TAIL_LINES })) lines.push(line);
    const values = [...(await given.secrets())];
    // Cut after the scrubbing: half a secret would not be found.
    return { ...report, log: lines.map((line) => storable(scrub(readable(line), values).slice(0, LONGEST_LINE))) };
  } catch {
    return report;
  }
}

/** A line of the log as somebody reads it on a phone: hour, level if it is one to see, sentence, and the error of it. */
export function readable(line: string): string {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return line;
  }
  const parsed = LogLine.safeParse(entry);
  if (!parsed.success) return line;
  const { time, level, msg, err } = parsed.data;
  const error = err?.message === undefined || msg.includes(err.message) ? '' : `: ${err.message}`;
  return `${time.slice(11, 19)} ${level === 'info' ? '' : `${level} `}${msg}${error}`;
}
