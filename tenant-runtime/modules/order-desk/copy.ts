import { InlineKeyboard } from 'grammy';
import { formatRupiah } from '../../../kernel/money.ts';
import { nameOf } from '../../bot/context.ts';
import { clip, type Html, html, lines } from '../../bot/html.ts';
import type { customerOf, ListedOrder, Order, OrderLine, OrderStatus, Settlement } from '../orders/index.ts';
import { discountLine } from '../vouchers/index.ts';
import { deskCallbacks } from './callbacks.ts';

const STATUS: Record<OrderStatus, string> = {
  awaiting_payment: '⏳ Menunggu pembayaran',
  paid: '✅ Lunas, sedang dikirim',
  delivered: '✅ Terkirim',
  expired: '⌛ Kedaluwarsa',
  cancelled: '❌ Dibatalkan',
  credited: '💼 Masuk saldo',
};

/** The tabs of the list; the first shows every order. */
export const FILTERS: readonly { label: string; status: OrderStatus | undefined }[] = [
  { label: 'Semua', status: undefined },
  { label: '⏳ Menunggu', status: 'awaiting_payment' },
  { label: '✅ Terkirim', status: 'delivered' },
  { label: '📦 Dikirim', status: 'paid' },
  { label: '❌ Batal', status: 'cancelled' },
  { label: '⌛ Habis waktu', status: 'expired' },
  { label: '💼 Saldo', status: 'credited' },
];

export const LABELS = {
  markPaid: '✅ Tandai Lunas',
  backToList: '⬅️ Daftar Order',
} as const;

/** An order may have more lines than a message can show. */
const MOST_LINES = 20;

export const backToList = () => new InlineKeyboard().text(LABELS.backToList, deskCallbacks.pack('list', 0, 0));

export const copy = {
  list(orders: readonly ListedOrder[], filter: string, page: number, time: (at: Date) => string): Html {
    if (orders.length === 0) return html`📦 <b>Kelola Order</b> · ${filter}\n\nBelum ada order di sini.`;
    return lines(
      html`📦 <b>Kelola Order</b> · ${filter} · halaman ${page + 1}`,
      '',
      ...orders.flatMap((order, index) => [
        html`${index + 1}. <code>${order.ref}</code>`,
        html`    ${STATUS[order.status]} · ${formatRupiah(order.total)}`,
        html`    ${clip(order.customer, 40)} · ${clip(order.items, 80)}`,
        html`    ${time(order.createdAt)}`,
      ]),
      '',
      html`Pilih nomor untuk melihat detailnya.`,
    );
  },
  detail(
    order: Order,
    items: readonly OrderLine[],
    customer: Awaited<ReturnType<typeof customerOf>>,
    time: (at: Date) => string,
  ): Html {
    return lines(
      html`🧾 <b>Order</b> <code>${order.ref}</code>`,
      html`Status: <b>${STATUS[order.status]}</b>`,
      html`Pembeli: ${clip(nameOf(customer), 60)}${customer.username ? ` (@${customer.username})` : ''} · <code>${customer.id}</code>`,
      '',
      ...items
        .slice(0, MOST_LINES)
        .map(
          (line) => html`• ${line.quantity} × ${clip(line.name, 80)} = ${formatRupiah(line.quantity * line.unitPrice)}`,
        ),
      items.length > MOST_LINES && html`… dan ${items.length - MOST_LINES} produk lain`,
      '',
      order.discount > 0 && html`Subtotal: ${formatRupiah(order.subtotal)}`,
      order.discount > 0 && discountLine(order.voucherCode, order.discount),
      html`Total: <b>${formatRupiah(order.total)}</b>`,
      html`Dibuat: ${time(order.createdAt)}`,
      order.paidAt !== null && html`Lunas: ${time(order.paidAt)} (${settledBy(order)})`,
      order.deliveredAt !== null && html`Terkirim: ${time(order.deliveredAt)}`,
      order.note !== null && html`Catatan: ${clip(order.note, 500)}`,
    );
  },
  gone: 'Order ini tidak ditemukan.',
  askNote(ref: string): Html {
    return html`📝 Tulis catatan untuk menandai <code>${ref}</code> lunas, misalnya "bayar tunai di toko". Barang langsung dikirim setelah itu.\n\nKetik <b>BATAL</b> kalau tidak jadi.`;
  },
  noteInvalid: html`Catatannya harus berupa teks, 3 sampai 300 huruf. Coba tulis lagi, atau ketik <b>BATAL</b>.`,
  marked(ref: string, settlement: Settlement): Html {
    switch (settlement.kind) {
      case 'settled':
        return html`✅ Order <code>${ref}</code> ditandai lunas. Barangnya sedang dikirim ke pembeli.`;
      case 'credited':
        return html`💼 Stok untuk <code>${ref}</code> sudah tidak cukup, jadi ${formatRupiah(settlement.amount)} kami masukkan ke saldo pembeli.`;
      case 'same_money':
      case 'already':
        return html`ℹ️ Order <code>${ref}</code> sudah lunas sebelumnya, mungkin pembayaran QRIS-nya baru saja masuk. Tidak ada yang berubah.`;
    }
  },
} as const;

function settledBy(order: Order): string {
  if (order.settledBy?.startsWith('admin:')) return `oleh admin ${order.settledBy.slice(6)}`;
  return order.method === 'qris' ? 'QRIS' : 'Saldo';
}
