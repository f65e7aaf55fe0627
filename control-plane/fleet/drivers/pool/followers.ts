import type { Clock } from '../../../../kernel/clock.ts';
import type { HostEvent } from '../../../../kernel/host-protocol.ts';
import type { Log } from '../../../../kernel/log.ts';
import { pause } from '../../../../kernel/pause.ts';
import type { DriverEvent } from '../driver.ts';
import type { Shard } from './shard.ts';
import type { ShardClient } from './shard-client.ts';

/** Hears what happens to the stores of shards. A shard that ends takes its stores with it, which nobody else would tell. */
export type Followers = {
  /** Follows a shard from now on. Resolves once it is heard, or could not be. */
  follow(shard: Shard): Promise<void>;
  /** Follows no other shards than these. */
  keepOnly(names: ReadonlySet<string>): void;
  close(): void;
};

const AGAIN_MS = 500;

export function createFollowers(deps: {
  clientOf(shard: Shard): ShardClient;
  publish(event: DriverEvent): void;
  clock: Clock;
  log: Log;
}): Followers {
  const { publish, clock, log } = deps;
  const followed = new Map<string, { address: string; leave: AbortController; heard: Promise<void> }>();

  /** Until nobody wants to hear of it. */
  async function listen(shard: Shard, signal: AbortSignal, heard: () => void): Promise<void> {
    const client = deps.clientOf(shard);
    const running = new Set<string>();
    let wasHeard = false;
    while (!signal.aborted) {
      try {
        const events = await client.events(signal);
        for (const { store, state } of (await client.list()).stores) {
          if (state !== 'running' && state !== 'asleep') continue;
          running.add(store);
          if (wasHeard) publish({ store, kind: 'started', at: clock.now() });
        }
        wasHeard = true;
        heard();
        for await (const event of events) take(event, running);
      } catch (error) {
        if (!signal.aborted) log.debug({ shard: shard.name, err: error }, 'a shard is not heard; trying again');
      }
      heard();
      if (signal.aborted) return;
      for (const store of running) publish({ store, kind: 'exited', at: clock.now() });
      running.clear();
      await pause(AGAIN_MS, signal);
    }
  }

  function take(event: HostEvent, running: Set<string>): void {
    if (event.kind === 'started') running.add(event.store);
    else running.delete(event.store);
    publish(event);
  }

  function leave(name: string): void {
    followed.get(name)?.leave.abort();
    followed.delete(name);
  }

  return {
    follow(shard) {
      const address = `${shard.spec.ports.telegram} ${shard.token}`;
      const known = followed.get(shard.name);
      if (known?.address === address) return known.heard;
      leave(shard.name);
      const controller = new AbortController();
      const heard = new Promise<void>((resolve) => {
        listen(shard, controller.signal, resolve).catch((error) =>
          log.error({ shard: shard.name, err: error }, 'following a shard failed'),
        );
      });
      followed.set(shard.name, { address, leave: controller, heard });
      return heard;
    },
    keepOnly(names) {
      for (const name of [...followed.keys()]) if (!names.has(name)) leave(name);
    },
    close() {
      for (const name of [...followed.keys()]) leave(name);
    },
  };
}
