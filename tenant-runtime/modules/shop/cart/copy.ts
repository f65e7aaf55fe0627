import { formatRupiah } from '../../../../kernel/money.ts';
import { clip, type Html, html, keep, lines, paragraphs } from '../../../bot/html.ts';
import { discountLine, type Quote, type Refusal, refusalText } from '../vouchers/index.ts';
import type { CartView } from './service.ts';

/** A cart may have more lines than a message can show: it shows those around the ones that can be changed. */
const MOST_LINES = 15;
/** Lines that have their buttons below the cart at once. */
export const LINES_PER_PAGE = 5;

export const copy = {
  gone: 'Produk ini sudah tidak dijual.',
  cleared: html`🧺 Keranjangmu sudah dikosongkan. Yuk, lihat-lihat lagi lewat <b>🛍 Semua Produk</b>.`,
  empty: html`🧺 Keranjangmu masih kosong. Pilih dulu lewat <b>🛍 Semua Produk</b>, ya.`,
  checkout: '💳 Lanjut ke Pembayaran',
  more: '🛍 Tambah Produk Lain',
  atLeastOne: 'Minimal 1 ya. Kalau tidak jadi, tekan 🗑 untuk menghapusnya.',
  atMost: (available: number) => `Stoknya tinggal ${available}, jadi maksimal ${available} ya 🙏`,
  noLine: 'Produk ini sudah tidak ada di keranjangmu.',
  dropped: 'Sudah dikeluarkan dari keranjang.',
  fewer: (number: number) => `➖ ${number}`,
  oneMore: (number: number) => `➕ ${number}`,
  drop: (number: number) => `🗑 ${number}`,
  cart(view: CartView, { page = 0, bounds }: { page?: number; bounds?: Html | undefined } = {}): Html {
    const first = Math.floor((page * LINES_PER_PAGE) / MOST_LINES) * MOST_LINES;
    const shown = view.lines.slice(first, first + MOST_LINES);
    return lines(
      html`🧺 <b>Keranjang Belanja</b>`,
      '',
      ...shown.map((line, index) => cartLine(line, first + index + 1)),
      view.lines.length > shown.length && html`… dan ${view.lines.length - shown.length} produk lain`,
      '',
      ...sums(view),
      ...(view.changes.length > 0 ? (['' as const, ...view.changes.slice(0, 5).map(change)] as const) : []),
      ...(view.voucher.kind === 'fell' ? (['' as const, fallen(view.voucher)] as const) : []),
      '',
      ...(bounds ? [bounds, '' as const] : []),
      html`<i>Ubah jumlah dengan ➖ ➕, hapus dengan 🗑, sesuai nomornya.</i>`,
      html`<i>Biaya layanan pembayaran dihitung di langkah berikutnya.</i>`,
    );
  },
  coupon: '🎟️ Gunakan Kupon',
  uncoupon: '❌ Lepas Kupon',
  uncouponed: 'Kuponnya sudah dilepas.',
  askCode: html`🎟️ Ketik kode kuponmu. Huruf besar atau kecil sama saja.`,
  codePlease: html`✍️ Kirim kode kuponnya dalam bentuk teks, ya.`,
  codeRefused(refusal: Refusal): Html {
    return html`😔 ${refusalText(refusal)}\n\nPunya kode lain? Ketik di sini, atau kembali ke keranjangmu.`;
  },
  back: '🧺 Lihat Keranjang',
  codeApplied: html`🎉 Kuponnya terpasang!`,
  under: (news: Html, cart: Html): Html => paragraphs(news, cart),
  changes(view: CartView): Html {
    return lines(...view.changes.slice(0, 10).map(change), '', html`${keep(copy.empty)}`);
  },
} as const;

/** Subtotal, what a voucher takes off, and what is left to pay. */
export function sums(view: CartView): Html[] {
  const { voucher } = view;
  const discount = voucher.kind === 'applied' ? [discountLine(voucher.voucher.code, voucher.discount)] : [];
  return [html`Subtotal: ${formatRupiah(view.subtotal)}`, ...discount, html`Total: <b>${formatRupiah(view.total)}</b>`];
}

/** Why a voucher is no longer in the cart. */
export function fallen(voucher: Extract<Quote, { kind: 'fell' }>): Html {
  return html`⚠️ Kupon <b>${voucher.code}</b> kami lepas dari keranjang. ${refusalText(voucher.refusal)}`;
}

function cartLine(line: CartView['lines'][number], number: number): Html {
  return html`${number}. <b>${clip(line.name, 80)}</b>
   ${line.quantity} × ${formatRupiah(line.unitPrice)} = ${formatRupiah(line.quantity * line.unitPrice)}${line.perCustomer === null ? '' : ` · 👤 maks. ${line.perCustomer}`}`;
}

function change({ name, kind, quantity }: CartView['changes'][number]): Html {
  switch (kind) {
    case 'removed':
      return html`⚠️ <b>${name}</b> sudah habis atau tidak dijual lagi, jadi kami keluarkan dari keranjang.`;
    case 'reduced':
      return html`⚠️ Stok <b>${name}</b> tinggal ${quantity}, jumlahnya kami sesuaikan.`;
    case 'single':
      return html`⚠️ Isi <b>${clip(name, 60)}</b> sama untuk semua pembeli, jadi jumlahnya cukup 1.`;
    case 'limited':
      return quantity === 0
        ? html`⚠️ Kamu sudah mengambil <b>${clip(name, 60)}</b> sebanyak batas per pelanggan, jadi kami keluarkan dari keranjang.`
        : html`⚠️ <b>${clip(name, 60)}</b> dibatasi per pelanggan, jadi jumlahnya kami sesuaikan menjadi ${quantity}.`;
  }
}
