import type { Observation } from './driver.ts';

/** How a runtime ended, as the predicate of a sentence: `it ${describeExit(exit)}`. Pure. */
export function describeExit({ code, signal, outOfMemory, error }: NonNullable<Observation['exit']>): string {
  if (error !== undefined) return `failed: ${error}`;
  const how = signal ?? (code === null ? undefined : `exit code ${code}`);
  if (outOfMemory) return how ? `ran out of memory (${how})` : 'ran out of memory';
  return how ? `ended with ${how}` : 'ended while nobody watched';
}
