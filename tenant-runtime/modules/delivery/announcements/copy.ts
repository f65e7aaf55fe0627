import { formatRupiah } from '../../../../kernel/money.ts';
import { clip, type Html, html, lines } from '../../../bot/html.ts';
import type { Deposit } from '../../money/deposits/index.ts';
import { TRIAL_TOAST } from '../../money/gateway-state/index.ts';
import type { CreditReason, Order } from '../../money/orders/index.ts';

/** A message has room for so many. */
const MOST_ENDED = 40;

/** In front of what is paid without money. */
const marked = ({ sandbox }: { sandbox: boolean }): string => (sandbox ? `${TRIAL_TOAST}. ` : '');

/** What owners (and, of money exceptions, admins) are told. */
export const copy = {
  paidStatus: 'Lunas',
  expiredStatus: 'Kedaluwarsa',
  price({ total, discount }: Order): string {
    return discount > 0 ? `${formatRupiah(total)} (hemat ${formatRupiah(discount)})` : formatRupiah(total);
  },
  paid(order: Order): Html {
    return html`${marked(order)}💸 Pesanan <code>${order.ref}</code> lunas, ${formatRupiah(order.total)}.`;
  },
  paidLate(ref: string): Html {
    return html`⏰ Pesanan <code>${ref}</code> dibayar setelah ditutup. Stok masih ada, barang dikirim ke pembeli.`;
  },
  credited(ref: string, amount: number, reason: CreditReason): Html {
    if (reason === 'balance_gone') {
      return html`⚠️ Pesanan <code>${ref}</code> dibayar setelah ditutup, dan saldo pembeli tidak cukup untuk bagiannya. ${formatRupiah(amount)} masuk ke saldo pembeli.`;
    }
    if (reason === 'over_limit') {
      return html`⚠️ Pesanan <code>${ref}</code> dibayar setelah ditutup, dan pembelinya sudah punya sebanyak batas per pelanggan. ${formatRupiah(amount)} masuk ke saldo pembeli.`;
    }
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
  deposited(deposit: Deposit, method: string): Html {
    return html`${marked(deposit)}💰 Deposit <code>${deposit.ref}</code> masuk, ${formatRupiah(deposit.amount)} lewat ${method}.`;
  },
  depositLate(deposit: Deposit): Html {
    return html`⏰ Deposit <code>${deposit.ref}</code> dibayar setelah ditutup. ${formatRupiah(deposit.amount)} tetap masuk ke saldo pelanggan.`;
  },
  depositReported(deposit: Deposit): Html {
    return html`🏦 Ada laporan transfer <code>${deposit.ref}</code>, ${formatRupiah(deposit.amount)}. Periksa di <b>⚙️ Admin Settings</b> → <b>💰 Deposit</b>, ya.`;
  },
  suspicious(what: 'forged' | 'mismatch'): Html {
    return what === 'forged'
      ? html`🚨 Ada webhook pembayaran dengan kunci rahasia yang salah. Tidak ada yang diproses. Kabar berikutnya paling cepat satu jam lagi.`
      : html`🚨 Ada webhook pembayaran yang tidak cocok dengan pesanannya. Tidak ada yang diproses. Kabar berikutnya paling cepat satu jam lagi.`;
  },
  gatewayMismatch(ref: string): Html {
    return html`🚨 Jawaban layanan pembayaran untuk pesanan <code>${ref}</code> tidak cocok dengan tagihan kita. Tidak ada yang diproses; periksa proyek dan nominalnya di dasbor layanan pembayaranmu.`;
  },
  sandboxPaid(ref: string): Html {
    return html`🚨 Pembayaran <code>${ref}</code> "lunas" dalam mode sandbox: tidak ada uang yang masuk, jadi tidak ada yang diproses. Matikan mode sandbox di dasbor layanan pembayaranmu.`;
  },
  /** Payments that a new version of the store had to end; for the sellers to keep. */
  ended(payments: readonly { ref: string; amount: number; customer: string }[]): Html {
    const shown = payments.slice(0, MOST_ENDED);
    return lines(
      html`📋 <b>${payments.length} invoice lama ditutup</b>`,
      '',
      html`Layanan pembayaran mengakhiri cara lama yang dipakai toko ini, jadi invoice yang belum dibayar kami tutup saat toko diperbarui. Stoknya sudah kembali dan pembelinya sudah kami beri tahu.`,
      '',
      ...shown.map(
        ({ ref, amount, customer }) => html`• <code>${ref}</code> · ${formatRupiah(amount)} · ${clip(customer, 40)}`,
      ),
      shown.length < payments.length && html`… dan ${payments.length - shown.length} lainnya`,
      '',
      html`Kalau ada yang terlanjur membayar, uangnya tidak bisa kami lihat lagi dari sini. Cek dasbor layanan pembayaranmu, lalu untuk pesanan (<code>tg…</code>) tandai lunas lewat <b>📦 Kelola Order</b>, dan untuk deposit (<code>dp…</code>) tambah saldonya lewat <b>👥 Kelola User</b>.`,
    );
  },
  sameMoney(ref: string): Html {
    return html`ℹ️ Pembayaran lewat layanan pembayaran untuk <code>${ref}</code> masuk sebelum pesanan itu ditandai lunas oleh admin, jadi dihitung sebagai pembayaran yang sama. Kalau pembeli memang membayar dua kali, kembalikan selisihnya ke pembeli.`;
  },
} as const;
