import { z } from 'zod';

export const BACKUP_REASONS = ['manual', 'scheduled', 'before-upgrade', 'before-restore', 'before-remove'] as const;
export const BackupReason = z.enum(BACKUP_REASONS);
export type BackupReason = z.infer<typeof BackupReason>;

export const BACKUP_STATES = ['making', 'made', 'verified', 'failed', 'pruned'] as const;

/**
 * A backup of a store. It is `verified` once it was read back from where it lies, its HMAC and hash held and pg_restore
 * read it; only then it counts as a good one.
 */
export const Backup = z.object({
  id: z.string(),
  store: z.string(),
  file: z.string(),
  reason: BackupReason,
  state: z.enum(BACKUP_STATES),
  /** Id of the operation that made it. */
  operation: z.string(),
  /** Bytes of the file. */
  size: z.number().nullable(),
  sha256: z.string().nullable(),
  /** Rows by table, counted in the snapshot of the dump. */
  rows: z.record(z.string(), z.number()).nullable(),
  /** Newest migration of the store's database then. */
  migration: z.string().nullable(),
  image: z.string(),
  local: z.object({ path: z.string(), verifiedAt: z.string().nullable() }).nullable(),
  offsite: z
    .object({
      place: z.string().nullable(),
      state: z.enum(['wanted', 'verified', 'failed', 'pruned']),
      verifiedAt: z.string().nullable(),
      error: z.string().nullable(),
    })
    .nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
});
export type Backup = z.infer<typeof Backup>;

/** A daily backup, and the time that it may take: without a verified one for longer, a store's data is stale. */
export const STALE_AFTER_HOURS = 26;

export const ListBackupsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});
export const BackupPage = z.object({ backups: z.array(Backup), nextCursor: z.string().nullable() });

/** How safe a store's data is: its newest verified backup, and when a backup of it was last restored to prove it. */
export const BackupStanding = z.object({
  store: z.string(),
  storeName: z.string(),
  /** The newest verified one; null before the first. */
  backup: z.object({ id: z.string(), at: z.string(), size: z.number().nullable() }).nullable(),
  /** The last drill; null before the first. */
  drill: z.object({ at: z.string(), result: z.enum(['passed', 'failed']), detail: z.string() }).nullable(),
  /** When a drill last passed. */
  provenAt: z.string().nullable(),
  /** No verified backup of the last STALE_AFTER_HOURS. */
  stale: z.boolean(),
});
export type BackupStanding = z.infer<typeof BackupStanding>;

/** The least safe first: those without a backup, then by the age of the newest. */
export const ListBackupStandingsQuery = z.strictObject({
  q: z.string().min(1).max(64).optional(),
  stale: z.enum(['true', 'false']).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(400).optional(),
});
export const BackupStandingPage = z.object({ standings: z.array(BackupStanding), nextCursor: z.string().nullable() });
