import { ALERT_KINDS, type AlertKind } from './kinds.ts';
import type { IncidentRow } from './sql.ts';

const SIGNS = { info: 'ℹ️', warn: '⚠️', error: '🔴', fatal: '🚨' } as const;
const LONGEST_DETAIL = 1500;
const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

const escaped = (text: string): string => text.replace(/[<>&]/g, (char) => ENTITIES[char] ?? char);

/** The beginning of an incident, as HTML that Telegram takes; the store's name is put above it when it is said. */
export function renderAlert(alert: { kind: AlertKind; severity: keyof typeof SIGNS; detail: string }): string {
  const detail = escaped(alert.detail.slice(0, LONGEST_DETAIL));
  return `${SIGNS[alert.severity]} <b>${ALERT_KINDS[alert.kind].title}</b>\n<pre>${detail}</pre>`;
}

/** The end of an incident, with how long it took. */
export function renderRecovery(incident: Pick<IncidentRow, 'kind' | 'opened_at'>, at: Date): string {
  const { over } = ALERT_KINDS[incident.kind as AlertKind] as { over?: string };
  return `✅ <b>${over ?? 'Selesai'}</b> · ${lasted(at.getTime() - incident.opened_at.getTime())}`;
}

/** A duration in words, such as `2 jam 5 menit`. */
function lasted(millis: number): string {
  const minutes = Math.floor(millis / 60_000);
  if (minutes < 1) return `setelah ${Math.max(1, Math.round(millis / 1000))} detik`;
  const parts = [
    { value: Math.floor(minutes / 1440), word: 'hari' },
    { value: Math.floor((minutes % 1440) / 60), word: 'jam' },
    { value: minutes % 60, word: 'menit' },
  ];
  const words = parts.filter(({ value }) => value > 0).slice(0, 2);
  return `setelah ${words.map(({ value, word }) => `${value} ${word}`).join(' ')}`;
}
