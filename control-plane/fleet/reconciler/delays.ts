import type { Clock } from '../../../kernel/clock.ts';

const FIRST_DELAY_MS = 10_000;
const LONGEST_DELAY_MS = 300_000;

/** Delays between attempts that failed, doubling, by store. */
export type Delays = ReturnType<typeof createDelays>;

export function createDelays(clock: Clock) {
  const waits = new Map<string, { until: number; delay: number }>();
  return {
    isWaiting: (id: string) => (waits.get(id)?.until ?? 0) > clock.now().getTime(),
    postpone(id: string) {
      const before = waits.get(id)?.delay;
      const delay = before === undefined ? FIRST_DELAY_MS : Math.min(before * 2, LONGEST_DELAY_MS);
      waits.set(id, { delay, until: clock.now().getTime() + delay });
    },
    clear: (id: string) => waits.delete(id),
  };
}
