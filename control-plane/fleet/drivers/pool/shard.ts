import type { RuntimeSpec } from '../driver.ts';

/** A process that hosts stores. */
export type Shard = {
  name: string;
  /** What the inner driver runs for it, under a name that no store can have. */
  spec: RuntimeSpec;
  /** Shown to its control endpoint. */
  token: string;
};

/** Where a store should be, by the rows. */
export type Place = {
  store: string;
  /** Undefined for one that has a runtime of its own, or is not placed yet. */
  shard: string | undefined;
  folder: string;
};

/** What the pool driver knows of shards; who keeps the rows says it. */
export type ShardDirectory = {
  all(): Promise<Shard[]>;
  /** Undefined for a store that nobody knows. */
  placeOf(store: string): Promise<Place | undefined>;
  /** Every store that should be in a shard. */
  placed(): Promise<Place[]>;
  /** Writes what the runtime of a shard reads when it starts. May be repeated. */
  prepare(shard: Shard): Promise<void>;
  /** Keeps which code a shard says that it was started with. */
  sawCode(shard: Shard, code: string): Promise<void>;
  /** Gives a shard that does not run other ports for those that another program has. @returns whether there were any */
  replaceLostPorts(shard: Shard): Promise<boolean>;
};

/** No slug begins like this, so a shard's runtime is never taken for a store's. */
const PREFIX = '_';

/** By what name the inner driver knows the runtime of a shard. */
export const shardRuntime = (name: string): string => `${PREFIX}${name}`;

export const isShardRuntime = (store: string): boolean => store.startsWith(PREFIX);
