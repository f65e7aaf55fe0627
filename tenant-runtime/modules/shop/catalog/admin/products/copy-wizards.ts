import { formatRupiah, type Rupiah } from '../../../../../../kernel/money.ts';
import { clip, type Html, html, keep, lines, MAX_TEXT, visibleLength } from '../../../../../bot/html.ts';
import type { Page } from '../../../../../bot/paging.ts';
import { howToSend, type UnitCounts, type UnsoldUnit } from '../../../stock/index.ts';
import { PRODUCT_LIMITS, type Product, type ProductKind, type StaffCategory } from '../../index.ts';
import type { Editable } from './callbacks.ts';
import { unitText } from './copy-goods.ts';

export const buttons = {
  nothing: '⏭ Isi Nanti',
  endless: '♾ Isi Tanpa Batas',
  single: '📦 Isi Satuan',
  addTerms: '➕ Tambah SNK',
  skipTerms: '⏭ Skip SNK',
  done: '✅ Selesai',
  confirmDelete: '🗑 Ya, Hapus',
  keep: '⬅️ Tidak Jadi',
  clear: '🗑 Hapus Semua',
  drop: '🗑 Hapus Isi Ini',
  removePhoto: '🗑 Hapus Foto',
  noCategory: '➖ Tanpa Kategori',
  oneUnit: (lines: number) => `1 isi dengan ${lines} baris`,
  manyUnits: (lines: number) => `${lines} isi, satu per baris`,
} as const;

export const STEPS = ['code', 'name', 'price', 'description', 'units'] as const;
export type Step = (typeof STEPS)[number];

const ASK: Record<Step, Html> = {
  code: html`Kirim <b>kode produk</b>, misalnya <code>NETFLIX-1B</code>.
Huruf, angka, "_" dan "-", maksimal 32 karakter.`,
  name: html`Kirim <b>nama produk</b>, maksimal ${PRODUCT_LIMITS.name} karakter.`,
  price: html`Kirim <b>harga</b>, misalnya <code>15000</code>, <code>Rp15.000</code>, atau <code>15rb</code>.`,
  description: html`Kirim <b>deskripsi</b>, maksimal ${PRODUCT_LIMITS.description} karakter.
Kirim <code>-</code> kalau tidak perlu deskripsi.`,
  units: html`Kirim <b>isi produk</b>, yaitu yang diterima pelanggan setelah membayar.

${keep(howToSend())}

♾ Satu isi untuk semua pembeli (misalnya tautan grup atau e-book)? Tekan <b>♾ Isi Tanpa Batas</b>.`,
};

export const stepLabel = (step: Step): string => `Langkah ${STEPS.indexOf(step) + 1}/${STEPS.length}`;

export const askStep = (step: Step): Html =>
  html`➕ <b>Tambah Produk</b> · ${stepLabel(step)}

${keep(ASK[step])}`;

export const confirmPrice = (price: Rupiah): Html =>
  html`Harga: <b>${formatRupiah(price)}</b>, benar? Kalau bukan, kirim harganya sekali lagi.`;
export const yesPrice = (price: Rupiah): string => `✅ Ya, ${formatRupiah(price)}`;

/** Asked as soon as there is something in the product; more may still be sent. */
export const askTerms = (): Html =>
  html`Masih ada isi lain? Kirim saja pesan atau berkas berikutnya.
Kalau sudah, mau tambahkan <b>SNK (syarat dan ketentuan)</b> untuk produk ini?`;

export const askTermsEmpty = (kind: ProductKind = 'units'): Html =>
  html`✅ Produk tersimpan tanpa isi. ${kind === 'units' ? 'Isi stoknya kapan saja lewat 📥 Isi Stok.' : 'Kirim isinya kapan saja lewat ♾ Ganti Isi.'}

Mau tambahkan <b>SNK (syarat dan ketentuan)</b> untuk produk ini?`;

export const askTermsText = (): Html =>
  html`📜 <b>Tambah SNK</b>

Kirim teks SNK untuk produk ini, maksimal ${PRODUCT_LIMITS.terms} karakter. Pelanggan menerimanya setelah pesanan dikirim.`;

export const productReady = (): Html => html`🎉 Produk siap dijual!`;
export const termsSaved = (): Html => html`✅ SNK tersimpan.`;
export const saved = (): Html => html`✅ Perubahan tersimpan.`;

const CURRENT: Record<Editable, (product: Product) => Html> = {
  name: (product) => html`Nama sekarang: <b>${product.name}</b>`,
  price: (product) => html`Harga sekarang: <b>${formatRupiah(product.price)}</b>`,
  description: (product) => html`Deskripsi sekarang: ${product.description ?? 'tidak ada'}`,
};

export const askEdit = (product: Product, field: Editable): Html => html`${keep(CURRENT[field](product))}

${keep(ASK[field])}`;

export const askPhoto = (product: Product): Html => html`🖼 <b>Foto ${product.name}</b>

Kirim <b>foto</b> produknya${product.photo ? ', foto yang lama akan diganti' : ''}. Pelanggan melihatnya di atas deskripsi.`;

/** An album, a document, a sticker, a text… */
export const photoPlease = (): Html =>
  html`⚠️ Itu bukan foto. Kirim lewat 📎 → <b>Galeri</b> sebagai foto ya, bukan sebagai berkas.`;

export const askCategory = (product: Product, of: Page<StaffCategory>): Html => html`🗂 <b>Kategori ${product.name}</b>

Sekarang: <b>${product.category === null ? 'tidak ada' : clip(product.category, 100)}</b>
${of.items.length > 0 ? `Pilih kategorinya 👇 (halaman ${of.page + 1} dari ${of.pages})` : 'Belum ada kategori. Buat dulu lewat ⚙️ Admin Settings → 🗂 Kategori ya.'}`;

export const askLines = (count: number): Html =>
  html`🤔 Pesanmu ada <b>${count} baris</b>. Itu 1 isi dengan ${count} baris, atau ${count} isi?

Lain kali, tulis <code>#massal</code> di baris pertama kalau satu baris = satu isi.`;

export const chooseFirst = (): Html =>
  html`⚠️ Pilih dulu untuk pesan sebelumnya, ya. Pesan yang barusan belum disimpan.`;

export const askRestock = (product: Product): Html =>
  html`📥 <b>Isi Stok</b> · ${product.name}

${keep(howToSend())}

Tekan ${buttons.done} kalau sudah.`;

/** Each unit in its own block, cut so that a page fits into one message. */
export function unitList(product: Product, units: readonly UnsoldUnit[], counts: UnitCounts, page: Paging): Html {
  if (units.length === 0) {
    return html`👁 <b>Stok ${product.name}</b>

Belum ada isi yang bisa dijual. Isi dulu lewat 📥 Isi Stok ya.`;
  }
  return lines(
    html`👁 <b>Stok ${product.name}</b> (halaman ${page.page + 1} dari ${page.pages})`,
    html`Belum terjual: <b>${counts.available}</b>`,
    ...units.map((unit, index) => html`\n<b>${page.first + index}.</b> <code>${clip(unitText(unit), 500)}</code>`),
    html`\nTekan nomornya untuk melihat utuh atau menghapus 👇`,
  );
}

export type Paging = { page: number; pages: number; first: number };

export function unitDetail(unit: UnsoldUnit): Html {
  const head = html`👁 <b>Isi produk</b>`;
  const room = MAX_TEXT - visibleLength(head) - '\n\n'.length;
  return html`${keep(head)}

<pre>${clip(unitText(unit), room)}</pre>`;
}

export const unitGone = (): Html => html`🙏 Isi ini sudah tidak ada di stok: mungkin baru saja dipesan atau dihapus.`;

export function confirmDrop(unit: UnsoldUnit): Html {
  return html`🗑 Hapus isi ini dari stok?

<pre>${clip(unitText(unit), 1000)}</pre>`;
}

export const confirmClear = (product: Product, counts: UnitCounts): Html =>
  html`🗑 Hapus semua isi <b>${product.name}</b> yang belum terjual?

Sebanyak <b>${counts.available}</b> isi akan dihapus dari stok. Yang sudah dipesan atau terjual tidak terpengaruh.`;

export const unitsRemoved = (removed: number): Html => html`✅ ${removed} isi dihapus dari stok.`;
