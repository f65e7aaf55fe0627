import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Audit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import type { AlertSink } from '../../platform/alerting.ts';
import {
  acknowledgeIncident,
  closeIncident,
  closeUnresolvedIncidents,
  deleteIncidentsBefore,
  type IncidentFilter,
  type IncidentRow,
  insertIncident,
  type NewIncident,
  seeIncidentAgain,
  selectIncident,
  selectIncidents,
  selectOpenKeys,
} from './sql.ts';
import { toIncident } from './view.ts';

/** A part of an incident that the owners are told of. */
export type IncidentPart = {
  incident: { id: number; tenantId: string | null; storeName: string | null };
  part: 'opened' | 'closed';
  /** Is sent although everything is muted. */
  urgent: boolean;
  chatIds: readonly number[];
};

/** Records alerts, and queues what the owners are told of them. */
export type Alerts = AlertSink & {
  /** Newest first. */
  list(filter: IncidentFilter): Promise<IncidentRow[]>;
  /** @throws AppError INCIDENT_NOT_FOUND */
  show(id: number): Promise<IncidentRow>;
  /**
   * Records that somebody takes care; the first who says so stays. `name` is what people call them.
   * @returns the incident as it is now, and whether this call was the first
   * @throws AppError INCIDENT_NOT_FOUND
   */
  acknowledge(id: number, caller: Caller, name?: string): Promise<{ incident: IncidentRow; first: boolean }>;
  expire(): Promise<void>;
};

const KEEP_MS = 90 * 86_400_000;

export function createAlerts(deps: {
  db: Db;
  clock: Clock;
  audit: Audit;
  messages: { enqueueIncident(tx: Tx, part: IncidentPart): Promise<void> };
  /** Chats of the owners of this control plane. */
  ownerIds: readonly number[];
  /** Called after the commit of an acknowledgement. */
  onAcknowledged?: ((id: number) => void) | undefined;
}): Alerts {
  const { db, clock, audit, messages, ownerIds } = deps;

  async function enqueue(tx: Tx, incident: IncidentRow, part: 'opened' | 'closed'): Promise<void> {
    const { id, tenant_id: tenantId, store_name: storeName, severity } = incident;
    // A store that crashes as it likes would else choose to be heard.
    const urgent = severity === 'fatal' && tenantId === null;
    await messages.enqueueIncident(tx, { incident: { id, tenantId, storeName }, part, urgent, chatIds: ownerIds });
  }

  async function open(tx: Tx, row: NewIncident): Promise<boolean> {
    const incident = await insertIncident(tx, row);
    if (incident) await enqueue(tx, incident, 'opened');
    return incident !== undefined;
  }

  async function existing(on: Db | Tx, id: number): Promise<IncidentRow> {
    const incident = await selectIncident(on, id);
    if (!incident) throw new AppError('INCIDENT_NOT_FOUND', 'There is no incident with this number.');
    return incident;
  }

  const alerts: Alerts = {
    async raise(tx, alert) {
      const now = clock.now();
      if (await seeIncidentAgain(tx, alert.key, now)) return false;
      return open(tx, { ...alert, at: alert.since ?? now, closedAt: null });
    },
    async clear(tx, key, { quietly = false } = {}) {
      const incident = await closeIncident(tx, key, clock.now());
      if (!incident || quietly) return incident !== undefined;
      await enqueue(tx, incident, 'closed');
      return true;
    },
    async converge(tx, prefix, current, lasting = []) {
      const over = new Set(await selectOpenKeys(tx, prefix));
      for (const key of lasting) over.delete(key);
      for (const incident of current) if (!over.delete(incident.key)) await alerts.raise(tx, incident);
      for (const key of over) await alerts.clear(tx, key);
    },
    async closeUnresolved(tx, store, kinds) {
      for (const incident of await closeUnresolvedIncidents(tx, store, kinds, clock.now()))
        await enqueue(tx, incident, 'closed');
    },
    async notify(tx, alert) {
      const now = clock.now();
      return open(tx, { ...alert, at: now, closedAt: now });
    },
    list: (filter) => selectIncidents(db, filter),
    show: (id) => existing(db, id),
    acknowledge: (id, caller, name) =>
      db.tx(async (tx) => {
        const before = await existing(tx, id);
        const first = await acknowledgeIncident(tx, id, { at: clock.now(), by: caller.actor, name: name ?? null });
        const incident = await existing(tx, id);
        if (first) {
          const target = before.store === null ? `incident:${id}` : `tenant:${before.store}`;
          await audit.record(tx, caller, { action: 'incident.acknowledge', target, after: { id }, result: 'done' });
          tx.afterCommit(() => deps.onAcknowledged?.(id));
        }
        await caller.remember(tx, 200, toIncident(incident));
        return { incident, first };
      }),
    expire: () => deleteIncidentsBefore(db, new Date(clock.now().getTime() - KEEP_MS)),
  };
  return alerts;
}
