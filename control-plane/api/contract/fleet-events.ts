import { z } from 'zod';

export const FLEET_EVENT_KINDS = ['tenant', 'operation', 'incident', 'backup', 'drill', 'rollout', 'shard'] as const;

/**
 * One server-sent event of the fleet: `event:` its kind, `id:` its position, `data:` this. It says what changed and not
 * how: who shows it reads it again. Several changes of one thing may come as one event. Incidents are told from scope
 * `operator` up.
 */
export const FleetEvent = z.object({
  kind: z.enum(FLEET_EVENT_KINDS),
  /** Of a tenant its slug, of a shard its name, else the id of what changed. */
  id: z.string(),
  /** The store that it concerns; null for the control plane or several stores. */
  store: z.string().nullable(),
  at: z.string(),
});
export type FleetEvent = z.infer<typeof FleetEvent>;

/** `event: reset`, without data: what came after `Last-Event-ID` is no longer kept, read everything again. */
export const FLEET_RESET = 'reset';

/**
 * `event: heartbeat`, at the beginning of a stream and whenever nothing happened for `everyMs` milliseconds; `data:` this.
 * Who hears nothing at all for two or three times as long has lost the stream, and opens it again.
 */
export const FLEET_HEARTBEAT = 'heartbeat';
export const FleetHeartbeat = z.object({ everyMs: z.number().int().min(1) });
export type FleetHeartbeat = z.infer<typeof FleetHeartbeat>;
