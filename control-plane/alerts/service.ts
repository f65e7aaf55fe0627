import type { Clock } from '../../kernel/clock.ts';
import type { Db, Tx } from '../../kernel/db.ts';
import { renderAlert, renderRecovery } from './copy.ts';
import type { AlertKind, IncidentKind, OccurrenceKind } from './kinds.ts';
import { closeIncident, type IncidentRow, insertIncident, insertOwnerMessages, seeIncidentAgain } from './sql.ts';

/** Which store an alert is about. */
export type AlertStore = { tenantId: string; store: string; storeName: string };

type Alert<K extends AlertKind> = {
  kind: K;
  /** What it is about, such as `health:<tenant id>:database`: while it is open, the same key is the same incident. */
  key: string;
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
  /** Opens an incident. One that is open already is only counted. @returns true when it is new */
  raise(tx: Tx, incident: Alert<IncidentKind>): Promise<boolean>;
  /** Ends the open incident of this key, if there is one. @returns true when there was */
  clear(tx: Tx, key: string): Promise<boolean>;
  /** Tells of something that happened and has no end; once per key. */
  tell(tx: Tx, occurrence: Alert<OccurrenceKind>): Promise<void>;
};

export function createAlerts(deps: {
  db: Db;
  clock: Clock;
  /** Chats of the owners of this control plane. */
  ownerIds: readonly number[];
  /** Called after a commit that queued messages; undefined when there is no alert bot. */
  onQueued: (() => void) | undefined;
}): Alerts {
  const { clock, ownerIds, onQueued } = deps;

  async function queue(tx: Tx, incident: IncidentRow, storeName: string | undefined, text: string): Promise<void> {
    if (onQueued === undefined || ownerIds.length === 0) return;
    await insertOwnerMessages(tx, incident, { storeName, chatIds: ownerIds, text, at: clock.now() });
    tx.afterCommit(onQueued);
  }

  return {
    async raise(tx, alert) {
      const now = clock.now();
      if (await seeIncidentAgain(tx, alert.key, now)) return false;
      const incident = await insertIncident(tx, { ...alert, at: now, closedAt: null });
      if (!incident) return false;
      await queue(tx, incident, alert.about?.storeName, renderAlert(alert));
      return true;
    },
    async clear(tx, key) {
      const incident = await closeIncident(tx, key, clock.now());
      if (!incident) return false;
      await queue(tx, incident, incident.store_name ?? undefined, renderRecovery(incident, clock.now()));
      return true;
    },
    async tell(tx, alert) {
      const now = clock.now();
      const incident = await insertIncident(tx, { ...alert, at: now, closedAt: now });
      if (incident) await queue(tx, incident, alert.about?.storeName, renderAlert(alert));
    },
  };
}
