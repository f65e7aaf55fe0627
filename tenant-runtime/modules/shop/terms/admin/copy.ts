import { nameOf } from '../../../../bot/context.ts';
import { clip, type Html, html, keep, lines, MAX_TEXT, visibleLength } from '../../../../bot/html.ts';
import type { Page } from '../../../../bot/paging.ts';
import { PRODUCT_LIMITS } from '../../catalog/index.ts';
import { kindLabel, type ListedProof, type Proof, type TermsProduct } from '../index.ts';
import type { FormProblem } from './schema.ts';

export const buttons = {
  form: '✍️ Ketik Formulir',
  proofs: '📎 Bukti Masuk',
  add: '➕ Tambah SNK',
  edit: '✏️ Ubah SNK',
  delete: '🗑 Hapus SNK',
  confirmDelete: '🗑 Ya, Hapus',
  keep: '⬅️ Tidak Jadi',
  proofsOf: (count: number) => `📎 Bukti Masuk (${count})`,
  search: '🔎 Cari Invoice',
  allProofs: '📎 Semua Bukti',
  back: '⬅️ Kembali',
} as const;

/** The tabs of the list; the first shows every product. */
export const FILTERS: readonly { label: string; withTerms: boolean | undefined }[] = [
  { label: 'Semua', withTerms: undefined },
  { label: '✅ Ada SNK', withTerms: true },
  { label: '➖ Belum Ada', withTerms: false },
];

export function productList(of: Page<TermsProduct>, filter: string): Html {
  const title = html`📜 <b>Kelola SNK Produk</b> · ${filter}`;
  if (of.items.length === 0) return html`${keep(title)}\n\nBelum ada produk di sini.`;
  return lines(
    html`${keep(title)} (halaman ${of.page + 1} dari ${of.pages})`,
    ...of.items.map(
      (item) => html`
${item.terms === null ? '➖' : '✅'} <b>${clip(item.name, 100)}</b>
ID <code>${item.id}</code> · kode <code>${item.code}</code> · bukti: ${item.proofs}`,
    ),
    html`\nPilih produk untuk melihat atau mengubah SNK-nya 👇`,
  );
}

/** What just happened goes above a product. */
const ROOM_FOR_NEWS = 200;

export function productDetail(product: TermsProduct): Html {
  const head = lines(
    html`📜 <b>SNK ${clip(product.name, 100)}</b>`,
    html`ID <code>${product.id}</code> · kode <code>${product.code}</code>`,
    '',
  );
  if (product.terms === null) return lines(head, html`Produk ini belum punya SNK.`);
  const room = MAX_TEXT - ROOM_FOR_NEWS - visibleLength(head) - '\n'.length;
  return lines(head, html`${clip(product.terms, room)}`);
}

export const askForm = (): Html =>
  html`✍️ <b>Formulir SNK</b>

Kirim dengan salah satu format ini:
<code>ID atau kode | SNK baru</code>
<code>ID atau kode | hapus</code>

Contoh: <code>NETFLIX-1B | Dilarang mengganti kata sandi.</code>
SNK maksimal ${PRODUCT_LIMITS.terms} karakter dan dikirim ke pelanggan setelah pesanannya terkirim.`;

export const askText = (product: TermsProduct): Html =>
  html`✏️ <b>SNK ${clip(product.name, 100)}</b>

Kirim teks SNK yang baru, maksimal ${PRODUCT_LIMITS.terms} karakter, atau <code>hapus</code> untuk menghapusnya.`;

const PROBLEMS: Partial<Record<FormProblem, string>> = {
  no_bar: 'Formatnya belum pas: pisahkan produk dan SNK dengan tanda "|".',
  no_product: 'ID atau kode produknya belum ada.',
  empty: 'SNK-nya masih kosong.',
  terms_long: `SNK-nya kepanjangan, maksimal ${PRODUCT_LIMITS.terms} karakter.`,
};

export const formProblem = (problem: FormProblem): Html =>
  html`⚠️ ${PROBLEMS[problem] ?? 'Isinya belum bisa kami baca.'}`;
export const textPlease = (): Html => html`⚠️ Kirim dalam bentuk teks biasa ya.`;
export const unknownProduct = (typed: string): Html =>
  html`⚠️ Tidak ada produk dengan ID atau kode <b>${clip(typed, 40)}</b>.`;
export const ambiguousProduct = (typed: string): Html =>
  html`⚠️ <b>${clip(typed, 40)}</b> adalah kode satu produk dan juga ID produk lain. Pilih produknya lewat tombol di daftar saja ya.`;

export const saved = (terms: string | null, changed: boolean): Html => {
  if (!changed) return terms === null ? html`ℹ️ Produk ini memang belum punya SNK.` : html`ℹ️ SNK-nya sama seperti tadi.`;
  return terms === null ? html`✅ SNK dihapus.` : html`✅ SNK tersimpan.`;
};

export const changedMeanwhile = (): Html =>
  html`⚠️ Produk ini baru saja diubah, jadi SNK-nya belum dihapus. Ini isinya sekarang:`;

export const confirmDelete = (product: TermsProduct): Html =>
  html`🗑 Hapus SNK <b>${clip(product.name, 100)}</b> (<code>${product.code}</code>)?

Pesanan berikutnya tidak lagi menerima SNK ini. Bukti yang sudah masuk tetap tersimpan sampai masanya habis.`;

export const productGone = (): Html => html`🙏 Produk ini sudah tidak ada. Mungkin sudah dihapus admin lain.`;

const senderOf = (proof: ListedProof): Html =>
  html`${clip(nameOf(proof), 60)}${proof.username ? ` (@${proof.username})` : ''} · <code>${proof.userId}</code>`;

export function proofList(of: Page<ListedProof>, about: string | undefined, time: (at: Date) => string): Html {
  const title = html`📎 <b>Bukti SNK</b>${about ? ` · ${clip(about, 100)}` : ''}`;
  if (of.items.length === 0) return html`${keep(title)}\n\nBelum ada bukti yang masuk.`;
  return lines(
    html`${keep(title)} (halaman ${of.page + 1} dari ${of.pages})`,
    ...of.items.map(
      (proof, index) => html`
<b>${index + 1}.</b> ${keep(senderOf(proof))}
📦 ${clip(proof.product, 80)} · <code>${proof.ref}</code>
${kindLabel(proof.kind)} · ${time(proof.sentAt)}${proof.revision > 1 ? ` · diganti ${proof.revision - 1}×` : ''}`,
    ),
    html`\nPilih nomor untuk membuka buktinya 👇`,
  );
}

/** Short enough for the caption of a photo: its own caption is 600 characters at most. */
export const proofDetail = (proof: Proof, time: (at: Date) => string): Html =>
  lines(
    html`📎 <b>Bukti SNK</b> · ${kindLabel(proof.kind)}`,
    html`👤 ${keep(senderOf(proof))}`,
    html`📦 ${clip(proof.product, 100)}`,
    html`🧾 <code>${proof.ref}</code>`,
    html`🕒 ${time(proof.sentAt)}`,
    proof.evidence.text !== '' && html`\n${proof.evidence.text}`,
  );

export const proofGone = (): Html => html`🙏 Bukti ini sudah tidak ada: masa simpannya sudah habis.`;

export const askInvoice = (): Html => html`🔎 Kirim <b>nomor invoice</b>-nya, misalnya <code>tg12345-abcde</code>.`;
export const unknownInvoice = (typed: string): Html =>
  html`⚠️ Tidak ada order dengan invoice <b>${clip(typed, 60)}</b>.`;
