import { z } from 'zod';

/** A backup that was restored beside its store, counted and dropped. */
export const Drill = z.object({
  operation: z.string(),
  store: z.string(),
  /** Id of the backup. */
  backup: z.string(),
  result: z.enum(['passed', 'failed']),
  detail: z.string(),
  rows: z.number().nullable(),
  seconds: z.number(),
  at: z.string(),
});
export type Drill = z.infer<typeof Drill>;

export const ListDrillsQuery = z.strictObject({
  store: z.string().max(32).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const DrillList = z.object({ drills: z.array(Drill) });
/** Stores whose drills wait for their turn. */
export const DrillsAccepted = z.object({ stores: z.array(z.string()) });

/** `withoutBackup=true` for a database that can no longer be dumped; it is kept all the same. */
export const RestoreQuery = z.strictObject({ withoutBackup: z.enum(['true', 'false']).default('false') });

/** A backup of the control plane itself. The secrets in it are sealed: without the master key it is of no use. */
export const SelfBackup = z.object({
  path: z.string(),
  size: z.number(),
  keyIds: z.array(z.string()),
  /** Where the master key is: a file, or the name of a variable. */
  keyPlace: z.string(),
});
export type SelfBackup = z.infer<typeof SelfBackup>;
