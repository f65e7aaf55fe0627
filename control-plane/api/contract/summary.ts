import { z } from 'zod';
import { KeyScope } from './platform.ts';
import type { TENANT_STATES } from './tenants.ts';

const count = z.number();
const StateCounts = z.object({
  provisioning: count,
  running: count,
  degraded: count,
  stopped: count,
  suspended: count,
  failed: count,
  removing: count,
} satisfies Record<(typeof TENANT_STATES)[number], typeof count>);

/** What an operator wants to know first. Counts are of the moment; sales are as old as `sales.at`. */
export const Summary = z.object({
  tenants: z.object({ total: z.number(), byState: StateCounts }),
  /** Of scheduled and running operations, and of those that failed within a day and were not followed by a success. */
  operations: z.object({ active: z.number(), failed: z.number() }),
  /** Open ones, and those among them that nobody acknowledged; null where the scope does not see incidents. */
  incidents: z.object({ open: z.number(), unacknowledged: z.number() }).nullable(),
  /** Stores whose rent ends within seven days, and whose rent has ended; the nearest twenty by name. */
  rent: z.object({
    due: z.number(),
    overdue: z.number(),
    next: z.array(z.object({ store: z.string(), storeName: z.string(), paidUntil: z.string() })),
  }),
  /** Stores without a verified backup of the last STALE_AFTER_HOURS, and whose last drill failed. */
  backups: z.object({ stale: z.number(), failedDrills: z.number() }),
  /** Orders and revenue in rupiah since midnight where each store is; null until they were first counted. */
  sales: z
    .object({ at: z.string(), orders: z.number(), revenue: z.number(), counted: z.number(), unreachable: z.number() })
    .nullable(),
  rollouts: z.object({ active: z.number(), halted: z.number() }),
  /** Processes that host many stores; none where every store has its own. */
  shards: z.object({ total: z.number(), draining: z.number() }),
  scope: KeyScope,
});
export type Summary = z.infer<typeof Summary>;
