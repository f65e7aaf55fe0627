import { createInterface } from 'node:readline';
import type Docker from 'dockerode';
import { backoffMs } from '../../../../kernel/backoff.ts';
import type { Log } from '../../../../kernel/log.ts';
import { pause } from '../../../../kernel/pause.ts';
import type { DriverEvent, Observation } from '../driver.ts';
import { isOurs, LABELS } from './container.ts';

const KINDS: Record<string, DriverEvent['kind']> = {
  start: 'started',
  die: 'exited',
  destroy: 'removed',
  'health_status: healthy': 'healthy',
  'health_status: unhealthy': 'unhealthy',
};

/** How the last run of each store ended, as the events told. */
export type LastExits = {
  get(store: string): Observation['exit'];
  note(event: EngineEvent): void;
};

export function createLastExits(): LastExits {
  const exits = new Map<string, NonNullable<Observation['exit']>>();
  const outOfMemory = new Set<string>();
  return {
    get: (store) => exits.get(store),
    note({ Action: action, Actor: { Attributes: attributes }, timeNano }) {
      const store = attributes[LABELS.tenant];
      if (!store) return;
      if (action === 'oom') outOfMemory.add(store);
      if (action === 'destroy') exits.delete(store);
      if (action !== 'die') return;
      const at = new Date(timeNano / 1e6);
      exits.set(store, { code: Number(attributes.exitCode), outOfMemory: outOfMemory.delete(store), at });
    },
  };
}

const RETRY = { firstMs: 500, maxMs: 30_000 };

type EngineEvent = { Action: string; timeNano: number; time: number; Actor: { Attributes: Record<string, string> } };

/**
 * Publishes what the engine says of our containers until the signal aborts. A stream that ends (the engine restarted)
 * is opened again from the last event on.
 */
export async function watchEvents(
  docker: Docker,
  signal: AbortSignal,
  deps: { publish(event: DriverEvent): void; exits: LastExits; log: Log; installation?: string | undefined },
): Promise<void> {
  // The engine compares with its own clock; a second of slack, and each event once.
  let since = Math.floor(Date.now() / 1000) - 1;
  let lastNano = (since + 1) * 1e9;
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const event of open(docker, since, signal)) {
        failures = 0;
        if (event.timeNano <= lastNano) continue;
        lastNano = event.timeNano;
        since = event.time;
        if (!isOurs(event.Actor.Attributes, deps.installation)) continue;
        deps.exits.note(event);
        const kind = KINDS[event.Action];
        const store = event.Actor.Attributes[LABELS.tenant];
        if (kind && store) deps.publish({ store, kind, at: new Date(event.timeNano / 1e6) });
      }
    } catch (error) {
      if (signal.aborted) return;
      deps.log.warn({ err: error, failures }, "the engine's events are out of reach; trying again");
    }
    failures += 1;
    await pause(backoffMs(failures, RETRY), signal);
  }
}

async function* open(docker: Docker, since: number, signal: AbortSignal): AsyncIterable<EngineEvent> {
  const stream = (await docker.getEvents({
    since,
    filters: { type: ['container'], label: [LABELS.tenant] },
    // dockerode hands the signal to its request.
    abortSignal: signal,
  })) as NodeJS.ReadableStream & { destroy(): void };
  const close = () => stream.destroy();
  signal.addEventListener('abort', close, { once: true });
  try {
    for await (const line of createInterface({ input: stream })) {
      if (signal.aborted) return;
      if (line.trim() !== '') yield JSON.parse(line) as EngineEvent;
    }
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}
