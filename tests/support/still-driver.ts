import { createServer, type Server } from 'node:http';
import { loopbackEndpoint } from '../../control-plane/fleet/drivers/driver.ts';
import { createEventHub } from '../../control-plane/fleet/drivers/event-hub.ts';
import type { Driver, Observation } from '../../control-plane/fleet/drivers/index.ts';

/** A driver whose engine exists in memory only: what it is told to run, it says that it runs, and is ready. */
export type StillDriver = Driver & {
  /** What is seen of a store from now on; undefined for nothing. Everybody who listens is told. */
  show(store: string, seen: Omit<Observation, 'store'> | undefined): void;
  /** From now on every call fails, or waits for ever; undefined to answer again. */
  fail(how: 'refuses' | 'hangs' | undefined): void;
  /** From now on starting a runtime fails with this message; undefined to start again. */
  refuseStarts(why: string | undefined): void;
  /** How many starts failed so. */
  refusals(): number;
  /** Whether the store says that it is ready, or takes the question and never answers. */
  readiness(store: string, how: 'ready' | 'hangs'): void;
  /** What was asked of the engine, in order. */
  calls: string[];
  end(): Promise<void>;
};

/** @param options.doors false where somebody else answers `/readyz` on the stores' ports */
export function createStillDriver({ doors: opens = true }: { doors?: boolean } = {}): StillDriver {
  const hub = createEventHub();
  const runtimes = new Map<string, Observation>();
  const doors = new Map<string, Server>();
  const silent = new Set<string>();
  const calls: string[] = [];
  let fault: 'refuses' | 'hangs' | undefined;
  let noStart: string | undefined;
  let refused = 0;

  async function answer<T>(value: () => T | Promise<T>): Promise<T> {
    if (fault === 'hangs') return new Promise(() => {});
    if (fault === 'refuses') throw new Error('the engine does not answer');
    return value();
  }
  const of = (store: string): Observation => runtimes.get(store) ?? { store, state: 'missing' };

  function show(store: string, seen: Omit<Observation, 'store'> | undefined): void {
    if (seen) runtimes.set(store, { store, ...seen });
    else runtimes.delete(store);
    hub.publish({ store, kind: seen ? 'started' : 'removed', at: new Date() });
  }

  /** Answers `/readyz` in place of the store. */
  async function openDoor(store: string, port: number): Promise<void> {
    // A store whose ports were replaced answers at the new ones.
    const place = `${store}:${port}`;
    if (doors.has(place)) return;
    const door = createServer((_request, response) => {
      if (silent.has(store)) return;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ready: true, checks: {} }));
    });
    doors.set(place, door);
    await new Promise<void>((resolve) => door.listen(port, '127.0.0.1', resolve));
  }

  return {
    kind: 'process',
    calls,
    show,
    fail(how) {
      fault = how;
    },
    refuseStarts(why) {
      noStart = why;
    },
    refusals: () => refused,
    readiness(store, how) {
      if (how === 'hangs') silent.add(store);
      else silent.delete(store);
    },
    ensure: ({ store, specHash, generation, ports }) =>
      answer(async () => {
        if (noStart) {
          refused += 1;
          throw new Error(noStart);
        }
        if (opens) await openDoor(store, ports.telegram);
        calls.push(`ensure ${store}`);
        show(store, { state: 'running', specHash, generation, id: store });
        return of(store);
      }),
    observe: (store) => answer(() => of(store)),
    endpoint: loopbackEndpoint,
    observeAll: () => answer(() => [...runtimes.values()]),
    stop: (store) =>
      answer(() => {
        calls.push(`stop ${store}`);
        if (runtimes.has(store)) show(store, { ...of(store), state: 'exited' });
      }),
    kill: async () => {},
    remove: (store) => answer(() => show(store, undefined)),
    usage: async () => undefined,
    async *logs() {},
    events: (signal) => hub.listen(signal),
    image: async () => undefined,
    ping: () => answer(() => ({ version: 'still' })),
    close: async () => {},
    async end() {
      for (const door of doors.values()) {
        door.closeAllConnections();
        await new Promise((resolve) => door.close(resolve));
      }
    },
  };
}
