import { z } from 'zod';
import { StoreSlug, TenantState } from './tenants.ts';

export const SHARD_STATES = ['active', 'draining'] as const;

/** A process that hosts many stores. */
export const Shard = z.object({
  name: z.string(),
  /** One that drains takes no new stores, and is removed once its last store has moved. */
  state: z.enum(SHARD_STATES),
  /** Stores that are in it, and most that it takes. */
  stores: z.number(),
  capacity: z.number(),
  /** Of its process, as the driver sees it. */
  observed: z.object({ state: z.string(), restarts: z.number(), id: z.string().nullable() }),
  /** Of its process: what is installed now, or something older. `unknown` before it has answered once. */
  code: z.enum(['installed', 'older', 'unknown']),
  ports: z.object({ telegram: z.number(), pakasir: z.number() }).nullable(),
  drainingSince: z.string().nullable(),
  createdAt: z.string(),
});
export type Shard = z.infer<typeof Shard>;

export const ShardList = z.object({ shards: z.array(Shard) });

export const ShardDetails = z.object({
  shard: Shard,
  /** `moves` while an operation takes the store out. */
  stores: z.array(z.object({ store: StoreSlug, state: TenantState, moves: z.boolean() })),
});
export type ShardDetails = z.infer<typeof ShardDetails>;
