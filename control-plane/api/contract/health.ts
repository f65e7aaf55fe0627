import { z } from 'zod';

/**
 * What a check covers: the runtime lives, updates arrive at it, Telegram knows its token, its database answers, nothing
 * waits for long, the payment gateway takes its orders; its share of processor and memory, the disk that it lies on, the size of its logs.
 */
export const HEALTH_CHECKS = [
  'runtime',
  'intake',
  'telegram',
  'database',
  'queue',
  'gateway',
  'cpu',
  'memory',
  'disk',
  'logs',
] as const;
export const HealthCheckName = z.enum(HEALTH_CHECKS);
export type HealthCheckName = z.infer<typeof HealthCheckName>;

/** `unknown` where something else must be well first, or an older runtime does not tell. */
export const HealthFinding = z.object({
  result: z.enum(['ok', 'fail', 'unknown']),
  detail: z.string(),
  /** What was measured, where the check measures: per cent of cpu, memory and disk, MB of logs, jobs of the queue. */
  value: z.number().optional(),
  /** From where on it fails. */
  threshold: z.number().optional(),
});
export type HealthFinding = z.infer<typeof HealthFinding>;

/** One look at a store. */
export const HealthReport = z.object({
  id: z.number(),
  at: z.string(),
  /** What it was made for. */
  occasion: z.enum(['schedule', 'event', 'again', 'request']),
  /** No check failed. */
  ok: z.boolean(),
  durationMs: z.number(),
  checks: z.partialRecord(HealthCheckName, HealthFinding),
});
export type HealthReport = z.infer<typeof HealthReport>;

export const ListHealthQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});
export const HealthPage = z.object({ reports: z.array(HealthReport), nextCursor: z.string().nullable() });

/** Thirty days where the store is, the oldest first; a day without a check has `checks` 0. */
export const HealthHistory = z.object({
  days: z.array(z.object({ day: z.iso.date(), checks: z.number(), failed: z.number() })),
  /** From the first failed check to the first good one after it; `until` is null while it lasts. Newest first, at most 100. */
  outages: z.array(z.object({ from: z.string(), until: z.string().nullable(), reason: z.string() })),
});
export type HealthHistory = z.infer<typeof HealthHistory>;
