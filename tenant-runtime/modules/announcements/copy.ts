import { formatRupiah } from '../../../kernel/money.ts';
import { type Html, html } from '../../bot/html.ts';
import type { Deposit } from '../deposits/index.ts';
import type { CreditReason, Order } from '../orders/index.ts';

/** What owners (and, of money exceptions, admins) are told. */
export const copy = {
  paidStatus: 'Lunas',
  expiredStatus: 'Kedaluwarsa',
  price({ total, discount }: Order): string {
    return discount > 0 ? `${formatRupiah(total)} (hemat ${formatRupiah(discount)})` : formatRupiah(total);
  },
  paid(order: Order): Html {
    return html`💸 Pesanan <code>${order.ref}</code> lunas, ${formatRupiah(order.total)}.`;
  },
  paidLate(ref: string): Html {
    return html`⏰ Pesanan <code>${ref}</code> dibayar setelah ditutup. Stok masih ada, barang dikirim ke pembeli.`;
  },
  credited(ref: string, amount: number, reason: CreditReason): Html {
    if (reason === 'over_limit')
      return html`⚠️ Pesanan <code>${ref}</code> dibayar setelah ditutup, dan pembelinya sudah punya sebanyak batas per pelanggan. ${formatRupiah(amount)} masuk ke saldo pembeli.`;
    return reason === 'no_stock'
      ? html`⚠️ Pesanan <code>${ref}</code> dibayar setelah ditutup dan stoknya tidak cukup. ${formatRupiah(amount)} masuk ke saldo pembeli.`
      : html`⚠️ Pesanan <code>${ref}</code> terbayar dua kali. ${formatRupiah(amount)} masuk ke saldo pembeli.`;
  },
  refunded(order: Order, amount: number): Html {
    const all =
      order.refunded === order.total
        ? 'seluruhnya sudah kembali'
        : `sudah kembali ${formatRupiah(order.refunded)} dari ${formatRupiah(order.total)}`;
    return html`💸 Refund <code>${order.ref}</code>: ${formatRupiah(amount)} ke saldo pembeli (${all}). Alasan: ${order.refundNote ?? '-'}`;
  },
  deposited(deposit: Deposit): Html {
    const how = deposit.method === 'qris' ? 'QRIS' : 'transfer manual';
    return html`💰 Deposit <code>${deposit.ref}</code> masuk, ${formatRupiah(deposit.amount)} lewat ${how}.`;
  },
  depositLate(deposit: Deposit): Html {
    return html`⏰ Deposit <code>${deposit.ref}</code> dibayar setelah ditutup. ${formatRupiah(deposit.amount)} tetap masuk ke saldo pelanggan.`;
  },
  depositReported(deposit: Deposit): Html {
    return html`🏦 Ada laporan transfer <code>${deposit.ref}</code>, ${formatRupiah(deposit.amount)}. Periksa di <b>⚙️ Admin Settings</b> → <b>💰 Deposit</b>, ya.`;
  },
  suspicious(what: 'forged' | 'mismatch'): Html {
    return what === 'forged'
      ? html`🚨 Ada webhook pembayaran dengan tanda tangan yang salah. Tidak ada yang diproses. Kabar berikutnya paling cepat satu jam lagi.`
      : html`🚨 Ada webhook pembayaran yang tidak cocok dengan pesanannya. Tidak ada yang diproses. Kabar berikutnya paling cepat satu jam lagi.`;
  },
  gatewayMismatch(ref: string): Html {
    return html`🚨 Jawaban Pakasir untuk pesanan <code>${ref}</code> tidak cocok dengan tagihan kita. Tidak ada yang diproses; periksa proyek dan nominalnya di Pakasir.`;
  },
  sameMoney(ref: string): Html {
    return html`ℹ️ Pembayaran QRIS untuk <code>${ref}</code> masuk sebelum pesanan itu ditandai lunas oleh admin, jadi dihitung sebagai pembayaran yang sama. Kalau pembeli memang membayar dua kali, kembalikan selisihnya ke pembeli.`;
  },
} as const;
