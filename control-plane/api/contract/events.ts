import { z } from 'zod';
import { moment } from './bounds.ts';

export const EVENT_SEVERITIES = ['info', 'warn', 'error', 'fatal'] as const;

/** Something that the owners of a store should know. `text` is HTML as Telegram takes it. */
export const TenantEvent = z.strictObject({
  /** The store's own id of the event: however often it is sent, it counts once. */
  id: z.uuid(),
  kind: z.string().regex(/^[a-z][a-z_]{0,31}$/, 'a small word'),
  severity: z.enum(EVENT_SEVERITIES),
  text: z.string().min(1).max(16_000),
  at: moment(),
});
export type TenantEvent = z.infer<typeof TenantEvent>;

export const ReportEventsRequest = z.strictObject({ events: z.array(TenantEvent).min(1).max(100) });

/** `taken` is true when the control plane tells the owners; otherwise the store tells them itself. */
export const EventsReported = z.object({ taken: z.boolean() });

export const ListTenantEventsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});
export const TenantEventPage = z.object({
  events: z.array(z.object({ ...TenantEvent.shape, at: z.string(), receivedAt: z.string() })),
  nextCursor: z.string().nullable(),
});
