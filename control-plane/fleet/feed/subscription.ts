import type { FleetEventRow } from './sql.ts';

/** What one follower was not sent yet. */
export type Subscription = {
  push(events: readonly FleetEventRow[]): void;
  /** What came since the last call, the oldest first; empty after `ms` milliseconds without any, undefined once it is closed. */
  take(ms: number): Promise<FleetEventRow[] | undefined>;
  /** Number of the newest event of all, when what was taken is all that came; undefined while something waits. */
  upToDate(): number | undefined;
  close(): void;
};

/** Things whose changes wait for a follower that does not read. */
const MOST_WAITING = 2_000;

export function createSubscription(options: {
  newest: number;
  wants(event: FleetEventRow): boolean;
  /** The follower reads too slowly: it must come again and replay. */
  onOverflow(): void;
  onClosed(): void;
}): Subscription {
  /** By what changed: of several changes of one thing the newest is kept. */
  const waiting = new Map<string, FleetEventRow>();
  let { newest } = options;
  let isClosed = false;
  let wakeUp = () => {};

  function close(): void {
    if (isClosed) return;
    isClosed = true;
    waiting.clear();
    options.onClosed();
    wakeUp();
  }

  return {
    push(events) {
      if (isClosed) return;
      for (const event of events) {
        newest = event.position;
        if (!options.wants(event)) continue;
        const of = `${event.kind} ${event.id}`;
        // Behind the others: whoever was sent this number has been sent all smaller ones.
        waiting.delete(of);
        waiting.set(of, event);
      }
      if (waiting.size > MOST_WAITING) {
        close();
        options.onOverflow();
      } else if (waiting.size > 0) wakeUp();
    },
    async take(ms) {
      if (waiting.size === 0 && !isClosed) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wakeUp = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      if (isClosed) return undefined;
      const events = [...waiting.values()];
      waiting.clear();
      return events;
    },
    upToDate: () => (waiting.size === 0 ? newest : undefined),
    close,
  };
}
