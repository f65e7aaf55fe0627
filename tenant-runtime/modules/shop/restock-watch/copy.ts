import { formatRupiah } from '../../../../kernel/money.ts';
import { type Html, html } from '../../../bot/html.ts';
import type { DueWatch } from './sql.ts';

export const buttons = { open: '🛍 Lihat Produk' } as const;

export const toasts = {
  asked: '🔔 Siap! Kami kabari begitu stoknya ada lagi.',
  available: '🎉 Kabar baik, stoknya baru saja ada lagi!',
  cancelled: '🔕 Oke, tidak jadi kami kabari.',
} as const;

export const thereAgain = (of: Pick<DueWatch, 'name' | 'price'>): Html =>
  html`🔔 <b>Stok tersedia lagi!</b>

📦 <b>${of.name}</b>
💰 ${formatRupiah(of.price)}

Yuk, diambil sebelum kehabisan lagi 😊`;
