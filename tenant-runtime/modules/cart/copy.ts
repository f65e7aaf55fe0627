import { formatRupiah } from '../../../kernel/money.ts';
import { type Html, html, keep, lines } from '../../bot/html.ts';
import type { CartView } from './service.ts';

/** A cart may have more lines than a message can show. */
export const MOST_LINES = 20;

export const copy = {
  gone: 'Produk ini sudah tidak dijual.',
  cleared: html`🧺 Keranjangmu sudah dikosongkan. Yuk, lihat-lihat lagi lewat <b>🛍 Semua Produk</b>.`,
  empty: html`🧺 Keranjangmu masih kosong. Pilih dulu lewat <b>🛍 Semua Produk</b>, ya.`,
  checkout: '💳 Lanjut ke Pembayaran',
  more: '🛍 Tambah Produk Lain',
  cart(view: CartView): Html {
    return lines(
      html`🧺 <b>Keranjang Belanja</b>`,
      '',
      ...view.lines.slice(0, MOST_LINES).map(cartLine),
      view.lines.length > MOST_LINES && html`… dan ${view.lines.length - MOST_LINES} produk lain`,
      '',
      html`Subtotal: ${formatRupiah(view.subtotal)}`,
      html`Total: <b>${formatRupiah(view.total)}</b>`,
      ...(view.changes.length > 0 ? (['' as const, ...view.changes.slice(0, 5).map(change)] as const) : []),
      '',
      html`<i>Biaya layanan QRIS dihitung di langkah berikutnya.</i>`,
    );
  },
  changes(view: CartView): Html {
    return lines(...view.changes.slice(0, 10).map(change), '', html`${keep(copy.empty)}`);
  },
} as const;

function cartLine(line: CartView['lines'][number]): Html {
  return html`• <b>${line.name}</b>
   ${line.quantity} × ${formatRupiah(line.unitPrice)} = ${formatRupiah(line.quantity * line.unitPrice)}`;
}

function change(item: CartView['changes'][number]): Html {
  return item.kind === 'removed'
    ? html`⚠️ <b>${item.name}</b> sudah habis atau tidak dijual lagi, jadi kami keluarkan dari keranjang.`
    : html`⚠️ Stok <b>${item.name}</b> tinggal ${item.quantity}, jumlahnya kami sesuaikan.`;
}
