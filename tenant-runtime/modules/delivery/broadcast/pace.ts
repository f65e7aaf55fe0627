/** Telegram takes 30 messages a second of one bot. What customers are waiting for needs some of them. */
export const PER_SECOND = 25;

/**
 * Calls that may wait for their answer at one time. Together with the pace they stay within Telegram's 30 also where a
 * network holds calls up and lets them go at once.
 */
export const MOST_IN_FLIGHT = 4;

export type Pace = {
  /** Resolves when the next call may be made; false when `interrupt` came first and nothing may be made yet. */
  turn(): Promise<boolean>;
  /** No turn comes for so long, in milliseconds. */
  pause(millis: number): void;
  interrupt(): void;
};

/** Turns one after the other, evenly. Time that was lost is not made up for. */
export function createPace(perSecond = PER_SECOND): Pace {
  const gap = 1000 / perSecond;
  let next = 0;
  let interrupted = false;
  let wake = (): void => {};
  return {
    async turn() {
      for (;;) {
        if (interrupted) {
          interrupted = false;
          return false;
        }
        const now = performance.now();
        if (now >= next) {
          next = now + gap;
          return true;
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.ceil(next - now));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    pause(millis) {
      next = Math.max(next, performance.now() + millis);
    },
    interrupt() {
      interrupted = true;
      wake();
    },
  };
}
