import { formatRupiah } from '../../../../kernel/money.ts';
import { clip, type Html, html, keep, lines, MAX_CAPTION, MAX_TEXT, visibleLength } from '../../../bot/html.ts';
import type { Page } from '../../../bot/paging.ts';
import { tiersInUse, unitPriceOf } from './prices.ts';
import type { ListedProduct, Product, ProductFields } from './sql.ts';

function stockText({ kind, available }: Pick<Product, 'kind' | 'available'>): string {
  if (available === 0) return '❌ Habis';
  return kind === 'endless' ? '♾ Selalu tersedia' : `${available} tersedia`;
}

export function productList(of: Page<ListedProduct>, category: string | undefined): Html {
  if (of.items.length === 0) {
    return html`🛍 <b>Semua Produk</b>

Belum ada produk yang dijual di sini. Coba lihat lagi nanti ya 🙏`;
  }
  const title = category ? html`🏷 <b>${category}</b>` : html`🛍 <b>Semua Produk</b>`;
  return numbered(title, of, html`🔎 Cari produk tertentu? Ketik /cari`);
}

/** Products below a title, each with the number that opens it. */
export function numbered(title: Html, of: Page<ListedProduct>, hint?: Html): Html {
  return lines(
    html`${keep(title)} (halaman ${of.page + 1} dari ${of.pages})`,
    ...of.items.map(
      (item) => html`
<b>${item.position}. ${item.name}</b>
💰 ${formatRupiah(item.price)} · 📦 Stok: ${stockText(item)} · 🔥 Terjual: ${item.sold}${keep(
        item.category ? html`\n🏷 ${clip(item.category, 100)}` : html``,
      )}`,
    ),
    html`\nTekan atau ketik nomor produk untuk melihatnya 👇`,
    of.items.some((item) => item.available === 0) &&
      html`🔔 Yang habis bisa ditunggu: buka produknya, lalu tekan <b>Kabari saya</b>.`,
    hint,
  );
}

export function stockList(of: Page<ListedProduct>): Html {
  if (of.items.length === 0) {
    return html`🏷 <b>Cek Stok</b>

Belum ada produk yang dijual di sini. Coba lihat lagi nanti ya 🙏`;
  }
  return lines(
    html`🏷 <b>Cek Stok</b> (halaman ${of.page + 1} dari ${of.pages})\n`,
    ...of.items.map((item) => html`${item.position}. ${item.name}: <b>${stockText(item)}</b>`),
    html`\nKetik nomor produk untuk membukanya.`,
  );
}

const WATCHING = 'Nanti kami kabari begitu ada lagi 🔔';
const OFFER = 'Tekan 🔔 Kabari saya, nanti kami kabari begitu ada lagi.';

/** What one customer may have of a product in all, and what of that is left for whoever looks. */
function limitLine({ perCustomer }: Product, left: number | null): Html | undefined {
  if (perCustomer === null) return undefined;
  const taken = perCustomer - (left ?? perCustomer);
  return html`👤 Maksimal ${perCustomer} per pelanggan${taken > 0 ? ` (kamu sudah mengambil ${taken})` : ''}`;
}

/** How a product stands with whoever looks at it. */
export type Standing = {
  /** Waits to hear that it is there again. */
  watching?: boolean;
  /** An open invoice of theirs that holds what they find sold out. */
  held?: { ref: string; quantity: number } | undefined;
  /** How many more they may take; null without a limit. */
  left?: number | null;
};

function foot(product: Product, quantity: number, { watching = false, held, left = null }: Standing): Html {
  if (product.available === 0 && held) return ownInvoice(held);
  if (left === 0) return html`\n🙏 Kamu sudah mengambil sebanyak batas untuk produk ini.`;
  if (product.available === 0) return html`\n😔 Stoknya sedang habis. ${watching ? WATCHING : OFFER}`;
  const each = unitPriceOf(product, quantity);
  return lines(
    html`\n🔢 Jumlah: <b>${quantity}</b>${each < product.price ? ` × ${formatRupiah(each)}` : ''}`,
    html`🧾 Total: <b>${formatRupiah(each * quantity)}</b>`,
    product.kind === 'endless' && html`📩 Isinya sama untuk semua pembeli, jadi cukup beli 1.`,
  );
}

/** A product with the quantity that is chosen; the description gives way when the whole would be too long to send. */
export function productView(product: Product, quantity: number, standing: Standing = {}): Html {
  const max = product.photo ? MAX_CAPTION : MAX_TEXT;
  const tiers = product.kind === 'endless' ? [] : tiersInUse(product);
  const head = lines(
    html`📦 <b>${product.name}</b>\n`,
    html`💰 Harga: <b>${formatRupiah(product.price)}</b>`,
    ...tiers.map((tier) => html`   🔻 Beli ${tier.from} ke atas: ${formatRupiah(tier.price)}`),
    html`📊 Stok: ${stockText(product)} · 🔥 Terjual: ${product.sold}`,
    limitLine(product, standing.left ?? null),
    product.category !== null && html`🏷 Kategori: ${clip(product.category, 100)}`,
  );
  const end = foot(product, quantity, standing);
  const room = max - visibleLength(head) - visibleLength(end) - '\n\n📝 \n'.length;
  return lines(head, product.description !== null && html`\n📝 ${clip(product.description, room)}`, end);
}

const ownInvoice = ({ ref, quantity }: { ref: string; quantity: number }): Html =>
  html`\n🧾 Stok yang tersisa sedang kamu pegang sendiri: ${quantity} ada di invoice <code>${ref}</code> yang belum dibayar. Buka invoicenya untuk membayar atau membatalkan.`;

export const categoryList = (of: { page: number; pages: number }): Html =>
  html`🗂 <b>Semua Kategori</b> (halaman ${of.page + 1} dari ${of.pages})

Pilih kategorinya 👇`;

export const productGone = (): Html =>
  html`🙏 Maaf, produk ini sudah tidak dijual lagi. Silakan lihat produk yang lain ya.`;

export const noSuchNumber = (number: string): Html =>
  html`🤔 Tidak ada produk nomor <b>${clip(number, 12)}</b>. Cek lagi nomornya di 🛍 Semua Produk ya.`;

export const hint = (): Html =>
  html`Hmm, kami belum paham maksudnya 😅

Pilih lewat menu di bawah, ketik nomor produk dari daftar <b>🛍 Semua Produk</b>, atau cari dengan /cari.`;

export const toasts = {
  atLeastOne: 'Minimal beli 1 ya 😊',
  atMost: (available: number) => `Stoknya tinggal ${available}, jadi maksimal ${available} ya 🙏`,
  onlyOne: 'Isinya sama untuk semua pembeli, jadi cukup beli 1 ya 😊',
  upToLimit: (left: number) => `Batasnya per pelanggan: kamu masih bisa mengambil ${left} 🙏`,
  limitReached: 'Kamu sudah mengambil sebanyak batas untuk produk ini 🙏',
  soldOut: 'Stoknya sedang habis 😔',
  gone: 'Produk ini sudah tidak dijual lagi 🙏',
} as const;

export const buttons = {
  cart: '🧺 Lanjut ke Keranjang',
  cancel: '❌ Batal',
  back: '⬅️ Kembali ke Daftar',
  all: '🛍 Semua Produk',
  categories: '🗂 Semua Kategori',
  watch: '🔔 Kabari saya',
  unwatch: '🔕 Batal dikabari',
  invoice: '💳 Tampilkan Invoice',
} as const;

const DONE = {
  created: 'ditambahkan',
  changed: 'diubah',
  archived: 'dihapus (diarsipkan)',
  deleted: 'dihapus',
} as const;

const FIELDS: Record<keyof ProductFields, string> = {
  name: 'nama',
  price: 'harga',
  description: 'deskripsi',
  terms: 'SNK',
  status: 'status jual',
  categoryId: 'kategori',
  photo: 'foto',
  tiers: 'harga grosir',
  perCustomer: 'batas per pelanggan',
};

/** One line about a change of a product, for the owners. */
export function summaryOf(done: keyof typeof DONE, name: string, fields: readonly (keyof ProductFields)[] = []): Html {
  const what = fields.length > 0 ? ` (${fields.map((field) => FIELDS[field]).join(', ')})` : '';
  return html`Produk <b>${name}</b> ${DONE[done]}${what}.`;
}
