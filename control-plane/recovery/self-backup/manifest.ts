import { z } from 'zod';
import { ArchiveManifest } from '../backups/archive/index.ts';

export const SELF_SUBJECT = 'control-plane';
export const SELF_PREFIX = 'control-plane';

/** What manifest.json of a backup of the control plane says. */
export const SelfManifest = z.object({
  ...ArchiveManifest.shape,
  kind: z.literal('control-plane'),
  createdAt: z.iso.datetime(),
  lapak: z.string(),
  postgres: z.string(),
  migration: z.string().nullable(),
  database: z.string(),
  /** Master keys that open the secrets in it, by their ids. They are not in it. */
  keyIds: z.array(z.string()),
  stores: z.array(z.string()),
  rows: z.record(z.string(), z.number()),
});
export type SelfManifest = z.infer<typeof SelfManifest>;
