import { dayOf } from './calendar.ts';
import { lastDayOf, overAt, type RentTerms } from './course.ts';

/** What sellers read about their rent, as plain text. */
export type Wording = { storeName: string; contact: string };

/** `Kamis, 31 Desember 2026`, with the time of day unless it is a day's end. */
function endText(paidUntil: Date, timeZone: string): string {
  const last = new Date(paidUntil.getTime() - 1000);
  const date = new Intl.DateTimeFormat('id-ID', {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  const clock = (at: Date) =>
    new Intl.DateTimeFormat('id-ID', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
  if (clock(paidUntil) === '00.00') return date.format(last);
  return `${date.format(paidUntil)} pukul ${clock(paidUntil)}`;
}

function daysLeft(terms: RentTerms, now: Date): string {
  const days = lastDayOf(terms) - dayOf(now, terms.timeZone);
  if (days <= 0) return 'hari ini';
  return days === 1 ? 'besok' : `${days} hari lagi`;
}

export const aheadText = (terms: RentTerms, { storeName, contact }: Wording, now: Date): string =>
  `⏰ Masa sewa toko ${storeName} berakhir ${daysLeft(terms, now)}: ${endText(terms.paidUntil, terms.timeZone)}.

Supaya toko tetap buka, perpanjang sebelum itu. Hubungi ${contact}.`;

export const dueText = (terms: RentTerms, { storeName, contact }: Wording): string =>
  `⚠️ Masa sewa toko ${storeName} sudah berakhir: ${endText(terms.paidUntil, terms.timeZone)}.

Toko masih buka selama masa tenggang, sampai ${endText(overAt(terms), terms.timeZone)}. Sesudah itu toko berhenti sementara. Untuk memperpanjang, hubungi ${contact}.`;

export const rentSuspendedText = (terms: RentTerms, { storeName, contact }: Wording): string =>
  `⛔️ Toko ${storeName} berhenti sementara: masa sewanya berakhir (${endText(terms.paidUntil, terms.timeZone)}) dan masa tenggang sudah lewat.

Produk, stok, pesanan dan saldo tetap tersimpan, dan toko dibuka lagi begitu sewa diperpanjang. Hubungi ${contact}.`;

export const suspendedText = (reason: string | null, { storeName, contact }: Wording): string =>
  `⛔️ Toko ${storeName} dihentikan sementara oleh pengelola.${reason === null ? '' : `\nAlasan: ${reason}`}

Produk, stok, pesanan dan saldo tetap tersimpan. Untuk bertanya, hubungi ${contact}.`;

export const resumedText = ({ storeName }: Wording): string =>
  `✅ Toko ${storeName} buka lagi. Pesan dan pembayaran yang masuk selama toko berhenti sekarang diproses.`;

export const extendedText = (terms: RentTerms, { storeName }: Wording): string =>
  `✅ Masa sewa toko ${storeName} berlaku sampai ${endText(terms.paidUntil, terms.timeZone)}.`;
