import { formatRupiah } from '../../../../kernel/money.ts';
import type { FleetSales } from '../../sales/between.ts';
import { STATES } from '../copy/words.ts';

export type DigestFacts = {
  /** `yyyy-mm-dd` */
  day: string;
  byState: Readonly<Record<string, number>>;
  troubled: readonly { store: string; state: 'failed' | 'degraded' }[];
  incidents: { begun: number; over: number; open: number };
  sales: FleetSales;
  backups: { good: number; overdue: number } | undefined;
};

const MOST_NAMES = 10;

/** The morning's message. */
export function digestText({ day, byState, troubled, incidents, sales, backups }: DigestFacts): string {
  const total = Object.values(byState).reduce((sum, count) => sum + count, 0);
  const states = Object.entries(STATES).flatMap(([state, { sign, word }]) =>
    byState[state] ? [`${sign} ${byState[state]} ${word}`] : [],
  );
  const names = troubled.slice(0, MOST_NAMES).map(({ store, state }) => `${STATES[state].sign} <code>${store}</code>`);
  const more = troubled.length - names.length;
  const lines = [
    `📒 <b>Ringkasan ${dayInWords(day)}</b>`,
    `🏪 ${total} toko${states.length > 0 ? `: ${states.join(' · ')}` : ''}`,
    ...(names.length > 0 ? [`   ${names.join(', ')}${more > 0 ? `, … (+${more})` : ''}`] : []),
    `❗ Masalah sejak ringkasan terakhir: ${incidents.begun}, ${incidents.over} selesai · terbuka sekarang: ${incidents.open}`,
    `💰 Kemarin: ${sales.orders} pesanan · ${formatRupiah(sales.revenue)}`,
    ...(sales.unread > 0 ? [`   (${sales.unread} toko tidak terbaca)`] : []),
    ...(backups ? [`💾 Cadangan: ${backups.good} toko aman · ${backups.overdue} terlambat`] : []),
  ];
  return lines.join('\n');
}

function dayInWords(day: string): string {
  const format = new Intl.DateTimeFormat('id-ID', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });
  return format.format(new Date(`${day}T00:00:00Z`));
}
