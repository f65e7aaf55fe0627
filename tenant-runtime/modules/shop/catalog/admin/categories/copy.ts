import { clip, type Html, html, lines } from '../../../../../bot/html.ts';
import type { Page } from '../../../../../bot/paging.ts';
import { type FieldProblem, PRODUCT_LIMITS, type StaffCategory, type StaffListed } from '../../index.ts';

export const buttons = {
  add: '➕ Tambah Kategori',
  rename: '✏️ Ubah Nama',
  products: '📦 Pilih Produk',
  up: '⬆️ Naikkan',
  down: '⬇️ Turunkan',
  activate: '✅ Tampilkan',
  deactivate: '🚫 Sembunyikan',
  delete: '🗑 Hapus Kategori',
  confirmDelete: '🗑 Ya, Hapus',
  keep: '⬅️ Tidak Jadi',
  done: '✅ Selesai',
  back: '⬅️ Kembali',
} as const;

export const toasts = {
  gone: 'Kategori ini sudah tidak ada 🙏',
  productGone: 'Produk ini sudah tidak ada 🙏',
  up: '⬆️ Naik satu tempat',
  down: '⬇️ Turun satu tempat',
  first: 'Kategori ini sudah paling atas 😊',
  last: 'Kategori ini sudah paling bawah 😊',
  activate: '✅ Kategori ditampilkan',
  deactivate: '🚫 Kategori disembunyikan',
  put: '✅ Produk masuk ke kategori ini',
  take: '➖ Produk keluar dari kategori ini',
} as const;

/** The longest names are 40 characters; an older version may have kept longer ones. */
const nameOf = ({ name }: { name: string }): string => clip(name, 100);

export function categoryList(of: Page<StaffCategory>): Html {
  if (of.items.length === 0) {
    return html`🗂 <b>Kategori</b>

Belum ada kategori. Yuk, tambahkan yang pertama 👇`;
  }
  return lines(
    html`🗂 <b>Kategori</b> (halaman ${of.page + 1} dari ${of.pages})\n`,
    ...of.items.map((item) => html`${item.active ? '🟢' : '⚪️'} <b>${nameOf(item)}</b> · ${item.products} produk`),
    html`\nPelanggan melihatnya dengan urutan ini, kalau ada produk yang dijual di dalamnya.
Pilih kategori yang mau diatur 👇`,
  );
}

export const categoryDetail = (category: StaffCategory): Html =>
  lines(
    html`🗂 <b>${nameOf(category)}</b>\n`,
    html`🚦 Status: ${category.active ? '🟢 Ditampilkan' : '⚪️ Disembunyikan'}`,
    html`🔢 Urutan: ${category.place} dari ${category.places}`,
    html`📦 Produk: <b>${category.products}</b>`,
  );

export const askName = (): Html => html`➕ <b>Tambah Kategori</b>

Kirim nama kategorinya, maksimal ${PRODUCT_LIMITS.category} karakter, misalnya <code>Streaming</code>.`;

export const askRename = (category: StaffCategory): Html => html`✏️ <b>Ubah Nama Kategori</b>

Nama sekarang: <b>${nameOf(category)}</b>
Kirim nama yang baru, maksimal ${PRODUCT_LIMITS.category} karakter.`;

export const created = (): Html => html`🎉 Kategori tersimpan! Sekarang pilih produk yang masuk ke dalamnya.`;
export const saved = (): Html => html`✅ Perubahan tersimpan.`;

export const nameProblem = (problem: FieldProblem): Html =>
  problem === 'category_long'
    ? html`⚠️ Namanya kepanjangan, maksimal ${PRODUCT_LIMITS.category} karakter.`
    : html`⚠️ Namanya masih kosong.`;
export const nameTaken = (name: string): Html => html`⚠️ Kategori <b>${name}</b> sudah ada. Pilih nama yang lain ya.`;
export const confirmDelete = (category: StaffCategory): Html =>
  html`🗑 Hapus kategori <b>${nameOf(category)}</b>?

${category.products > 0 ? `${category.products} produk di dalamnya tetap ada di toko, hanya tanpa kategori.` : 'Belum ada produk di dalamnya.'}`;

export const deleted = (): Html => html`✅ Kategori dihapus. Produknya tetap ada.`;
export const categoryGone = (): Html => html`🙏 Kategori ini sudah tidak ada. Mungkin sudah dihapus admin lain.`;

export function productChoice(category: StaffCategory, of: Page<StaffListed>): Html {
  if (of.items.length === 0) {
    return html`📦 <b>Produk di ${nameOf(category)}</b>

Belum ada produk di toko. Tambahkan dulu lewat 🛒 Kelola Produk ya.`;
  }
  return lines(
    html`📦 <b>Produk di ${nameOf(category)}</b> (halaman ${of.page + 1} dari ${of.pages})`,
    ...of.items.map(
      (item) => html`
${item.categoryId === category.id ? '✅' : '➖'} <b>${clip(item.name, 100)}</b> (<code>${item.code}</code>)
🏷 ${item.category === null ? 'tanpa kategori' : clip(item.category, 100)}`,
    ),
    html`\nTekan produk untuk memasukkan atau mengeluarkannya. Satu produk punya satu kategori.`,
  );
}

/** What pressing a product does is what its sign says: ✅ is in and goes out, ➖ is not and comes in. */
export const productButton = (item: StaffListed, isIn: boolean): string =>
  `${isIn ? '✅' : '➖'} ${clip(item.name, 40)} (${item.code})`;
