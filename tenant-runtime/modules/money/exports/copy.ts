import { type Html, html } from '../../../bot/html.ts';

/** What is exported, of how many days; 0 is all of it. */
export type Wish = { what: 'orders' | 'ledger'; days: number };

export const PERIODS = [7, 30, 90, 0] as const;
export const TABLES = ['orders', 'ledger'] as const;

const NAMES: Record<Wish['what'], string> = { orders: 'Pesanan', ledger: 'Buku Saldo' };
const period = (days: number): string => (days === 0 ? 'semua' : `${days} hari terakhir`);

export const buttons = {
  of: ({ what, days }: Wish) => `${what === 'orders' ? '📦' : '💰'} ${days === 0 ? 'Semua' : `${days} hari`}`,
  back: '⬅️ Daftar Order',
} as const;

export const toasts = { sending: '📤 Berkasnya sedang disiapkan…' } as const;

export const menu = (): Html => html`📤 <b>Ekspor CSV</b>

Pilih data dan periodenya:
📦 <b>Pesanan</b>: satu baris satu pesanan, semua status.
💰 <b>Buku Saldo</b>: setiap uang yang masuk ke atau keluar dari saldo pelanggan.

Berkasnya langsung terbuka rapi di Excel berbahasa Indonesia (pemisah titik koma). Isinya data pelanggan, jadi simpan baik-baik ya. Setiap ekspor tercatat di log audit.`;

export const captionOf = (wish: Wish, rows: number, nth: number): Html =>
  html`📤 ${NAMES[wish.what]}, ${period(wish.days)}: <b>${rows.toLocaleString('id-ID')}</b> baris${nth > 1 ? ` (berkas ${nth})` : ''}`;

export const failed = (wish: Wish, nth: number): Html =>
  html`😔 Ekspor ${NAMES[wish.what]}${nth > 1 ? ` mulai berkas ${nth}` : ''} gagal dikirim. Coba lagi sebentar lagi, atau pilih periode yang lebih pendek ya.`;

export const fileName = (store: string, { what, days }: Wish, nth: number): string =>
  `${what === 'orders' ? 'pesanan' : 'saldo'}-${store}-${days === 0 ? 'semua' : `${days}hari`}${nth > 1 ? `-${nth}` : ''}.csv`;

const WORDS: Readonly<Record<string, string>> = {
  awaiting_payment: 'menunggu pembayaran',
  paid: 'lunas',
  delivered: 'terkirim',
  expired: 'kedaluwarsa',
  cancelled: 'dibatalkan',
  credited: 'masuk saldo',
  qris: 'QRIS',
  balance: 'saldo',
  credit: 'pembayaran jadi saldo',
  purchase: 'belanja',
  deposit: 'deposit',
  refund: 'refund',
  adjustment: 'diubah admin',
};

/** A word of the database as people say it. */
export const words = (word: string): string => WORDS[word] ?? word;
