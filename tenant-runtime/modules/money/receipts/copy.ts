import { nameOf, type StoreUser } from '../../../bot/context.ts';
import { clip, type Html, html, keep, lines } from '../../../bot/html.ts';
import type { OrderStatus } from '../orders/index.ts';

export const LABELS = { open: '📦 Buka Order' } as const;

const STATUS: Record<OrderStatus, string> = {
  awaiting_payment: '⏳ Menunggu pembayaran',
  paid: '✅ Lunas, barang sedang dikirim',
  delivered: '✅ Lunas, barang terkirim',
  expired: '⌛ Kedaluwarsa',
  cancelled: '❌ Dibatalkan',
  credited: '💼 Uang masuk ke saldo pembeli',
};

/** Whose receipt it is and of which order, for the sellers; short enough for the caption of a photo. */
export const receiptNotice = (customer: StoreUser, order: { ref: string; status: OrderStatus }): Html =>
  lines(
    html`🧾 <b>Bukti bayar dari pembeli</b>`,
    html`👤 ${clip(nameOf(customer), 60)}${customer.username ? ` (@${customer.username})` : ''} · <code>${customer.id}</code>`,
    html`📦 Order <code>${order.ref}</code>`,
    html`${STATUS[order.status]}`,
  );

/** The lines above a picture, with what the customer wrote below it. */
export const withCaption = (notice: Html, caption: string | undefined): Html =>
  caption === undefined || caption.trim() === '' ? notice : html`${keep(notice)}\n\n${clip(caption.trim(), 500)}`;

export const thanks = (order: { ref: string; status: OrderStatus }): Html =>
  lines(
    html`🙏 Terima kasih, buktinya sudah kami teruskan ke admin bersama pesanan <code>${order.ref}</code>.`,
    order.status === 'awaiting_payment' &&
      html`\nPembayaran QRIS kami cek otomatis. Kalau uangnya sudah terpotong, tunggu sebentar atau tekan <b>🔄 Cek Status</b>.`,
  );

export const enough = (): Html =>
  html`🙏 Bukti yang kamu kirim hari ini sudah kami teruskan semua ke admin, tidak perlu dikirim lagi. Kalau mendesak, hubungi admin lewat <b>ℹ️ Informasi</b> → <b>👨‍💼 Customer Service</b>, ya.`;
