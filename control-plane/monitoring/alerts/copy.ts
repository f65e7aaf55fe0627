import { quoteHtml } from '../../../kernel/html.ts';
import type { AlertKind, IncidentKind, OccurrenceKind } from '../../platform/alerting.ts';
import type { IncidentRow } from './sql.ts';

/** What an owner is woken by, in the words that they read. A kind with `over` has an end, which is told too. */
const ALERT_KINDS = {
  runtime_down: { title: 'Toko tidak berjalan', over: 'Toko berjalan lagi' },
  crash_loop: { title: 'Toko mati berulang kali', over: 'Toko berjalan stabil lagi' },
  health: { title: 'Pemeriksaan kesehatan gagal', over: 'Toko sehat lagi' },
  operation_failed: { title: 'Operasi gagal' },
  operation_stuck: { title: 'Operasi macet', over: 'Operasi selesai' },
  upgrade_rolled_back: { title: 'Pembaruan dibatalkan, versi sebelumnya dipakai lagi' },
  backup_failed: { title: 'Cadangan gagal dibuat', over: 'Cadangan berhasil lagi' },
  backup_overdue: { title: 'Cadangan terlambat', over: 'Cadangan sudah ada lagi' },
  backup_shrunk: { title: 'Cadangan menyusut tajam' },
  offsite_failed: { title: 'Salinan cadangan di luar server gagal', over: 'Salinan di luar server berhasil lagi' },
  drill_failed: { title: 'Uji pemulihan cadangan gagal', over: 'Uji pemulihan berhasil lagi' },
  orphan_runtime: { title: 'Ada proses toko yang tidak dikenal', over: 'Proses yang tidak dikenal sudah tidak ada' },
  rollout_halted: { title: 'Perubahan massal berhenti sendiri', over: 'Perubahan massal dilanjutkan atau diakhiri' },
  rent: { title: 'Masa sewa toko' },
  logs_full: { title: 'Toko dihentikan karena log terlalu besar' },
  reports_dropped: { title: 'Toko mengirim terlalu banyak laporan' },
  platform: { title: 'Gangguan pada sistem pusat', over: 'Sistem pusat pulih' },
  forbidden: { title: 'Orang lain mencoba memakai bot ini' },
} satisfies Record<IncidentKind, { title: string; over: string }> & Record<OccurrenceKind, { title: string }>;

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
  return `${SIGNS[incident.severity]} <b>${titleOf(incident.kind)}</b>\n${quoteHtml(incident.detail, longest)}`;
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
