import type { Clock } from '../../kernel/clock.ts';
import type { Db, Tx } from '../../kernel/db.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Audit } from '../audit/index.ts';
import type { Caller } from '../caller.ts';
import type { OwnerMessages } from '../owner-messages/index.ts';
import type { AlertKind, IncidentKind, OccurrenceKind } from './kinds.ts';
import {
  acknowledgeIncident,
  closeIncident,
  deleteIncidentsBefore,
  type IncidentFilter,
  type IncidentRow,
  insertIncident,
  letGoIncidents,
  type NewIncident,
  seeIncidentAgain,
  selectIncident,
  selectIncidents,
  selectOpenKeys,
} from './sql.ts';
import { toIncident } from './view.ts';

/** Which store an alert is about. */
export type AlertStore = { tenantId: string; store: string; storeName: string };

type Alert<K extends AlertKind> = {
  kind: K;
  /** What it is about, such as `health:<tenant id>:database`: while it is open, the same key is the same incident. */
  key: string;
  /** `fatal` is said although the store is muted. */
  severity: 'info' | 'warn' | 'error' | 'fatal';
  /** The store it concerns; undefined for the control plane as a whole. */
  about?: AlertStore | undefined;
  /** The facts in plain text, for somebody technical: exit code, last log lines. Never a secret. */
  detail: string;
};

/**
 * Tells the owners what goes wrong: once when it begins, once when it is over. Part of the caller's transaction, so that
 * what is told is what was recorded.
 */
export type Alerts = {
  /**
   * Brings the open incidents whose key begins with `prefix` up to date: raises those of `current` that are new, and clears
   * those that are neither among them nor in `lasting`.
   */
  keepUp(tx: Tx, prefix: string, current: readonly Alert<IncidentKind>[], lasting?: readonly string[]): Promise<void>;
  /**
   * Opens an incident, as of `since` where it began before it could be written. One that is open already is only counted.
   * @returns true when it is new
   */
  raise(tx: Tx, incident: Alert<IncidentKind> & { since?: Date }): Promise<boolean>;
  /**
   * Ends the open incident of this key, if there is one; `quietly` when another incident goes on telling it.
   * @returns true when there was
   */
  clear(tx: Tx, key: string, options?: { quietly?: boolean }): Promise<boolean>;
  /** Ends the open incidents of these kinds of a store that is not watched any more, and says so. */
  letGo(tx: Tx, store: string, kinds: readonly IncidentKind[]): Promise<void>;
  /** Tells of something that happened and has no end; once per key. @returns true when it is new */
  tell(tx: Tx, occurrence: Alert<OccurrenceKind>): Promise<boolean>;
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
  messages: OwnerMessages;
  /** Chats of the owners of this control plane. */
  ownerIds: readonly number[];
  /** Called after the commit of an acknowledgement. */
  onAcknowledged?: ((id: number) => void) | undefined;
}): Alerts {
  const { db, clock, audit, messages, ownerIds } = deps;

  async function say(tx: Tx, incident: IncidentRow, part: 'opened' | 'closed'): Promise<void> {
    const { id, tenant_id: tenantId, store_name: storeName, severity } = incident;
    const urgent = severity === 'fatal';
    await messages.sayIncident(tx, { incident: { id, tenantId, storeName }, part, urgent, chatIds: ownerIds });
  }

  async function open(tx: Tx, row: NewIncident): Promise<boolean> {
    const incident = await insertIncident(tx, row);
    if (incident) await say(tx, incident, 'opened');
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
      await say(tx, incident, 'closed');
      return true;
    },
    async keepUp(tx, prefix, current, lasting = []) {
      const over = new Set(await selectOpenKeys(tx, prefix));
      for (const key of lasting) over.delete(key);
      for (const incident of current) if (!over.delete(incident.key)) await alerts.raise(tx, incident);
      for (const key of over) await alerts.clear(tx, key);
    },
    async letGo(tx, store, kinds) {
      for (const incident of await letGoIncidents(tx, store, kinds, clock.now())) await say(tx, incident, 'closed');
    },
    async tell(tx, alert) {
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
