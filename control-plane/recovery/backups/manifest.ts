import { z } from 'zod';
import { BackupReason } from '../../api/contract/index.ts';
import { ArchiveManifest } from './archive/index.ts';

/** What manifest.json of a store's backup says. */
export const StoreManifest = z.object({
  ...ArchiveManifest.shape,
  kind: z.literal('store'),
  store: z.string(),
  gateway: z.string(),
  tenantId: z.uuid(),
  createdAt: z.iso.datetime(),
  reason: BackupReason,
  /** Version of Lapak that made it. */
  lapak: z.string(),
  image: z.string(),
  /** Version of the server. */
  postgres: z.string(),
  /** Newest migration of the database. */
  migration: z.string().nullable(),
  /** Rows by `schema.table`, counted in the snapshot of the dump. */
  rows: z.record(z.string(), z.number()),
});
export type StoreManifest = z.infer<typeof StoreManifest>;

/** The dump's name within the archive. */
export const DUMP_PART = 'database.dump';
