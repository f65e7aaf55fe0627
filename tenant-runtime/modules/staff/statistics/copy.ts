import { formatRupiah } from '../../../../kernel/money.ts';
import { clip, type Html, html, keep, lines } from '../../../bot/html.ts';
import type { ChartSpec } from './chart/index.ts';
import type { Figures, Period, Report } from './schema.ts';

export const toasts = { stale: 'Tombol ini sudah tidak berlaku 🙏' } as const;

const PERIOD_COPY: Record<Period, { button: string; title: string; before: string }> = {
  1: { button: 'Hari ini', title: 'hari ini', before: 'kemarin sampai jam yang sama' },
  7: { button: '7 hari', title: '7 hari terakhir', before: '7 hari sebelumnya' },
  30: { button: '30 hari', title: '30 hari terakhir', before: '30 hari sebelumnya' },
};

export const periodButton = (period: Period, shown: Period): string =>
  period === shown ? `• ${PERIOD_COPY[period].button} •` : PERIOD_COPY[period].button;

/** The whole report fits the caption of a photo. */
const LONGEST_SELLER = 24;
const LONGEST_LOW = 20;

const number = (value: number): string => value.toLocaleString('id-ID');
const decimal = (value: number): string => value.toLocaleString('id-ID', { maximumFractionDigits: 1 });

export function reportView(report: Report): Html {
  const { period, figures, before } = report;
  const { title, before: other } = PERIOD_COPY[period];
  const changed = (of: keyof Figures) => change(figures[of], before[of]);
  return lines(
    html`📊 <b>Statistik ${title}</b>`,
    html`<i>▲▼ dibanding ${other}</i>`,
    '',
    html`👥 User baru: <b>${number(figures.newUsers)}</b>${changed('newUsers')}`,
    html`🧾 Pesanan dibuat: <b>${number(figures.made)}</b>${changed('made')}`,
    html`✅ Pesanan lunas: <b>${number(figures.paid)}</b>${changed('paid')}`,
    conversion(figures, before),
    html`💵 Omzet: <b>${formatRupiah(figures.revenue)}</b>${changed('revenue')}`,
    html`💰 Deposit: <b>${formatRupiah(figures.deposited)}</b> (${number(figures.deposits)}×)${changed('deposited')}`,
    '',
    html`🏆 <b>Terlaris</b>`,
    ...bestSellers(report),
    '',
    html`🚧 <b>Yang tidak jadi</b>`,
    html`⌛ Kedaluwarsa: ${number(figures.expired)}${changed('expired')}`,
    html`❌ Dibatalkan: ${number(figures.cancelled)}${changed('cancelled')}`,
    html`💸 Jadi saldo: ${number(figures.credited)}${changed('credited')}`,
    html`📦 Menunggu dikirim: ${number(report.waiting)}`,
    ...low(report),
  );
}

export const withoutChart = (text: Html): Html =>
  html`${keep(text)}\n\n<i>🖼 Grafiknya sedang tidak bisa dibuat. Coba lagi sebentar ya.</i>`;

// Buckets carry local time as if it were UTC.
const written = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('id-ID', { ...options, timeZone: 'UTC' });
const FULL = written({ day: 'numeric', month: 'short', year: 'numeric' });
const SHORT = written({ day: 'numeric', month: 'short' });
const WEEKDAY = written({ weekday: 'short' });
const HOUR = written({ hour: '2-digit', minute: '2-digit' });

/** The chart of a report, hour by hour or day by day. The font of the image has no emoji. */
export function chartOf({ period, figures, buckets }: Report): ChartSpec {
  const first = buckets[0]!.at;
  const last = buckets.at(-1)!.at;
  const days = period === 1 ? FULL.format(last) : `${SHORT.format(first)} – ${FULL.format(last)}`;
  return {
    title: `Omzet ${PERIOD_COPY[period].title}`,
    subtitle: `${days} · ${formatRupiah(figures.revenue)} dari ${number(figures.paid)} pesanan`,
    names: { revenue: 'Omzet', orders: 'Pesanan lunas' },
    empty: 'Belum ada penjualan di periode ini',
    buckets: buckets.map(({ at, revenue, orders }, nth) => ({
      label: bucketLabel(period, at, nth, buckets.length - 1 - nth),
      revenue,
      orders,
    })),
  };
}

/** As many as a phone has room for: every third hour, every day of a week, every fifth day of a month back from today. */
function bucketLabel(period: Period, at: Date, nth: number, fromEnd: number): string {
  if (period === 1) return nth % 3 === 0 ? HOUR.format(at) : '';
  if (period === 7) return `${WEEKDAY.format(at)}\n${SHORT.format(at)}`;
  return fromEnd % 5 === 0 ? SHORT.format(at) : '';
}

/** ` ▲ 20%` after a number; nothing where there was and is nothing. */
function change(now: number, before: number): string {
  if (now === before) return now === 0 ? '' : ' (tetap)';
  if (before === 0) return ' (baru)';
  const percent = Math.max(1, Math.round((Math.abs(now - before) / before) * 100));
  return ` ${now > before ? '▲' : '▼'} ${percent > 999 ? '>999' : percent}%`;
}

function conversion(figures: Figures, before: Figures): Html {
  const now = rate(figures);
  const old = rate(before);
  if (now === undefined) return html`🎯 Konversi: –`;
  const counted = html`🎯 Konversi: <b>${decimal(now)}%</b> (${number(figures.converted)} dari ${number(figures.made)})`;
  if (old === undefined) return counted;
  const points = decimal(Math.abs(now - old));
  if (points === '0') return html`${keep(counted)} (tetap)`;
  return html`${keep(counted)} ${now > old ? '▲' : '▼'} ${points} poin`;
}

const rate = ({ made, converted }: Figures): number | undefined => (made === 0 ? undefined : (converted / made) * 100);

function bestSellers({ bestSellers: sellers }: Report): Html[] {
  if (sellers.length === 0) return [html`Belum ada yang terjual. Semangat! 💪`];
  return sellers.map(
    ({ name, units, revenue }, index) =>
      html`${index + 1}. ${clip(name, LONGEST_SELLER)} · ${number(units)} · ${formatRupiah(revenue)}`,
  );
}

function low({ low: { products, total } }: Report): Html[] {
  if (total === 0) return [];
  const more = total - products.length;
  return [
    html`\n📉 <b>Stok menipis</b>`,
    ...products.map(({ name, available }) => {
      const left = available === 0 ? 'habis' : `sisa ${available}`;
      return html`• ${clip(name, LONGEST_LOW)}: ${left}`;
    }),
    ...(more > 0 ? [html`… dan ${number(more)} produk lain`] : []),
  ];
}
