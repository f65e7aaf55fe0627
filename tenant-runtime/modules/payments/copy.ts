import { InlineKeyboard } from 'grammy';
import { formatRupiah, type Rupiah } from '../../../kernel/money.ts';
import { clip, type Html, html, keep, lines } from '../../bot/html.ts';
import { type CartView, cartCallbacks, fallen, sums } from '../cart/index.ts';
import type { CreditReason, Order, OrderLine } from '../orders/index.ts';
import { discountLine, type Refusal, refusalText } from '../vouchers/index.ts';
import type { Bill } from './payable.ts';
import type { Payment } from './schema.ts';

export const LABELS = {
  qris: '💠 QRIS',
  balance: '💼 Saldo',
  free: '🎁 Ambil Gratis',
  cancel: '❌ Batalkan Pembelian',
  checkout: '🔗 Checkout URL',
  status: '🔄 Cek Status',
  cart: '🧺 Lihat Keranjang',
} as const;

/** An invoice is the caption of its QR code: there is room for a few lines only. */
const MOST_ITEMS = 6;

const WHY_CREDITED: Record<CreditReason, (ref: string) => Html> = {
  no_stock: (ref) =>
    html`Pembayaran pesanan <code>${ref}</code> masuk setelah waktunya habis dan stoknya sudah tidak cukup.`,
  paid_twice: (ref) => html`Pesanan <code>${ref}</code> ternyata terbayar dua kali.`,
  over_limit: (ref) =>
    html`Pembayaran pesanan <code>${ref}</code> masuk setelah waktunya habis, dan kamu sudah punya sebanyak batas per pelanggan untuk produknya.`,
};

/** What the shop says around a payment. Times come formatted in the store's zone. */
export const copy = {
  choose(view: CartView, balance: Rupiah, minimum: Rupiah): Html {
    return lines(
      html`💳 <b>Pilih Metode Pembayaran</b>`,
      '',
      ...view.lines.slice(0, 20).map((line) => html`• ${line.quantity} × ${clip(line.name, 80)}`),
      view.lines.length > 20 && html`… dan ${view.lines.length - 20} produk lain`,
      '',
      ...sums(view),
      html`💼 Saldo kamu: ${formatRupiah(balance)}`,
      view.total === 0 && html`\n🎁 Semuanya ditanggung kupon. Tekan <b>${LABELS.free}</b>, saldomu tidak berkurang.`,
      view.total > 0 &&
        view.total < minimum &&
        html`\nℹ️ QRIS baru bisa mulai ${formatRupiah(minimum)}, jadi yang ini dibayar pakai saldo, ya.`,
      view.voucher.kind === 'fell' && html`\n${keep(fallen(view.voucher))}`,
    );
  },
  paidByBalance(order: Order, balance: Rupiah): Html {
    return lines(
      order.total === 0 ? html`🎁 <b>Gratis dengan Kupon</b>` : html`✅ <b>Dibayar dengan Saldo</b>`,
      '',
      html`🧾 Invoice <code>${order.ref}</code>`,
      order.discount > 0 && discountLine(order.voucherCode, order.discount),
      html`Total: <b>${formatRupiah(order.total)}</b>`,
      html`💼 Sisa saldo: ${formatRupiah(balance)}`,
      '',
      html`Barangmu segera kami kirim di bawah ini 👇`,
    );
  },
  loading: html`⏳ Sedang memuat QRIS, tunggu sebentar ya…`,
  items(ordered: readonly OrderLine[]): Html[] {
    const shown = ordered.slice(0, MOST_ITEMS);
    const items = shown.map(
      (line) => html`• ${line.quantity} × ${clip(line.name, 60)} = ${formatRupiah(line.quantity * line.unitPrice)}`,
    );
    if (shown.length < ordered.length) items.push(html`… dan ${ordered.length - shown.length} produk lain`);
    return items;
  },
  goodsFollow: html`Barang dikirim otomatis begitu pembayaran masuk.`,
  invoice(payment: Payment, bill: Bill, expires: string): Html {
    return lines(
      html`🧾 <b>Invoice</b> <code>${payment.ref}</code>`,
      '',
      ...bill.items,
      '',
      html`Subtotal: ${formatRupiah(payment.amount + (bill.discount?.amount ?? 0))}`,
      bill.discount && discountLine(bill.discount.code, bill.discount.amount),
      html`Biaya Layanan: ${formatRupiah(payment.fee ?? 0)}`,
      html`Total: <b>${formatRupiah(payment.totalPayment ?? payment.amount)}</b>`,
      '',
      html`⏰ Bayar sebelum <b>${expires}</b>`,
      html`Scan QR di atas lewat aplikasi bank atau e-wallet. ${keep(bill.promise)}`,
    );
  },
  paidInvoice(payment: Payment): Html {
    return lines(
      html`🧾 Invoice <code>${payment.ref}</code>`,
      html`✅ <b>LUNAS</b> · ${formatRupiah(payment.totalPayment ?? payment.amount)}`,
    );
  },
  closedInvoice(payment: Payment): Html {
    return html`🧾 Invoice <code>${payment.ref}</code> sudah tidak berlaku. Jangan dibayar ya.`;
  },
  cancelled(order: Order): Html {
    return html`❌ Pesanan <code>${order.ref}</code> dibatalkan. Kamu tidak ditagih apa pun.`;
  },
  cancelledByShop(order: Order): Html {
    return html`❌ Pesanan <code>${order.ref}</code> dibatalkan oleh admin toko. Jangan dibayar lagi ya; kalau terlanjur membayar, pembayaranmu tetap kami proses.`;
  },
  gatewayFailed(order: Order): Html {
    return html`😔 Maaf, layanan pembayaran sedang terganggu, jadi pesanan <code>${order.ref}</code> kami batalkan dan kamu tidak ditagih apa pun. Isi keranjangmu masih ada, silakan coba lagi beberapa saat lagi.`;
  },
  toCart: () => new InlineKeyboard().text(LABELS.cart, cartCallbacks.pack('view')),
  lateDelivered(order: Order): Html {
    return html`✅ Pembayaran pesanan <code>${order.ref}</code> masuk setelah waktunya habis. Tenang, stoknya masih ada dan barangmu segera dikirim.`;
  },
  credited(order: Order, amount: number, reason: CreditReason): Html {
    return html`💼 ${keep(WHY_CREDITED[reason](order.ref))} Uangmu <b>${formatRupiah(amount)}</b> sudah kami masukkan utuh ke saldomu. Pakai kapan saja lewat <b>💼 Saldo</b> saat membayar, ya.`;
  },
  refunded(order: Order, amount: Rupiah): Html {
    return html`💸 <b>${formatRupiah(amount)}</b> dari pesanan <code>${order.ref}</code> kami kembalikan ke saldomu.\n\nAlasan: ${order.refundNote ?? '-'}`;
  },
  checking: '⏳ Sedang kami cek…',
  notYet(ref: string): Html {
    return html`🔎 Pembayaran <code>${ref}</code> belum masuk. Kalau barusan bayar, tunggu sebentar lalu tekan <b>🔄 Cek Status</b> lagi.`;
  },
  unanswered(ref: string): Html {
    return html`🔌 Layanan pembayaran sedang tidak menjawab. Pembayaran <code>${ref}</code> akan kami cek terus, kamu tidak perlu bayar lagi.`;
  },
  alreadyMade: 'Invoice untuk pesanan ini sudah dibuat 👇',
  totalChanged: 'Total belanjamu baru saja berubah. Cek lagi, lalu pilih cara bayarnya, ya.',
  voucherFell: (code: string, refusal: Refusal) => clip(`Kupon ${code} kami lepas. ${refusalText(refusal)}`, 190),
  insufficient: 'Saldomu tidak cukup untuk belanjaan ini. Kamu bisa bayar lewat QRIS atau deposit dulu, ya.',
  emptyCart: 'Keranjangmu masih kosong.',
  blocked: 'Maaf, kamu belum bisa berbelanja di toko ini. Silakan hubungi admin.',
  short: (names: readonly string[]) => clip(`Maaf, stok ini baru saja berkurang: ${names.join(', ')}`, 190),
  overLimit: (names: readonly string[]) =>
    clip(`Maaf, ini melebihi batas per pelanggan, dihitung dengan pesananmu yang lain: ${names.join(', ')}`, 190),
  tooManyOpen: (open: number) => `Kamu masih punya ${open} invoice yang belum dibayar. Bayar atau batalkan dulu, ya.`,
  tooManyRecent: 'Kamu sudah membuat banyak pesanan. Tunggu beberapa menit, lalu coba lagi, ya.',
  belowMinimum: (minimum: number) => `Pembayaran QRIS paling sedikit ${formatRupiah(minimum)}.`,
  noLonger: {
    paid: 'Pesanan ini sudah dibayar ✅',
    closed: 'Pesanan ini sudah ditutup.',
    notYours: 'Tombol ini sudah tidak berlaku.',
  },
} as const;
