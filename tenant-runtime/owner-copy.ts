import { formatRupiah } from '../kernel/money.ts';
import { type Html, html } from './bot/html.ts';
import type { Order } from './modules/orders/index.ts';

/** What owners (and, of money exceptions, admins) are told. */
export const ownerCopy = {
  paid(store: string, order: Order): Html {
    return html`💸 <b>${store}</b>: pesanan <code>${order.ref}</code> lunas, ${formatRupiah(order.total)}.`;
  },
  paidLate(ref: string): Html {
    return html`⏰ Pesanan <code>${ref}</code> dibayar setelah ditutup. Stok masih ada, barang dikirim ke pembeli.`;
  },
  credited(ref: string, amount: number, reason: 'no_stock' | 'paid_twice'): Html {
    return reason === 'no_stock'
      ? html`⚠️ Pesanan <code>${ref}</code> dibayar setelah ditutup dan stoknya tidak cukup. ${formatRupiah(amount)} masuk ke saldo pembeli.`
      : html`⚠️ Pesanan <code>${ref}</code> terbayar dua kali. ${formatRupiah(amount)} masuk ke saldo pembeli.`;
  },
  suspicious(what: 'forged' | 'mismatch', ref: string): Html {
    return what === 'forged'
      ? html`🚨 Ada webhook pembayaran dengan tanda tangan yang salah (order <code>${ref}</code>). Tidak ada yang diproses.`
      : html`🚨 Ada webhook pembayaran yang tidak cocok dengan pesanan <code>${ref}</code>. Tidak ada yang diproses.`;
  },
  templateRolledBack(key: string): Html {
    return html`🛠 Template <code>${key}</code> gagal ditampilkan, jadi dikembalikan ke bawaan. Periksa lagi isinya, ya.`;
  },
} as const;
