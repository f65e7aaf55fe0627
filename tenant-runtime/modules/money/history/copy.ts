import { formatRupiah } from '../../../../kernel/money.ts';
import { clip, type Html, html, lines } from '../../../bot/html.ts';
import type { Page } from '../../../bot/paging.ts';
import type { WriteTime } from '../../../bot/time.ts';
import { discountLine } from '../../shop/vouchers/index.ts';
import { TRIAL } from '../gateway-state/index.ts';
import type { Order, OrderLine, OrderStatus } from '../orders/index.ts';
import type { PastOrder } from './sql.ts';

const STATUS: Record<OrderStatus, string> = {
  awaiting_payment: '⏳ Menunggu pembayaran',
  paid: '📦 Lunas, barang sedang dikirim',
  delivered: '✅ Selesai',
  expired: '⌛ Kedaluwarsa',
  cancelled: '❌ Dibatalkan',
  credited: '💼 Uang masuk ke saldo',
};

/** An order may have more lines than a message can show. */
const MOST_LINES = 20;

export const buttons = {
  again: '📦 Kirim ulang',
  back: '⬅️ Riwayat Transaksi',
} as const;

export const toasts = {
  stale: 'Tombol ini sudah tidak berlaku 🙏',
  sending: '📦 Oke, barangnya kami kirim ulang ke chat ini.',
  underWay: 'Barangnya sedang dikirim, tunggu sebentar ya 🙏',
} as const;

export function historyList(of: Page<PastOrder>, time: WriteTime): Html {
  if (of.items.length === 0) {
    return html`🧾 <b>Riwayat Transaksi</b>

Kamu belum punya transaksi di sini. Yuk, lihat-lihat dulu lewat <b>🛍 Semua Produk</b>.`;
  }
  return lines(
    html`🧾 <b>Riwayat Transaksi</b> (halaman ${of.page + 1} dari ${of.pages})`,
    ...of.items.map(
      (order, index) => html`
${index + 1}. <code>${order.ref}</code>
    ${STATUS[order.status]} · <b>${formatRupiah(order.amount)}</b>
    ${clip(order.items, 80)}
    ${time(order.createdAt)}`,
    ),
    html`\nPilih nomor untuk melihat detailnya 👇`,
  );
}

export function historyDetail(
  order: Order,
  items: readonly OrderLine[],
  { waits, method }: { waits: boolean; method: string },
  time: WriteTime,
): Html {
  return lines(
    html`🧾 <b>Pesanan</b> <code>${order.ref}</code>`,
    order.sandbox && TRIAL,
    html`Status: <b>${waits ? '📦 Lunas, barang menunggumu' : STATUS[order.status]}</b>\n`,
    ...items
      .slice(0, MOST_LINES)
      .map(
        (line) => html`• ${line.quantity} × ${clip(line.name, 80)} = ${formatRupiah(line.quantity * line.unitPrice)}`,
      ),
    items.length > MOST_LINES && html`… dan ${items.length - MOST_LINES} produk lain`,
    order.discount > 0 && html`\nSubtotal: ${formatRupiah(order.subtotal)}`,
    order.discount > 0 && discountLine(order.voucherCode, order.discount),
    html`${order.discount > 0 ? '' : '\n'}Total: <b>${formatRupiah(order.total)}</b>`,
    order.refunded > 0 && html`💸 Kembali ke saldo: ${formatRupiah(order.refunded)}`,
    html`Metode: ${method}\n`,
    html`Dibuat: ${time(order.createdAt)}`,
    order.paidAt !== null && html`Dibayar: ${time(order.paidAt)}`,
    order.deliveredAt !== null && html`Dikirim: ${time(order.deliveredAt)}`,
  );
}
