import { quotableLine } from '../../../../kernel/text.ts';
import type { TenantState } from '../../../api/contract/index.ts';
import type { IncidentRow } from '../../../monitoring/alerts/index.ts';

/** A point in time as an owner reads it. */
export type Moment = (at: Date) => string;

/** Times of a zone, such as `23 Nov 04.15`. */
export function createMoment(timeZone: string): Moment {
  const format = new Intl.DateTimeFormat('id-ID', {
    timeZone,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (at) => format.format(at).replace(',', '');
}

export const STATES: Record<TenantState, { sign: string; word: string }> = {
  running: { sign: '🟢', word: 'berjalan' },
  degraded: { sign: '🟡', word: 'terganggu' },
  failed: { sign: '🔴', word: 'gagal' },
  provisioning: { sign: '⏳', word: 'sedang dibuka' },
  stopped: { sign: '⏹', word: 'dihentikan' },
  suspended: { sign: '⏸', word: 'ditangguhkan' },
  removing: { sign: '🗑', word: 'sedang ditutup' },
};

/** Who said that they take care of an incident. */
export function whoTakesCare({ acknowledged_name: name, acknowledged_by: by }: IncidentRow): string {
  return (name && quotableLine(name, 64)) ?? (by?.startsWith('key:') ? 'operator (CLI/API)' : 'seorang pemilik');
}

/** `3 menit`, `1 jam`, `2 hari` of a whole number of minutes. */
export function stretch(minutes: number): string {
  if (minutes % 1440 === 0) return `${minutes / 1440} hari`;
  return minutes % 60 === 0 ? `${minutes / 60} jam` : `${minutes} menit`;
}
