import { z } from 'zod';
import { EVENT_SEVERITIES } from './events.ts';
import { KeyName } from './platform.ts';

/** What the owners were woken by. Something without an end has `closedAt` equal to `openedAt`. */
export const Incident = z.object({
  id: z.number(),
  kind: z.string(),
  severity: z.enum(EVENT_SEVERITIES),
  /** Null for the control plane as a whole. */
  store: z.string().nullable(),
  detail: z.string(),
  openedAt: z.string(),
  closedAt: z.string().nullable(),
  /** When it was last seen, and how often. */
  seenAt: z.string(),
  seen: z.number(),
  acknowledgedAt: z.string().nullable(),
  /** `key:<id>` of an API key, or `telegram:<id>` of an owner. */
  acknowledgedBy: z.string().nullable(),
  acknowledgedByName: KeyName,
});
export type Incident = z.infer<typeof Incident>;

export const ListIncidentsQuery = z.strictObject({
  store: z.string().max(32).optional(),
  open: z.enum(['true', 'false']).optional().describe('Only those that have not ended, or only those that have'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});
export const IncidentPage = z.object({ incidents: z.array(Incident), nextCursor: z.string().nullable() });
