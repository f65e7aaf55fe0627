import { InlineKeyboard } from 'grammy';
import { formatRupiah, type Rupiah } from '../../../../kernel/money.ts';
import { clip, type Html, html, keep, lines, timeTag } from '../../../bot/html.ts';
import type { MethodKind } from '../../../gateway/index.ts';
import { type CartView, cartCallbacks, fallen, sums } from '../../shop/cart/index.ts';
import { discountLine, type Refusal, refusalText } from '../../shop/vouchers/index.ts';
import { TRIAL } from '../gateway-state/index.ts';
import type { CreditReason, Order, OrderLine } from '../orders/index.ts';
import type { Bill } from './payable.ts';
import type { Payment } from './schema.ts';

export const LABELS = {
  balance: '💼 Saldo',
  mixed: (balance: Rupiah, label: string, rest: Rupiah) =>
    `💼 Pakai Saldo ${formatRupiah(balance)} + ${label} ${formatRupiah(rest)}`,
  free: '🎁 Ambil Gratis',
  cancel: '❌ Batalkan Pembelian',
  accounts: '🏦 Transfer Bank (Virtual Account)',
  ways: '⬅️ Cara Bayar Lain',
  checkout: '🔗 Checkout URL',
  open: '🔗 Buka Halaman Pembayaran',
  copyNumber: '📋 Salin Nomor VA',
  show: '💳 Tampilkan Invoice',
  copyRef: '📋 Salin Invoice',
  copyTotal: '📋 Salin Total',
  status: '🔄 Cek Status',
  cart: '🧺 Lihat Keranjang',
  backToCart: '⬅️ Kembali ke Keranjang',
} as const;

const HOW_TO_PAY: Record<MethodKind, string> = {
  qr: 'Simpan atau screenshot QR ini, lalu unggah di aplikasi bank atau e-wallet.',
  account: 'Transfer persis sejumlah totalnya ke nomor di atas, lewat aplikasi bank atau ATM.',
  link: 'Tekan tombol di bawah, lalu pilih cara bayarnya di halaman itu.',
};

/** An invoice is the caption of its QR code: there is room for a few lines only. */
const MOST_ITEMS = 6;

const WHY_CREDITED: Record<CreditReason, (order: Order) => Html> = {
  no_stock: ({ ref }) =>
    html`Pembayaran pesanan <code>${ref}</code> masuk setelah waktunya habis dan stoknya sudah tidak cukup.`,
  balance_gone: ({ ref, fromBalance }) =>
    html`Pembayaran pesanan <code>${ref}</code> masuk setelah waktunya habis, dan saldomu sudah tidak cukup untuk bagian ${formatRupiah(fromBalance)} yang dibayar dari saldo.`,
  over_limit: ({ ref }) =>
    html`Pembayaran pesanan <code>${ref}</code> masuk setelah waktunya habis, dan kamu sudah punya sebanyak batas per pelanggan untuk produknya.`,
  paid_twice: ({ ref }) => html`Pesanan <code>${ref}</code> ternyata terbayar dua kali.`,
};

/** What the shop says around a payment. Times come formatted in the store's zone. */
export const copy = {
  choose(view: CartView, balance: Rupiah, { bounds, trial }: { bounds: Html | undefined; trial: boolean }): Html {
    return lines(
      html`💳 <b>Pilih Metode Pembayaran</b>`,
      trial && TRIAL,
      '',
      ...view.lines.slice(0, 20).map((line) => html`• ${line.quantity} × ${clip(line.name, 80)}`),
      view.lines.length > 20 && html`… dan ${view.lines.length - 20} produk lain`,
      '',
      ...sums(view),
      html`💼 Saldo kamu: ${formatRupiah(balance)}`,
      view.total === 0 && html`\n🎁 Semuanya ditanggung kupon. Tekan <b>${LABELS.free}</b>, saldomu tidak berkurang.`,
      bounds && html`\n${keep(bounds)}`,
      view.voucher.kind === 'fell' && html`\n${keep(fallen(view.voucher))}`,
    );
  },
  accounts(total: Rupiah, trial: boolean): Html {
    return lines(
      html`🏦 <b>Transfer Bank (Virtual Account)</b>`,
      trial && TRIAL,
      '',
      html`Total: <b>${formatRupiah(total)}</b> (belum termasuk biaya layanan)`,
      html`Pilih bank tujuannya. Dari bank mana pun kamu bisa mentransfer ke nomornya.`,
    );
  },
  paidByBalance(order: Order, balance: Rupiah): Html {
    return lines(
      order.sandbox && TRIAL,
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
  loading: (method: string) => html`⏳ Sedang memuat ${method}, tunggu sebentar ya…`,
  items(ordered: readonly OrderLine[]): Html[] {
    const shown = ordered.slice(0, MOST_ITEMS);
    const items = shown.map(
      (line) => html`• ${line.quantity} × ${clip(line.name, 60)} = ${formatRupiah(line.quantity * line.unitPrice)}`,
    );
    if (shown.length < ordered.length) items.push(html`… dan ${ordered.length - shown.length} produk lain`);
    return items;
  },
  goodsFollow: html`Barang dikirim otomatis begitu pembayaran masuk.`,
  invoice(
    payment: Payment,
    bill: Bill,
    { kind, label, number, expires }: { kind: MethodKind; label: string; number: string; expires: Html },
  ): Html {
    const { fee, totalPayment } = payment;
    return lines(
      html`🧾 <b>Invoice</b> <code>${payment.ref}</code>`,
      payment.sandbox && TRIAL,
      '',
      ...bill.items,
      '',
      html`Subtotal: ${formatRupiah(payment.amount + (bill.fromBalance ?? 0) + (bill.discount?.amount ?? 0))}`,
      bill.discount && discountLine(bill.discount.code, bill.discount.amount),
      bill.fromBalance !== undefined && html`💼 Dari saldo: ${formatRupiah(-bill.fromBalance)}`,
      fee !== null && html`Biaya Layanan: ${formatRupiah(fee)}`,
      totalPayment === null
        ? html`Total: <b>${formatRupiah(payment.amount)}</b>, ditambah biaya layanan yang tampil saat membayar`
        : html`Total: <b>${formatRupiah(totalPayment)}</b>`,
      '',
      kind === 'account' && html`🏦 ${label}`,
      kind === 'account' && html`Nomor: <code>${number}</code>\n`,
      html`⏰ Bayar sebelum ${keep(expires)}`,
      html`${HOW_TO_PAY[kind]} ${keep(bill.promise)}`,
    );
  },
  /** When an invoice ends: in the reader's zone, and how long that is from now. */
  expires(at: Date, clock: string, left: string): Html {
    return html`<b>${keep(timeTag(at, 't', clock))}</b> (${keep(timeTag(at, 'r', left))})`;
  },
  shownBelow(payment: Payment): Html {
    return html`🧾 Invoice <code>${payment.ref}</code> ada di bawah 👇`;
  },
  paidInvoice(payment: Payment): Html {
    return lines(
      payment.sandbox && TRIAL,
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
  gatewayClosed(order: Order): Html {
    return html`🙏 Maaf, pembayaran di toko ini sedang tidak tersedia, jadi pesanan <code>${order.ref}</code> kami batalkan dan kamu tidak ditagih apa pun. Penjual sudah kami beri tahu, dan isi keranjangmu masih ada. Silakan coba lagi nanti, ya.`;
  },
  apiEnded(order: Order): Html {
    return html`ℹ️ Sistem pembayaran toko ini baru saja diperbarui, jadi pesanan <code>${order.ref}</code> yang belum dibayar kami tutup. Invoice lamanya jangan dibayar lagi, ya; isi keranjangmu kami kembalikan. Terlanjur membayar? Kirim buktinya ke admin toko lewat <b>ℹ️ Informasi</b> → <b>👨‍💼 Customer Service</b>.`;
  },
  toCart: () => new InlineKeyboard().text(LABELS.cart, cartCallbacks.pack('view')),
  heldBack(order: Order): Html {
    return html`💼 Saldo <b>${formatRupiah(order.fromBalance)}</b> yang dipakai untuk pesanan <code>${order.ref}</code> sudah kembali.`;
  },
  lateDelivered(order: Order): Html {
    return html`✅ Pembayaran pesanan <code>${order.ref}</code> masuk setelah waktunya habis. Tenang, stoknya masih ada dan barangmu segera dikirim.`;
  },
  credited(order: Order, amount: number, reason: CreditReason): Html {
    return html`💼 ${keep(WHY_CREDITED[reason](order))} Uangmu <b>${formatRupiah(amount)}</b> sudah kami masukkan utuh ke saldomu. Pakai kapan saja lewat <b>💼 Saldo</b> saat membayar, ya.`;
  },
  refunded(order: Order, amount: Rupiah): Html {
    return html`💸 <b>${formatRupiah(amount)}</b> dari pesanan <code>${order.ref}</code> kami kembalikan ke saldomu.\n\nAlasan: ${order.refundNote ?? '-'}`;
  },
  showing: '💳 Oke, invoicenya kami kirim lagi 👇',
  checking: '⏳ Sedang kami cek…',
  notYet(ref: string): Html {
    return html`🔎 Pembayaran <code>${ref}</code> belum masuk. Kalau barusan bayar, tunggu sebentar lalu tekan <b>🔄 Cek Status</b> lagi.`;
  },
  unanswered(ref: string): Html {
    return html`🔌 Layanan pembayaran sedang tidak menjawab. Pembayaran <code>${ref}</code> akan kami cek terus, kamu tidak perlu bayar lagi.`;
  },
  alreadyMade: 'Invoice untuk pesanan ini sudah dibuat 👇',
  totalChanged: 'Total belanjamu baru saja berubah. Cek lagi, lalu pilih cara bayarnya, ya.',
  lookAgain: 'Ini tombol lama. Cek dulu belanjaanmu di bawah, lalu pilih cara bayarnya, ya.',
  voucherFell: (code: string, refusal: Refusal) => clip(`Kupon ${code} kami lepas. ${refusalText(refusal)}`, 190),
  insufficient: 'Saldomu tidak cukup untuk belanjaan ini. Kamu bisa pakai cara bayar lain atau deposit dulu, ya.',
  methodGone: 'Cara bayar ini sedang tidak ditawarkan. Pilih yang lain, ya.',
  emptyCart: 'Keranjangmu masih kosong.',
  blocked: 'Maaf, kamu belum bisa berbelanja di toko ini. Silakan hubungi admin.',
  short: (names: readonly string[]) => clip(`Maaf, stok ini baru saja berkurang: ${names.join(', ')}`, 190),
  overLimit: (names: readonly string[]) =>
    clip(`Maaf, ini melebihi batas per pelanggan, dihitung dengan pesananmu yang lain: ${names.join(', ')}`, 190),
  tooManyOpen: (open: number) => `Kamu masih punya ${open} invoice yang belum dibayar. Bayar atau batalkan dulu, ya.`,
  tooManyRecent: 'Kamu sudah membuat banyak pesanan. Tunggu beberapa menit, lalu coba lagi, ya.',
  belowMinimum: (method: string, minimum: number) =>
    `Pembayaran lewat ${method} paling sedikit ${formatRupiah(minimum)}. Tambah produk lain atau pakai cara bayar lain, ya.`,
  aboveMaximum: (method: string, maximum: number) =>
    `Pembayaran lewat ${method} paling banyak ${formatRupiah(maximum)}. Bagi belanjaanmu atau pakai cara bayar lain, ya.`,
  noLonger: {
    paid: 'Pesanan ini sudah dibayar ✅',
    closed: 'Pesanan ini sudah ditutup.',
    notYours: 'Tombol ini sudah tidak berlaku.',
  },
} as const;
