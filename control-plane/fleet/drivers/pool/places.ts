import { AppError, errorMessage } from '../../../../kernel/errors.ts';
import type { HostedStore } from '../../../../kernel/host-protocol.ts';
import type { Driver } from '../driver.ts';
import { waitUntil } from '../wait.ts';
import type { Shard, ShardDirectory } from './shard.ts';
import { createShardClient, type ShardClient } from './shard-client.ts';

/** Where a store is hosted; `silent` is the shard that should have it and does not answer. */
export type Whereabouts = { shard: Shard; hosted: HostedStore } | { silent: Shard } | undefined;

export type Places = {
  clientOf(shard: Shard): ShardClient;
  /** Starts the shard if need be, and waits until it answers. @throws AppError DRIVER_UNAVAILABLE naming it */
  wake(shard: Shard, signal?: AbortSignal): Promise<ShardClient>;
  /** @throws AppError DRIVER_UNAVAILABLE when there is no such shard */
  require(name: string): Promise<Shard>;
  /** Asks the shard where the store was seen last or should be, then the others. */
  whereIs(store: string): Promise<Whereabouts>;
  /** Takes the store out of every shard but `except`. @throws AppError when one that has it does not let go of it */
  leave(store: string, except?: string): Promise<void>;
  /** What was seen of a store just now. */
  saw(store: string, shard: string | undefined): void;
};

const ASK_EVERY_MS = 100;

const unstarted = ({ name }: Shard, cause: unknown): AppError =>
  new AppError('DRIVER_UNAVAILABLE', `The shard ${name} cannot be started: ${errorMessage(cause)}`, {
    details: { shard: name },
    cause,
  });

/** @param wakeWithinMs how long a shard may take until it answers */
export function createPlaces(deps: { inner: Driver; shards: ShardDirectory; wakeWithinMs: number }): Places {
  const { inner, shards, wakeWithinMs } = deps;
  /** By store. Rows say where a store should be; only this says where it was while they changed. */
  const seen = new Map<string, string>();
  const waking = new Map<string, Promise<void>>();

  const clientOf = ({ name, spec, token }: Shard): ShardClient =>
    createShardClient({ name, address: inner.endpoint(spec).telegram, token });

  async function answers(shard: Shard): Promise<boolean> {
    const listed = await clientOf(shard)
      .list()
      .catch(() => undefined);
    if (listed) await shards.sawCode(shard, listed.code);
    return listed !== undefined;
  }

  /** One after another for one shard: those who wait for it wait together. */
  function bringUp(shard: Shard): Promise<void> {
    const known = waking.get(shard.name);
    if (known) return known;
    const work = (async () => {
      await shards.prepare(shard);
      await inner.ensure(shard.spec).catch(async (error) => {
        if (error instanceof AppError && error.details?.reason === 'port_in_use') await shards.replaceLostPorts(shard);
        throw unstarted(shard, error);
      });
      const ready = await waitUntil(() => answers(shard), { withinMs: wakeWithinMs, everyMs: ASK_EVERY_MS });
      if (ready) return;
      const { state } = await inner.observe(shard.spec.store);
      // The next one who needs it starts it on its new ports.
      if (state === 'restarting' && (await shards.replaceLostPorts(shard))) await inner.stop(shard.spec.store);
      throw new AppError('DRIVER_UNAVAILABLE', `The shard ${shard.name} does not answer: its runtime is ${state}.`, {
        details: { shard: shard.name },
      });
    })().finally(() => waking.delete(shard.name));
    waking.set(shard.name, work);
    return work;
  }

  async function wake(shard: Shard, signal?: AbortSignal): Promise<ShardClient> {
    await bringUp(shard);
    if (signal?.aborted) throw new AppError('CANCELLED', 'Starting the store was cancelled.');
    return clientOf(shard);
  }

  /** The shards to ask for a store, the likeliest first. */
  async function inOrder(store: string): Promise<{ all: Shard[]; likely: string | undefined }> {
    const likely = seen.get(store) ?? (await shards.placeOf(store))?.shard;
    const all = await shards.all();
    return { all: [...all].sort((a, b) => Number(b.name === likely) - Number(a.name === likely)), likely };
  }

  function saw(store: string, shard: string | undefined): void {
    if (shard === undefined) seen.delete(store);
    else seen.set(store, shard);
  }

  return {
    clientOf,
    wake,
    saw,
    async require(name) {
      const shard = (await shards.all()).find((one) => one.name === name);
      if (!shard) throw new AppError('DRIVER_UNAVAILABLE', `There is no shard ${name}.`, { details: { shard: name } });
      return shard;
    },
    async whereIs(store) {
      const { all, likely } = await inOrder(store);
      let silent: Shard | undefined;
      for (const shard of all) {
        try {
          const hosted = await clientOf(shard).show(store);
          if (!hosted) continue;
          saw(store, shard.name);
          return { shard, hosted };
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          if (shard.name === likely) silent = shard;
        }
      }
      return silent && { silent };
    },
    async leave(store, except) {
      const { all, likely } = await inOrder(store);
      for (const shard of all) {
        if (shard.name === except) continue;
        // Where it should be, or was, it is remembered: it would come back with its shard.
        if (shard.name === likely) {
          await (await wake(shard)).remove(store);
          saw(store, undefined);
        } else {
          // Another that does not answer is asked again by whoever looks over all shards.
          const client = clientOf(shard);
          try {
            if (await client.show(store)) await client.remove(store);
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
          }
        }
      }
    },
  };
}
