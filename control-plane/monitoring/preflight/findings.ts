import type { REHEARSAL_RESULTS } from '../../api/contract/index.ts';
import type { HealthFact, Load } from '../health/index.ts';

export type Result = (typeof REHEARSAL_RESULTS)[number];

/** What one check found: the data of its step. */
export type Finding = { result: Result; fact: Fact };

export const ok = (fact: Fact): Finding => ({ result: 'ok', fact });
export const warning = (fact: Fact): Finding => ({ result: 'warning', fact });
export const failed = (fact: Fact): Finding => ({ result: 'failed', fact });
export const leftOut = (fact: Fact): Finding => ({ result: 'left out', fact });

/** `order`, `found`, `reason` and `message` are in the words of the store, the gateway or an error. */
export type Fact =
  /** The check itself failed. */
  | { kind: 'fault'; message: string; code?: string }
  | { kind: 'too_slow'; seconds: number }
  | { kind: 'own_token'; username: string }
  | { kind: 'other_token'; username: string }
  | { kind: 'updates_fetched'; intake: string; waiting: number }
  | { kind: 'updates_missing'; reason: string | null }
  | { kind: 'webhook_set' }
  | { kind: 'updates_posted'; to: string; waiting: number }
  | { kind: 'posts_failed'; to: string; error: string }
  | { kind: 'posted_elsewhere'; to: string | null; wanted: string }
  | { kind: 'not_ready'; port: number; reason: string }
  | { kind: 'listeners_unknown' }
  | { kind: 'port_closed'; port: number }
  | { kind: 'port_public'; port: number }
  | { kind: 'ports_bound'; telegram: number; pakasir: number }
  | { kind: 'time_zone'; timeZone: string; at: string }
  | { kind: 'space'; files: DiskSpace; databaseMib: number; data: DiskSpace | null }
  | { kind: 'no_invoice'; gateway: string; reason: string }
  /** The gateway has the invoice in another state than expected; null when it does not know it. */
  | { kind: 'invoice_state'; of: 'new' | 'paid' | 'cancelled'; state: string | null }
  | { kind: 'order_failed'; of: 'paid' | 'expired'; found: string }
  | { kind: 'not_cancelled'; gateway: string; reason: string }
  | { kind: 'invoice_ended'; amount: number; order: TestOrder }
  | { kind: 'live_project'; gateway: string }
  | { kind: 'no_simulation'; gateway: string; reason: string }
  | { kind: 'invoice_paid'; gateway: string; amount: number; order: TestOrder; webhook: WebhookSeen }
  | { kind: 'backed_up'; file: string }
  | { kind: 'no_backup' }
  | { kind: 'restored'; file: string; rows: string }
  | { kind: 'unwatched' }
  | { kind: 'logs_over'; seen: HealthFact | null }
  | { kind: 'no_incident'; loads: Load[] }
  | { kind: 'incident_open'; loads: Load[] }
  | { kind: 'logs_alerted'; seen: HealthFact | null }
  | { kind: 'loads_alerted'; seen: LoadSeen[]; omitted: OmittedLoad[] }
  | { kind: 'loads_omitted'; omitted: OmittedLoad[] }
  | { kind: 'killed'; seconds: number; deliveries: number; messages: number }
  /** By an earlier control plane, which ended meanwhile. */
  | { kind: 'killed_before' }
  | { kind: 'work_lost'; seconds: number; lost: number; of: number };

export type DiskSpace = { freeMib: number; percentUsed: number; threshold: number };

/** What the store did with the order that it played for an invoice. */
export type TestOrder = { kind: 'played'; found: string } | { kind: 'played_before' } | { kind: 'not_supported' };

/** The webhook of the paid invoice at the store; `address` is where it listens. `unseen`: the control plane ended meanwhile. */
export type WebhookSeen =
  | { kind: 'arrived' | 'not_counted' | 'unseen' | 'not_awaited' }
  | { kind: 'missing'; gateway: string; address: string };

export type LoadSeen = { of: Load; seen: HealthFact | null };

/** A load whose threshold is not lowered, and why. */
export type OmittedLoad = { kind: 'unknown' | 'near' | 'incident_open'; of: Load; seen: HealthFact | null };
