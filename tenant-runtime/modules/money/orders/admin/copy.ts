import { InlineKeyboard } from 'grammy';
import { formatRupiah } from '../../../../../kernel/money.ts';
import { nameOf } from '../../../../bot/context.ts';
import { clip, type Html, html, lines } from '../../../../bot/html.ts';
import type { Page } from '../../../../bot/paging.ts';
import type { WriteTime } from '../../../../bot/time.ts';
import { discountLine } from '../../../shop/vouchers/index.ts';
import { TRIAL } from '../../gateway-state/index.ts';
import type { customerOf, ListedOrder, Order, OrderFilter, OrderLine, OrderStatus } from '../index.ts';
import { adminCallbacks } from './callbacks.ts';

const STATUS: Record<OrderStatus, string> = {
  awaiting_payment: '⏳ Menunggu pembayaran',
  paid: '✅ Lunas, sedang dikirim',
  delivered: '✅ Terkirim',
  expired: '⌛ Kedaluwarsa',
  cancelled: '❌ Dibatalkan',
  credited: '💼 Masuk saldo',
};

/** The tabs of the list; the first shows every order. */
export const FILTERS: readonly { label: string; filter: OrderFilter }[] = [
  { label: 'Semua', filter: {} },
  { label: '⏳ Menunggu', filter: { status: 'awaiting_payment' } },
  { label: '✅ Terkirim', filter: { status: 'delivered' } },
  { label: '📦 Dikirim', filter: { status: 'paid' } },
  { label: '❌ Batal', filter: { status: 'cancelled' } },
  { label: '⌛ Habis waktu', filter: { status: 'expired' } },
  { label: '💼 Saldo', filter: { status: 'credited' } },
  { label: '💸 Refund', filter: { refunded: true } },
];

export const LABELS = {
  search: '🔎 Cari Order',
  status: '📝 Ubah Status',
  markPaid: '✅ Tandai Lunas',
  cancel: '❌ Batalkan',
  markNow: '✅ Ya, Tandai Lunas',
  cancelNow: '❌ Ya, Batalkan',
  keep: '⬅️ Tidak Jadi',
  refund: '💸 Refund ke Saldo',
  refundAll: (amount: number) => `💸 Semua (${formatRupiah(amount)})`,
  refundNow: (amount: number) => `💸 Ya, Refund ${formatRupiah(amount)}`,
  resend: '📦 Kirim Ulang',
  customer: '👤 Lihat Pembeli',
  backToOrder: '⬅️ Kembali ke Order',
  backToList: '⬅️ Daftar Order',
} as const;

/** An order may have more lines than a message can show. */
const MOST_LINES = 20;

export const backToList = () => new InlineKeyboard().text(LABELS.backToList, adminCallbacks.pack('list', 0, 0));

export const copy = {
  list(list: Page<ListedOrder>, filter: string, time: WriteTime): Html {
    if (list.items.length === 0) return html`📦 <b>Kelola Order</b> · ${filter}\n\nBelum ada order di sini.`;
    return lines(
      html`📦 <b>Kelola Order</b> · ${filter} (halaman ${list.page + 1} dari ${list.pages})`,
      '',
      ...listed(list.items, time),
      '',
      html`Pilih nomor untuk melihat detailnya.`,
    );
  },
  found(list: Page<ListedOrder>, part: string, time: WriteTime): Html {
    if (list.items.length === 0) {
      return html`🔎 Tidak ada order dengan "<b>${part}</b>" di nomor invoice-nya. Ketik yang lain untuk mencari lagi.`;
    }
    return lines(
      html`🔎 Hasil untuk "<b>${part}</b>" (halaman ${list.page + 1} dari ${list.pages})`,
      '',
      ...listed(list.items, time),
      '',
      html`Pilih nomor untuk melihat detailnya, atau ketik yang lain untuk mencari lagi.`,
    );
  },
  detail(
    order: Order,
    items: readonly OrderLine[],
    customer: Awaited<ReturnType<typeof customerOf>>,
    time: WriteTime,
    method: string,
  ): Html {
    return lines(
      html`🧾 <b>Order</b> <code>${order.ref}</code>`,
      order.sandbox && TRIAL,
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
      order.paidAt !== null && html`Lunas: ${time(order.paidAt)} (${settledBy(order, method)})`,
      order.deliveredAt !== null && html`Terkirim: ${time(order.deliveredAt)}`,
      order.refunded > 0 &&
        html`Refund ke saldo: <b>${formatRupiah(order.refunded)}</b> (${clip(order.refundNote ?? '-', 300)})`,
      order.note !== null && html`Catatan: ${clip(order.note, 500)}`,
    );
  },
  gone: 'Order ini tidak ditemukan.',
  lost: html`🙏 Order ini tidak ditemukan lagi.`,
  stale: 'Tombol ini sudah tidak berlaku.',
  sending: '📦 Barangnya kami kirim ulang ke pembeli.',
  underWay: 'Barangnya sedang dikirim, jadi belum bisa diulang.',
  notSold: 'Order ini belum lunas, jadi belum ada barang yang bisa dikirim.',
} as const;

const listed = (orders: readonly ListedOrder[], time: WriteTime): Html[] =>
  orders.flatMap((order, index) => [
    html`${index + 1}. <code>${order.ref}</code>${order.sandbox ? ' 🧪' : ''}`,
    html`    ${STATUS[order.status]} · ${formatRupiah(order.amount)}${order.refunded > 0 ? ` · 💸 ${formatRupiah(order.refunded)}` : ''}`,
    html`    ${clip(order.customer, 40)} · ${clip(order.items, 80)}`,
    html`    ${time(order.createdAt)}`,
  ]);

function settledBy(order: Order, method: string): string {
  if (order.settledBy?.startsWith('admin:')) return `oleh admin ${order.settledBy.slice(6)}`;
  return method;
}
