import { formatRupiah, type Rupiah } from '../../../../../../kernel/money.ts';
import { clip, type Html, html, keep, lines, MAX_CAPTION, MAX_TEXT, visibleLength } from '../../../../../bot/html.ts';
import type { Page } from '../../../../../bot/paging.ts';
import type { UnitCounts } from '../../../stock/index.ts';
import { type FieldProblem, PRODUCT_LIMITS, type Product, type StaffListed, tiersInUse } from '../../index.ts';

export const buttons = {
  add: '➕ Tambah Produk',
  name: '✏️ Ubah Nama',
  price: '💰 Ubah Harga',
  description: '📝 Ubah Deskripsi',
  category: '🗂 Kategori',
  photo: '🖼 Foto',
  restock: '📥 Isi Stok',
  units: '👁 Lihat Stok',
  replace: '♾ Ganti Isi',
  content: '👁 Lihat Isi',
  tiers: '🔻 Harga Grosir',
  limit: '👤 Batas Beli',
  activate: '✅ Aktifkan',
  deactivate: '🚫 Nonaktifkan',
  delete: '🗑 Hapus Produk',
  back: '⬅️ Kembali',
} as const;

export const toasts = {
  stale: 'Tombol ini sudah tidak berlaku 🙏',
  productGone: 'Produk ini sudah tidak ada 🙏',
  activated: '✅ Produk dijual lagi',
  deactivated: '🚫 Produk tidak dijual dulu',
  categoryGone: 'Kategori itu sudah tidak ada 🙏',
} as const;

const STATUS: Record<Product['status'], string> = {
  active: '🟢 Dijual',
  inactive: '⚪️ Nonaktif',
  archived: '🗄 Diarsipkan',
};

const stockText = ({ kind, available }: Pick<Product, 'kind' | 'available'>): string =>
  kind === 'units' ? String(available) : available > 0 ? '♾ tanpa batas' : '♾ belum ada isinya';

export function productList(of: Page<StaffListed>): Html {
  if (of.items.length === 0) {
    return html`🛒 <b>Kelola Produk</b>

Belum ada produk. Yuk, tambahkan produk pertamamu 👇`;
  }
  return lines(
    html`🛒 <b>Kelola Produk</b> (halaman ${of.page + 1} dari ${of.pages})`,
    ...of.items.map(
      (item) => html`
<b>${item.name}</b> (<code>${item.code}</code>)
${formatRupiah(item.price)} · Stok: ${stockText(item)} · ${STATUS[item.status]}`,
    ),
    html`\nPilih produk yang mau diatur 👇`,
  );
}

/** The product below what just happened to it; the description gives way when the whole would be too long to send. */
export function productDetail(product: Product, counts: UnitCounts, link: string | undefined, news?: Html): Html {
  const head = lines(
    news && html`${keep(news)}\n`,
    html`📦 <b>${product.name}</b>\n`,
    html`🔖 Kode: <code>${product.code}</code>`,
    html`💰 Harga: <b>${formatRupiah(product.price)}</b>`,
    ...tiersInUse(product).map((tier) => html`   🔻 ${tier.from} ke atas: ${formatRupiah(tier.price)}`),
    product.perCustomer !== null && html`👤 Batas per pelanggan: ${product.perCustomer}`,
    html`📊 Stok: <b>${stockText({ ...product, ...(product.kind === 'units' ? counts : {}) })}</b>${counts.reserved > 0 ? ` (dipesan, menunggu dibayar: ${counts.reserved})` : ''}`,
    html`🔥 Terjual: ${product.sold}`,
    html`🚦 Status: ${STATUS[product.status]}`,
    html`🗂 Kategori: ${product.category === null ? 'tidak ada' : clip(product.category, 100)}`,
    html`🖼 Foto: ${product.photo ? 'ada' : 'tidak ada'}`,
    html`📜 SNK: ${product.terms ? 'ada' : 'tidak ada'}`,
    link !== undefined && html`🔗 Tautan: <code>${link}</code>`,
  );
  if (product.description === null) return head;
  const room = (product.photo ? MAX_CAPTION : MAX_TEXT) - visibleLength(head) - '\n\n📝 '.length;
  return lines(head, html`\n📝 ${clip(product.description, room)}`);
}

export const productGone = (): Html => html`🙏 Produk ini sudah tidak ada. Mungkin sudah dihapus admin lain.`;

export const confirmDelete = (product: Product): Html =>
  html`🗑 Hapus <b>${product.name}</b> (<code>${product.code}</code>)?

Produk beserta ${product.kind === 'units' ? `${product.available} stok` : 'isi'} yang belum terjual akan hilang dari toko. Yang sudah dibeli pelanggan tetap aman.`;

export const deleted = (outcome: 'deleted' | 'archived'): Html =>
  outcome === 'deleted'
    ? html`✅ Produk dihapus.`
    : html`✅ Produk dihapus dari toko. Karena pernah dipesan, datanya diarsipkan supaya pesanan pelanggan tetap aman.`;

const PROBLEMS: Record<FieldProblem, string> = {
  code_shape: 'Kode hanya boleh berisi huruf, angka, "_" dan "-", sebanyak 1 sampai 32 karakter, tanpa spasi.',
  empty: 'Isinya masih kosong.',
  name_long: `Namanya kepanjangan, maksimal ${PRODUCT_LIMITS.name} karakter.`,
  description_long: `Deskripsinya kepanjangan, maksimal ${PRODUCT_LIMITS.description} karakter.`,
  terms_long: `SNK-nya kepanjangan, maksimal ${PRODUCT_LIMITS.terms} karakter.`,
  price_not_a_price: 'Itu bukan harga. Contoh yang benar: 15000, 15.000 atau Rp15.000.',
  price_decimals: 'Harga harus bulat tanpa sen. Contoh yang benar: 15.000.',
  price_too_small: 'Harga paling kecil Rp1.',
  category_long: `Nama kategorinya kepanjangan, maksimal ${PRODUCT_LIMITS.category} karakter.`,
  price_too_large: `Harganya terlalu besar, paling tinggi ${formatRupiah(PRODUCT_LIMITS.price)}.`,
};

export const fieldProblem = (problem: FieldProblem): Html => html`⚠️ ${PROBLEMS[problem]}`;

export const codeTaken = (code: string): Html =>
  html`⚠️ Kode <code>${code}</code> sudah dipakai produk lain. Pilih kode yang lain ya.`;

/** What a seller should know about a price that no invoice can be made of. */
export const belowMinimum = (minimum: Rupiah): Html =>
  html`💡 Pembayaran lewat bot butuh total minimal <b>${formatRupiah(minimum)}</b>. Dengan harga di bawah itu, pelanggan perlu membeli beberapa sekaligus atau membayar dengan saldo.`;

export const problemWith = (problem: Html): Html => html`⚠️ ${keep(problem)}`;
