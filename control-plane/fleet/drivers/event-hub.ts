import type { DriverEvent } from './driver.ts';

/** Hands each event to everyone who listens at that moment. A listener that is slow keeps its own queue. */
export type EventHub = {
  publish(event: DriverEvent): void;
  listen(signal: AbortSignal): AsyncIterable<DriverEvent>;
};

export function createEventHub(): EventHub {
  const listeners = new Set<(event: DriverEvent) => void>();
  return {
    publish(event) {
      for (const listener of listeners) listener(event);
    },
    /** Registered at once, not at the first `next()`: nothing that happens after the call is missed. */
    listen(signal) {
      const queue: DriverEvent[] = [];
      let wake = () => {};
      const listener = (event: DriverEvent) => {
        queue.push(event);
        wake();
      };
      const onAbort = () => {
        listeners.delete(listener);
        wake();
      };
      if (!signal.aborted) {
        listeners.add(listener);
        signal.addEventListener('abort', onAbort, { once: true });
      }
      return (async function* () {
        try {
          while (true) {
            while (queue.length > 0 && !signal.aborted) yield queue.shift()!;
            if (signal.aborted) return;
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        } finally {
          listeners.delete(listener);
          signal.removeEventListener('abort', onAbort);
        }
      })();
    },
  };
}
