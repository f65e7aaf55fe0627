import ora from 'ora';
import type { Output } from './output.ts';
import { duration } from './time.ts';

/** Tells that `work` is under way, and how long it took. The line of a fault is left to whoever tells the fault. */
export async function stage<T>(output: Output, label: string, work: () => Promise<T>, done = label): Promise<T> {
  const began = performance.now();
  const spinner = output.live ? ora({ text: label, discardStdin: false }).start() : undefined;
  try {
    const result = await work();
    spinner?.stop();
    const time = output.noteStyle('dim', `(${duration(performance.now() - began)})`);
    output.note(`${output.noteStyle('green', '✓')} ${done} ${time}`);
    return result;
  } finally {
    spinner?.stop();
  }
}
