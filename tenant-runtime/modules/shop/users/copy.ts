import { formatRupiah, type Rupiah } from '../../../../kernel/money.ts';
import { type Html, html } from '../../../bot/html.ts';
import type { WriteTime } from '../../../bot/time.ts';

export const INFO_BUTTON = '📋 INFORMASI';
export const HOW_TO_BUTTON = '📖 Cara Order';

/** Goes before the welcome and carries the reply keyboard: a message has room for one kind of keyboard only. */
export const menuReady = (): Html => html`Menu toko siap di bawah 👇`;

export const productUnknown = (): Html =>
  html`Produk di tautan itu tidak kami temukan 🙏 Mungkin sudah tidak dijual lagi. Silakan lihat produk yang lain ya.`;

export function information(of: {
  name: string;
  id: number;
  balance: Rupiah;
  joinedAt: Date | undefined;
  whatsapp: string | null;
  date: WriteTime;
}): Html {
  const joined = of.joinedAt ? of.date(of.joinedAt) : '-';
  return html`ℹ️ <b>Informasi Akun</b>

👤 Nama: <b>${of.name}</b>
💰 Saldo: <b>${formatRupiah(of.balance)}</b>
🆔 ID: <code>${of.id}</code>
📅 Bergabung: ${joined}
📱 WhatsApp: ${of.whatsapp === null ? 'belum diisi' : `+${of.whatsapp}`}`;
}

/** `12345` → `12.345` */
export const count = (value: number): string => value.toLocaleString('id-ID');

/** The store was down for a while, and taps meanwhile never arrived. */
export const wasAway = (): Html =>
  html`🙏 Maaf menunggu, tadi toko sempat tidak aktif. Tombol yang kamu tekan waktu itu mungkin tidak sampai ke kami.

Yuk, lanjut dari sini 👇`;
