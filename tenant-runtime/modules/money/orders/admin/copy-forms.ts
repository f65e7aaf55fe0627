import { formatRupiah, type ParsedRupiah, type Rupiah } from '../../../../../kernel/money.ts';
import { type Html, html, keep } from '../../../../bot/html.ts';
import { type Order, type OrderStatus, refundable, type Settlement } from '../index.ts';
import { LIMITS, type StatusProblem, type Target } from './schema.ts';

/** What the forms of this module ask, and what they answer. */
export const askPart = html`🔎 <b>Cari Order</b>

Ketik nomor invoice, atau bagiannya saja (minimal ${LIMITS.query.min} huruf). ID Telegram pembeli juga bisa, karena ada di dalam nomor invoice.`;

export const partInvalid = html`⚠️ Kirim teks ${LIMITS.query.min} sampai ${LIMITS.query.max} huruf, ya.`;

export const askNote = (order: Order): Html =>
  html`📝 Tulis catatan untuk menandai <code>${order.ref}</code> lunas, misalnya "bayar tunai di toko". Kami tanyakan sekali lagi sebelum barangnya dikirim.`;

export const confirmPaid = (order: Order, note: string): Html =>
  html`✅ <b>Tandai lunas?</b>

Invoice: <code>${order.ref}</code> (${formatRupiah(order.total)})
Catatan: ${note}

Barangnya langsung dikirim dan tidak bisa ditarik lagi. Catatannya keliru? Kirim saja yang baru.`;

export const confirmCancel = (order: Order, note: string | undefined): Html =>
  html`${keep(askCancel(order))}${note === undefined ? '' : `\n\nCatatan: ${note}`}`;

export const noteInvalid = html`⚠️ Catatannya harus berupa teks, ${LIMITS.note.min} sampai ${LIMITS.note.max} huruf.`;

export function marked(ref: string, settlement: Settlement): Html {
  switch (settlement.kind) {
    case 'settled':
      return html`✅ Order <code>${ref}</code> ditandai lunas. Barangnya sedang dikirim ke pembeli.`;
    case 'credited':
      return settlement.reason === 'over_limit'
        ? html`💼 Pembeli <code>${ref}</code> sudah punya sebanyak batas per pelanggan, jadi ${formatRupiah(settlement.amount)} kami masukkan ke saldonya.`
        : html`💼 Stok untuk <code>${ref}</code> sudah tidak cukup, jadi ${formatRupiah(settlement.amount)} kami masukkan ke saldo pembeli.`;
    case 'same_money':
    case 'already':
      return html`ℹ️ Order <code>${ref}</code> sudah lunas sebelumnya, mungkin pembayarannya baru saja masuk. Tidak ada yang berubah.`;
  }
}

export const askCancel = (order: Order): Html =>
  html`❌ Batalkan order <code>${order.ref}</code> (${formatRupiah(order.total)})? Stoknya dilepas, dan pembeli kami beri tahu.`;

export const cancelled = (ref: string): Html =>
  html`❌ Order <code>${ref}</code> dibatalkan. Stoknya sudah lepas, dan pembeli sudah kami beri tahu.`;

export const askAmount = (order: Order): Html =>
  html`💸 <b>Refund ke Saldo</b> · <code>${order.ref}</code> · Langkah 1/3

Bisa dikembalikan: <b>${formatRupiah(refundable(order))}</b> dari ${formatRupiah(order.total)}

Ketik nominalnya, atau tekan tombol di bawah.`;

export const askReason = (order: Order, amount: Rupiah): Html =>
  html`💸 <b>Refund ke Saldo</b> · <code>${order.ref}</code> · Langkah 2/3

Nominal: <b>${formatRupiah(amount)}</b>

Tulis alasannya (${LIMITS.note.min}–${LIMITS.note.max} huruf). Pembeli akan membacanya.`;

export const confirmRefund = (order: Order, amount: Rupiah, reason: string): Html =>
  html`💸 <b>Refund ke Saldo</b> · <code>${order.ref}</code> · Langkah 3/3

Nominal: <b>${formatRupiah(amount)}</b>
Alasan: ${reason}

${order.status === 'paid' ? '⚠️ Barangnya belum sampai dan tetap akan dikirim.' : 'Barang yang sudah dikirim tetap milik pembeli.'} Uangnya masuk ke saldo pembeli dan tidak bisa ditarik lagi dari sini. Lanjut?`;

export const refundGiven = (order: Order, amount: Rupiah): Html =>
  html`💸 ${formatRupiah(amount)} dari <code>${order.ref}</code> sudah masuk ke saldo pembeli.`;

export const refundMoved = html`ℹ️ Baru saja ada refund lain di order ini, jadi yang ini tidak kami jalankan. Cek dulu angkanya.`;

export const reasonInvalid = html`⚠️ Alasannya harus berupa teks, ${LIMITS.note.min} sampai ${LIMITS.note.max} huruf.`;

export const pressPlease = html`⚠️ Tekan salah satu tombol di bawah, ya.`;

type AmountProblem = Exclude<ParsedRupiah, { ok: true }>['reason'] | 'no_text';

export function amountInvalid(problem: AmountProblem, left: Rupiah): Html {
  switch (problem) {
    case 'no_text':
    case 'empty':
    case 'not_a_price':
      return html`⚠️ Itu bukan nominal. Contoh yang benar: <code>5000</code> atau <code>Rp5.000</code>.`;
    case 'decimals':
      return html`⚠️ Nominalnya dalam rupiah utuh, tanpa sen.`;
    case 'too_small':
      return html`⚠️ Nominalnya paling kecil Rp1.`;
    case 'too_large':
      return html`⚠️ Terlalu besar. Yang bisa dikembalikan ${formatRupiah(left)}.`;
  }
}

export const askStatus = html`📝 <b>Ubah Status</b>

Ketik dalam satu baris:
<code>order_id | status | catatan</code>

Status yang bisa dipakai:
• <code>lunas</code> atau <code>paid</code>: uangnya sudah kamu terima di luar bot; barang dikirim setelah kamu konfirmasi. Catatan wajib.
• <code>batal</code> atau <code>cancelled</code>: hanya untuk order yang belum dibayar. Catatan boleh kosong.
• <code>refund</code>: semua sisa uangnya kembali ke saldo pembeli, setelah kamu konfirmasi. Catatan wajib, pembeli membacanya.

Contoh:
<code>tg123456789-k7m2p9x4qa | lunas | bayar tunai di toko</code>`;

const STATUS_PROBLEMS: Record<StatusProblem, Html> = {
  no_text: html`⚠️ Kirim dalam bentuk teks, ya.`,
  shape: html`⚠️ Pisahkan bagian-bagiannya dengan tanda |.`,
  no_order: html`⚠️ Bagian 1 (order_id) masih kosong.`,
  unknown_status: html`⚠️ Bagian 2 (status) tidak kami kenal. Pakai lunas, batal, atau refund.`,
  no_note: html`⚠️ Bagian 3 (catatan) wajib diisi untuk status ini.`,
  note_length: html`⚠️ Bagian 3 (catatan) harus ${LIMITS.note.min} sampai ${LIMITS.note.max} huruf.`,
};

export const statusInvalid = (problem: StatusProblem): Html => STATUS_PROBLEMS[problem];

export const unknownOrder = html`⚠️ Order dengan nomor itu tidak ditemukan. Salin nomor invoice-nya secara utuh, ya.`;

const PAID = 'sudah lunas';
const IN_BALANCE = 'uangnya sudah masuk saldo pembeli';

/** Why an order cannot become this, by what it is. */
const ILLEGAL: Record<Target, Partial<Record<OrderStatus, string>>> = {
  paid: { paid: PAID, delivered: `${PAID} dan barangnya sudah terkirim`, credited: IN_BALANCE },
  cancelled: {
    paid: `${PAID}; kembalikan uangnya lewat refund`,
    delivered: `${PAID} dan barangnya sudah terkirim; kembalikan uangnya lewat refund`,
    expired: 'sudah kedaluwarsa',
    cancelled: 'sudah dibatalkan',
    credited: IN_BALANCE,
  },
  refunded: {
    awaiting_payment: 'belum dibayar, jadi belum ada uang yang bisa dikembalikan',
    expired: 'kedaluwarsa tanpa dibayar, jadi tidak ada uang yang bisa dikembalikan',
    cancelled: 'dibatalkan tanpa dibayar, jadi tidak ada uang yang bisa dikembalikan',
    credited: IN_BALANCE,
  },
};

/** Why this cannot be done to the order now, as plain words that fit a toast; undefined when it can. */
export function illegal(order: Order, target: Target): string | undefined {
  const reason = ILLEGAL[target][order.status];
  if (reason !== undefined) return `Tidak bisa: order ini ${reason}.`;
  if (target !== 'refunded' || refundable(order) > 0) return undefined;
  return order.total === 0
    ? 'Tidak bisa: order ini gratis, jadi tidak ada uang yang bisa dikembalikan.'
    : 'Tidak bisa: uang order ini sudah kembali seluruhnya ke saldo pembeli.';
}
