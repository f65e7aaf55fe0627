import type { Output } from './output.ts';
import { duration } from './time.ts';

/** Shows on stderr that `work` goes on, and then how long it took. The caller reports a failure. */
export async function withProgress<T>(output: Output, label: string, work: () => Promise<T>, done = label): Promise<T> {
  const began = performance.now();
  const spinner = output.live ? (await import('ora')).default({ text: label, discardStdin: false }).start() : undefined;
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
