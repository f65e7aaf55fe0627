import type { Tx } from '../../kernel/db.ts';

/** What begins and ends: owners hear of both. */
export type IncidentKind =
  | 'runtime_down'
  | 'crash_loop'
  | 'health'
  | 'operation_stuck'
  | 'backup_failed'
  | 'backup_overdue'
  | 'offsite_failed'
  | 'drill_failed'
  | 'orphan_runtime'
  | 'rollout_halted'
  | 'platform';

/** What happens at one moment, and is told once. */
export type OccurrenceKind =
  | 'operation_failed'
  | 'upgrade_rolled_back'
  | 'backup_shrunk'
  | 'rent'
  | 'reports_dropped'
  | 'logs_full'
  | 'forbidden';

export type AlertKind = IncidentKind | OccurrenceKind;

/** Which store an alert is about. */
export type AlertStore = { tenantId: string; store: string; storeName: string };

export type Alert<K extends AlertKind> = {
  kind: K;
  /** What it is about, such as `health:<tenant id>:database`: while it is open, the same key is the same incident. */
  key: string;
  /** `fatal` passes a mute if it is about no store: what a store can bring about itself never does. */
  severity: 'info' | 'warn' | 'error' | 'fatal';
  /** The store it concerns; undefined for the control plane as a whole. */
  about?: AlertStore | undefined;
  /** The facts in plain text, for somebody technical: exit code, last log lines. Never a secret. */
  detail: string;
};

/**
 * How every wing reports what goes wrong; `monitoring/alerts` records it and tells the owners, once when it begins and once
 * when it is over. Part of the caller's transaction, so that what is told is what was recorded.
 */
export type AlertSink = {
  /**
   * Brings the open incidents whose key begins with `prefix` up to date: raises those of `current` that are new, and clears
   * those that are neither among them nor in `lasting`.
   */
  converge(tx: Tx, prefix: string, current: readonly Alert<IncidentKind>[], lasting?: readonly string[]): Promise<void>;
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
  closeUnresolved(tx: Tx, store: string, kinds: readonly IncidentKind[]): Promise<void>;
  /** Tells of something that happened and has no end; once per key. @returns true when it is new */
  notify(tx: Tx, occurrence: Alert<OccurrenceKind>): Promise<boolean>;
};
