import { formatRupiah } from '../../../../kernel/money.ts';
import { nameOf } from '../../../bot/context.ts';
import { clip, type Html, html, lines } from '../../../bot/html.ts';
import { DEPOSIT_STATUS_TEXT, type Deposit, type Proof } from '../../money/deposits/index.ts';
import { TRIAL } from '../../money/gateway-state/index.ts';
import type { Order, OrderLine } from '../../money/orders/index.ts';
import { discountLine } from '../../shop/vouchers/index.ts';
import type { Delivery } from '../deliveries/index.ts';
import type { MissedSubject } from './sql.ts';

type Customer = {
  id: number;
  firstName: string;
  lastName: string | null;
  displayName: string | null;
  username: string | null;
};

/** One short message per order for the sellers; it changes with the order. `at` is local time. */
export function orderNotice(
  order: Order,
  method: string,
  items: readonly OrderLine[],
  customer: Customer,
  delivery: Delivery['status'] | undefined,
  at: string,
): Html {
  return lines(
    html`${mark(order)} <b>Order</b> <code>${order.ref}</code>`,
    order.sandbox && TRIAL,
    html`👤 ${clip(nameOf(customer), 60)}${customer.username ? ` (@${customer.username})` : ''} · <code>${customer.id}</code>`,
    ...items.slice(0, 10).map((line) => html`• ${line.quantity} × ${clip(line.name, 80)}`),
    items.length > 10 && html`… dan ${items.length - 10} produk lain`,
    order.discount > 0 && discountLine(order.voucherCode, order.discount),
    html`💳 ${method} · <b>${formatRupiah(order.total)}</b>`,
    order.refunded > 0 && html`💸 Refund ke saldo: ${formatRupiah(order.refunded)}`,
    html`🕒 ${at}`,
    html`${outcome(order, delivery)}`,
  );
}

/** One short message per deposit, with the proof of a transfer; it fits the caption of a photo. */
export function depositNotice(
  deposit: Deposit,
  method: string,
  customer: Customer,
  proof: Proof | undefined,
  at: string,
): Html {
  const { status } = deposit;
  const mark = status === 'paid' ? '✅' : status.startsWith('awaiting') ? '⏳' : '❌';
  return lines(
    html`${mark} <b>Deposit</b> <code>${deposit.ref}</code>`,
    deposit.sandbox && TRIAL,
    html`👤 ${clip(nameOf(customer), 60)}${customer.username ? ` (@${customer.username})` : ''} · <code>${customer.id}</code>`,
    html`💳 ${method} · <b>${formatRupiah(deposit.amount)}</b>`,
    html`🕒 ${at}`,
    html`${DEPOSIT_STATUS_TEXT[status]}${decider(deposit)}`,
    deposit.note !== null && html`📝 ${clip(deposit.note, 150)}`,
    proof?.text ? html`\nBukti: ${clip(proof.text, 400)}` : undefined,
  );
}

/** What ended while a seller could not be told, in a line. */
export const missedLine = ({ kind, ref, total, paid }: MissedSubject): Html =>
  html`${paid ? '✅' : '❌'} ${kind === 'order' ? 'Order' : 'Deposit'} ${ref} · ${formatRupiah(total)}`;

function decider({ settledBy, closedReason }: Deposit): string {
  const admin = [settledBy, closedReason].find((by) => by?.startsWith('admin:'));
  return admin ? ` · oleh admin ${admin.slice(6)}` : '';
}

const CANCELLED: Record<string, string> = {
  by_customer: 'Dibatalkan pembeli',
  gateway_failed: 'Dibatalkan: layanan pembayaran terganggu',
  gateway_closed: 'Dibatalkan: pembayaran toko sedang tidak tersedia',
  api_ended: 'Ditutup: sistem pembayaran diperbarui',
  by_gateway: 'Dibatalkan di layanan pembayaran',
  by_admin: 'Dibatalkan admin',
  unreachable: 'Dibatalkan: pembeli memblokir bot',
};

function mark(order: Order): string {
  if (order.status === 'awaiting_payment') return '⏳';
  return order.status === 'paid' || order.status === 'delivered' ? '✅' : '❌';
}

function outcome(order: Order, delivery: Delivery['status'] | undefined): string {
  switch (order.status) {
    case 'awaiting_payment':
      return 'Menunggu pembayaran';
    case 'paid':
      if (delivery === 'refused') return 'Lunas · berkasnya ditolak Telegram, kirim lagi ke bot ini';
      return delivery === 'blocked' ? 'Lunas · belum terkirim: pembeli memblokir bot' : 'Lunas · barang sedang dikirim';
    case 'delivered':
      return 'Lunas · barang terkirim';
    case 'expired':
      return 'Kedaluwarsa';
    case 'cancelled':
      return CANCELLED[order.closedReason ?? ''] ?? 'Dibatalkan';
    case 'credited':
      if (order.closedReason === 'balance_gone') {
        return 'Dibayar terlambat, saldo tidak cukup untuk sisanya · uang masuk saldo pembeli';
      }
      return order.closedReason === 'over_limit'
        ? 'Dibayar terlambat, melebihi batas per pelanggan · uang masuk saldo pembeli'
        : 'Dibayar terlambat, stok habis · uang masuk saldo pembeli';
  }
}
