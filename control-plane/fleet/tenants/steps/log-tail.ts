import type { Driver } from '../../drivers/index.ts';

const TAIL_LINES = 5;
export const LONGEST_LINE = 300;

/** The last lines of a runtime as the end of a sentence; the runner takes secrets out of them. */
export async function logTail(driver: Driver, store: string): Promise<string> {
  const lines: string[] = [];
  for await (const line of driver.logs(store, { tail: TAIL_LINES })) lines.push(line.slice(0, LONGEST_LINE));
  return lines.length > 0 ? ` Its last log lines:\n${lines.join('\n')}` : '';
}
