import type { AlertKind } from '../../platform/alerting.ts';
import { escapeHtml } from '../../platform/html.ts';
import { ALERT_KINDS } from './kinds.ts';
import type { IncidentRow } from './sql.ts';

export const SIGNS = { info: 'ℹ️', warn: '⚠️', error: '🔴', fatal: '🚨' } as const;
const LONGEST_DETAIL = 1500;

/** The name of a kind, also of one that this version does not know any more. */
export const titleOf = (kind: string): string =>
  (ALERT_KINDS as Record<string, { title: string }>)[kind]?.title ?? kind;

/** What is said at the end of a kind that has one. */
export const overOf = (kind: string): string =>
  (ALERT_KINDS[kind as AlertKind] as { over?: string } | undefined)?.over ?? 'Selesai';

/** True for what begins and ends; false for what happened at one moment. */
export const hasEnd = (kind: string): boolean => 'over' in ((ALERT_KINDS as Record<string, object>)[kind] ?? {});

type Begun = Pick<IncidentRow, 'kind' | 'severity' | 'detail'>;

/** The beginning of an incident, as HTML that Telegram takes; the store's name is put above it when it is said. */
export function renderAlert(incident: Begun, longest = LONGEST_DETAIL): string {
  const detail = incident.detail.length > longest ? `${incident.detail.slice(0, longest)}…` : incident.detail;
  return `${SIGNS[incident.severity]} <b>${titleOf(incident.kind)}</b>\n<pre>${escapeHtml(detail)}</pre>`;
}

/** The end of an incident, with how long it took. */
export function renderRecovery(incident: { kind: string; opened_at: Date; closed_at: Date; let_go?: boolean }): string {
  // Nobody knows whether it would be well.
  if (incident.let_go) return '⏹ <b>Selesai: toko dihentikan atau ditutup</b>';
  return `✅ <b>${overOf(incident.kind)}</b> · setelah ${lasted(incident.opened_at, incident.closed_at)}`;
}

/** A duration in words, such as `2 jam 5 menit`. */
export function lasted(from: Date, to: Date): string {
  const millis = Math.max(0, to.getTime() - from.getTime());
  const minutes = Math.floor(millis / 60_000);
  if (minutes < 1) return `${Math.max(1, Math.round(millis / 1000))} detik`;
  const parts = [
    { value: Math.floor(minutes / 1440), word: 'hari' },
    { value: Math.floor((minutes % 1440) / 60), word: 'jam' },
    { value: minutes % 60, word: 'menit' },
  ];
  const words = parts.filter(({ value }) => value > 0).slice(0, 2);
  return words.map(({ value, word }) => `${value} ${word}`).join(' ');
}
