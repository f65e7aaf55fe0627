import { z } from 'zod';
import { imageReference, lineOfText } from './bounds.ts';
import { KeyName } from './platform.ts';
import { StoreSlug, TenantState, UpdateTenantRequest } from './tenants.ts';

/** What a rollout does to each of its stores: one operation of the kind that stands beside it. */
export const RolloutChange = z.discriminatedUnion('kind', [
  /** `upgrade`; the platform's own image when left out. */
  z.strictObject({
    kind: z.literal('image'),
    image: imageReference().optional(),
    withoutBackup: z.boolean().optional(),
  }),
  /** `configure`: keys of bot.env that are set, or removed with null; limits. */
  z.strictObject({
    kind: z.literal('configuration'),
    env: UpdateTenantRequest.shape.env,
    limits: UpdateTenantRequest.shape.limits,
  }),
  z.strictObject({ kind: z.literal('restart') }),
  z.strictObject({ kind: z.literal('backup') }),
  z.strictObject({ kind: z.literal('suspend'), reason: lineOfText(200).optional() }),
  z.strictObject({ kind: z.literal('resume') }),
]);
export type RolloutChange = z.infer<typeof RolloutChange>;

/** Which stores: named ones, or all that match now. Removed and half-made stores are left out. */
export const RolloutTarget = z.union([
  z.strictObject({ stores: z.array(StoreSlug).min(1).max(10_000) }),
  z.strictObject({ all: z.literal(true), states: z.array(TenantState).min(1).optional() }),
]);
export type RolloutTarget = z.infer<typeof RolloutTarget>;

export const StartRolloutRequest = z.strictObject({
  change: RolloutChange,
  target: RolloutTarget,
  /** Stores of the first wave, which all must succeed; 0 for none. */
  canary: z.number().int().min(0).max(100).default(1),
  /** Seconds that the canary must have served well before the next wave begins. */
  bakeSeconds: z.number().int().min(0).max(86_400).default(30),
  /** Sizes of the waves after the canary in per cent of all stores, growing; the rest is the last wave. */
  waves: z.array(z.number().int().min(1).max(100)).max(10).default([10, 50]),
  /** Operations at work at one time on one machine. */
  perMachine: z.number().int().min(1).max(50).default(4),
  /** Failures after the canary at which it halts by itself: so many stores, or so many per cent of those that are done. */
  maxFailures: z.number().int().min(0).max(1000).default(2),
});
export type StartRolloutRequest = z.infer<typeof StartRolloutRequest>;

/**
 * `paused` by an operator, `halted` by itself after failures (both are resumed or aborted), `reverting` on the way back;
 * `reverted` and `aborted` and `succeeded` are final. A rollout with stores that failed below the threshold ends `succeeded`.
 */
export const ROLLOUT_STATES = ['running', 'paused', 'halted', 'reverting', 'succeeded', 'aborted', 'reverted'] as const;
export const RolloutState = z.enum(ROLLOUT_STATES);

/** `skipped` with a reason: removed meanwhile, already so, or this image failed on this store before. */
export const ROLLOUT_STORE_STATES = ['waiting', 'running', 'succeeded', 'failed', 'skipped', 'reverted'] as const;

const count = z.number();
const StoreCounts = z.object({
  waiting: count,
  running: count,
  succeeded: count,
  failed: count,
  skipped: count,
  reverted: count,
} satisfies Record<(typeof ROLLOUT_STORE_STATES)[number], typeof count>);

export const Rollout = z.object({
  id: z.string(),
  state: RolloutState,
  change: RolloutChange,
  /** Why it is halted, in a sentence. */
  reason: z.string().nullable(),
  requestedBy: z.string(),
  requestedByName: KeyName,
  /** The waves in order, the canary first; `at` is the number of the one at work. */
  waves: z.array(z.object({ name: z.string(), stores: z.number(), done: z.number(), failed: z.number() })),
  at: z.number(),
  /** Stores by their state in it. */
  counts: StoreCounts,
  total: z.number(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
export type Rollout = z.infer<typeof Rollout>;

export const RolloutStore = z.object({
  store: z.string(),
  wave: z.number(),
  state: z.enum(ROLLOUT_STORE_STATES),
  /** Id of the operation that carries it out; null before it began. */
  operation: z.string().nullable(),
  detail: z.string().nullable(),
});
export type RolloutStore = z.infer<typeof RolloutStore>;

export const ListRolloutsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});
export const RolloutPage = z.object({ rollouts: z.array(Rollout), nextCursor: z.string().nullable() });
export const ListRolloutStoresQuery = z.strictObject({
  state: z.enum(ROLLOUT_STORE_STATES).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  cursor: z.string().max(200).optional(),
});
export const RolloutStorePage = z.object({ stores: z.array(RolloutStore), nextCursor: z.string().nullable() });
